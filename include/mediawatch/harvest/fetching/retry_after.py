"""The Retry-After header in both its forms (RFC 9110, 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mediawatch.records import Exchange


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
