"""What an answer means: the one table from HTTP statuses to reasons, and trouble that never became an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mediawatch.records import Exchange, Reason


def retry_after_seconds(exchange: Exchange) -> float | None:
    """How long the site asks us to wait from when it answered; None when it does not say so readably.

    A date is measured against the answer's own Date header, so that neither clock has to be right.
    """
    text = exchange.header("Retry-After").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until = _instant(text)
    if until is None:
        return None
    answered = _instant(exchange.header("Date")) or exchange.fetched_at
    return max(0.0, (until - answered).total_seconds())


def _instant(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    except (ValueError, OverflowError, IndexError):  # what the standard library raises for odd dates
        return None


KEPT_BYTES = 65_536
"""Bodies that are not wanted (errors, films, answers over the limit) are kept for the archive up to this many bytes."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})

STATUS_REASONS: dict[int, Reason | None] = {
    200: None,
    203: None,
    304: Reason.UNCHANGED,
    401: Reason.FORBIDDEN,
    402: Reason.PAYWALLED,
    403: Reason.FORBIDDEN,
    404: Reason.GONE,
    407: Reason.UNREACHABLE,  # our own proxy wants credentials
    408: Reason.TOO_SLOW,
    410: Reason.GONE,
    425: Reason.RATE_LIMITED,
    429: Reason.RATE_LIMITED,
    451: Reason.FORBIDDEN,
}
"""Statuses with a meaning of their own.  Of the others 5xx is SERVER_ERROR and the rest REFUSED (see `reason_of`)."""

HOST_TROUBLE = frozenset({Reason.RATE_LIMITED, Reason.SERVER_ERROR, Reason.TOO_SLOW, Reason.UNREACHABLE})
"""Reasons that speak of the host rather than of the page: they make it rest, and in a row they give it up."""

_HTML_TYPES = frozenset({"text/html", "text/htm", "application/xhtml+xml", "text/xhtml", "text/*", "*/*"})
"""With what servers write in its place."""
_TYPE_END = re.compile(r"[;,\s]")
"""Some part a type and its parameter by a blank or a comma, or say it twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A request that brought no usable answer.

    `is_passing` tells whether the same request may work within minutes.  `exchange` is what there is to archive.
    """

    reason: Reason
    detail: str
    is_passing: bool = False
    exchange: Exchange | None = None


Answer = Exchange | Trouble


def reason_of(status: int) -> Reason | None:
    """Why an answer with `status` is not the page asked for; None when it is.  Redirects are not asked about here."""
    if status in STATUS_REASONS:
        return STATUS_REASONS[status]
    return Reason.SERVER_ERROR if status >= 500 else Reason.REFUSED


def is_html(content_type: str) -> bool:
    """Whether `content_type` is that of a web page.

    A missing one counts, and what is no type at all, such as a parameter alone: the text will tell.
    """
    named = _TYPE_END.split(content_type.strip(" \t\"'").lower(), maxsplit=1)[0].rstrip("\"'")
    return named in _HTML_TYPES or "/" not in named
