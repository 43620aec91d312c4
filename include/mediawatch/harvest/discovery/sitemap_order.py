"""Which sitemaps of an index to read first: the newest, by whatever tells them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

_TAIL: Final = 120
"""Characters at the end of an address in which a sitemap says which days it is about."""
_PARAMETER: Final = re.compile(r"[?&](?:yyyy|year|y|mm|month|m|dd|day|d|date)=", re.IGNORECASE)
_WEEK: Final = re.compile(r"(?<!\d)(20\d\d)[-_/]?w(?:eek)?[-_]?(\d{1,2})(?!\d)", re.IGNORECASE)
_DATE: Final = re.compile(
    r"(?<!\d)(20\d\d)(?:[-_/]?(0[1-9]|1[0-2]|[1-9](?!\d))(?:[-_/]?(0[1-9]|[12]\d|3[01]|[1-9](?!\d)))?)?(?!\d)"
)
_CURRENT: Final = re.compile(r"news|latest|today|daily|recent|current", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names, and when the index says that it changed."""

    url: str
    changed: datetime | None


def newest_first(children: Iterable[Child], *, oldest: datetime, bound: int) -> list[str]:
    """The addresses of `children` that may hold something younger than `oldest`, each once, the newest first.

    A child is as new as its `changed`; where that is the same for all, which a script that writes them anew does, as
    the last day of the year, month, week or day that its address names.  Where nothing tells, it is not known which end
    of the index is the new one: of more than `bound`, half come from each.
    """
    unique = list({child.url: child for child in children}.values())
    said = {child.changed for child in unique if child.changed}
    is_telling = len(said) > 1 or (len(said) == 1 and (len(unique) == 1 or any(c.changed is None for c in unique)))
    signs = {child.url: (child.changed if is_telling else None) or last_instant_of(child.url) for child in unique}
    kept = [child for child in unique if (sign := signs[child.url]) is None or sign >= oldest]
    if is_telling or any(signs[child.url] for child in kept):
        # One without any sign comes after what is known to be new, for it may be anything.
        kept.sort(key=lambda child: (signs[child.url] or oldest, _is_current(child.url)), reverse=True)
        return [child.url for child in kept]
    kept.sort(key=lambda child: not _is_current(child.url))
    return _from_both_ends([child.url for child in kept], bound)


def last_instant_of(url: str) -> datetime | None:
    """The end of the day, week, month or year that a sitemap's address names; None where it names none."""
    parts = urlsplit(url)
    text = parts.path[-_TAIL:] + _PARAMETER.sub("-", f"?{parts.query}"[:_TAIL])
    week = _WEEK.search(text)
    found = _of_week(*map(int, week.groups())) if week else None
    if found is None and week is None:
        dates = [_of_date(*(int(part or 0) for part in each)) for each in _DATE.findall(text)]
        found = max((each for each in dates if each), default=None)
    return datetime.combine(found, datetime.min.time(), UTC) + timedelta(days=1) if found else None


def _of_week(year: int, week: int) -> date | None:
    return date.fromisocalendar(year, week, 7) if 1 <= week <= 52 else None


def _of_date(year: int, month: int, day: int) -> date | None:
    """The last day of what is named; a month or day of 0 is not."""
    if month and day:
        try:
            return date(year, month, day)
        except ValueError:
            return None
    begin_of_next = date(year, month + 1, 1) if month and month < 12 else date(year + 1, 1, 1)
    return begin_of_next - timedelta(days=1)


def _is_current(url: str) -> bool:
    return _CURRENT.search(urlsplit(url).path) is not None


def _from_both_ends(urls: Sequence[str], bound: int) -> list[str]:
    """`urls` in their order; of more than `bound` its halves from the begin and the end first."""
    if len(urls) <= bound:
        return list(urls)
    ends = [*urls[: (bound + 1) // 2], *urls[len(urls) - bound // 2 :]]
    return [*ends, *(url for url in urls if url not in set(ends))]
