"""Delivers from a lake whose every write is counted, and kills its own process at the one it is told.

Arguments: the lake, the instant, the address of the channel, whether it is idempotent, how many alerts (0 for the
day's digest), the number of the write (0 for none) and whether the write is still done.  Says `ready`, waits for a
line, and prints each write before doing it.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mediawatch.context import Context
from mediawatch.delivery import check
from mediawatch.delivery.channel_run import Delivery
from mediawatch.delivery.deliver import deliver
from tests.support.alerting import a_notice, a_recipient, an_alert
from tests.support.lakes import a_context
from tests.support.mortal import MortalStore


def run(folder: Path, moment: datetime, url: str, *, is_idempotent: bool, alerts: int, at: int, is_after: bool) -> None:
    """One run."""
    context = a_context(folder, at=moment)
    how = "after" if is_after else "before"
    store = MortalStore(context.store, lambda what: print(what, flush=True), at, how)
    context = replace(context, store=store)
    report = deliver_here(context, url, is_idempotent=is_idempotent, alerts=alerts)
    assert not report.problems, report.problems


def deliver_here(context: Context, url: str, *, is_idempotent: bool, alerts: int) -> Delivery:
    """The delivery of so many alerts, or of the day's digest."""
    recipient = a_recipient(url=url, idempotent=is_idempotent, messages=["alerts", "digest"])
    return deliver(
        context,
        [an_alert(f"{number:02d}") for number in range(alerts)],
        recipients=[recipient],
        notices={} if alerts else {"zh": [a_notice()]},
        environ={},
    )


def main() -> None:
    """Get ready, wait for a line, run."""
    folder, moment, url, is_idempotent, alerts, at, is_after = sys.argv[1:]
    import_what_sending_needs(url)
    print("ready", flush=True)
    sys.stdin.readline()
    run(
        Path(folder),
        datetime.fromisoformat(moment),
        url,
        is_idempotent=is_idempotent == "idempotent",
        alerts=int(alerts),
        at=int(at),
        is_after=is_after == "after",
    )


def import_what_sending_needs(url: str) -> None:
    """Load Apprise, so that workers that are let go together also work together."""
    check(url)


if __name__ == "__main__":
    main()
