"""A sign of life to an address outside, which raises the alarm when none comes: a dead machine cannot say that it is.

Such addresses are secrets: whoever knows one can keep the alarm silent.  Only the host is ever named.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from mediawatch.context import Context, Report, silent
from mediawatch.workflow.freshness import work_signs

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0


def send_heartbeat(context: Context, report: Report = silent) -> bool:
    """GET the address of `heartbeat_url`, unless harvest, build, close or look is late; whether it was answered well.

    What stands in the way is reported and fails nothing: nobody outside hears from us, and that is the alarm.
    """
    url = context.settings.heartbeat_url.get_secret_value()
    if not url:
        return False
    late = [f"{sign.name}: {sign.late}" for sign in work_signs(context) if sign.late]
    if late:
        report(f"no sign of life is sent while something is late: {'; '.join(late)}")
        return False
    trouble = _trouble(url)
    place = urlsplit(url).hostname
    report(f"sign of life: {place} could not be told: {trouble}" if trouble else f"sign of life: {place} was told")
    return not trouble


def _trouble(url: str) -> str:
    """What became of the request, in words that do not hold the address; "" when it was answered well."""
    import requests

    try:
        with requests.get(url, timeout=(CONNECT_SECONDS, READ_SECONDS), stream=True) as answer:
            return "" if answer.ok else f"status {answer.status_code}"
    except (requests.RequestException, ValueError) as error:
        return type(error).__name__
