"""Where a JSON list that nobody described has its entries: the list most of whose members lead to articles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import urljoin

from mediawatch.harvest.discovery.anchors import weight
from mediawatch.harvest.discovery.lists import is_article_address
from mediawatch.records import JsonFields, Source

MOST_VALUES: Final = 200_000
"""Values of a document that are walked over."""
_LOOKED_AT: Final = 30
"""Entries of a list by which it is judged."""
_DEEPEST: Final = 3
"""Objects inside an entry in which members are looked for."""
_MEMBERS: Final = 80
_TITLE: Final = re.compile(r"title|headline|标题|標題", re.IGNORECASE)
_PUBLISHED: Final = re.compile(r"publi|pub_?(?:date|time)|发布|發布", re.IGNORECASE)
_DATE: Final = re.compile(r"date|time|_at$|时间|時間", re.IGNORECASE)
_HEADLINE: Final = 12
"""Least weight of a headline, a Han character counting three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedList:
    """The entries of a list, and where they have what is needed."""

    entries: Sequence[object]
    fields: JsonFields


def guessed_list(document: object, url: str, source: Source) -> GuessedList | None:
    """The list in `document` (from `url`) with the most entries that lead to articles of `source`; None for none."""
    best: tuple[int, Sequence[object], str] = (0, (), "")
    for entries in _lists(document):
        count, path = _links(entries, url, source)
        if count > best[0]:
            best = count, entries, path
    count, entries, path = best
    if not count:
        return None
    members = [dict(_members(entry)) for entry in entries[:_LOOKED_AT]]
    fields = JsonFields(link=f"{{{path}}}", title=_title(members, path), date=_date(members))
    return GuessedList(entries=entries, fields=fields)


def _lists(document: object) -> Iterator[Sequence[object]]:
    """Every list of objects, those outside before those in them."""
    queue: list[object] = [document]
    walked = 0
    for value in queue:  # grows while it is walked
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        walked += len(inner)
        if walked > MOST_VALUES:
            return
        if isinstance(value, list) and any(isinstance(each, dict) for each in value):
            yield value
        queue += [each for each in inner if isinstance(each, dict | list)]


def _links(entries: Sequence[object], url: str, source: Source) -> tuple[int, str]:
    """How many of the first entries lead to different articles, and by which member."""
    found: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for entry in entries[:_LOOKED_AT]:
        for path, value in _members(entry):
            if isinstance(value, str) and (path, value) not in seen and _is_address(value, url, source):
                seen.add((path, value))
                found[path] += 1
    return max(((count, path) for path, count in found.items()), default=(0, ""), key=lambda each: each[0])


def _is_address(value: str, url: str, source: Source) -> bool:
    if not value.startswith(("http://", "https://", "/")) or len(value) > 500:
        return False
    try:
        return is_article_address(urljoin(url, value), source)
    except ValueError:
        return False


def _members(entry: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    if not isinstance(entry, dict):
        return
    for name, value in islice(entry.items(), _MEMBERS):
        if not name or set(name) & set(".{}"):
            continue
        here = f"{path}.{name}" if path else name
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _members(value, here, depth + 1)
        elif len(here) <= 200:
            yield here, value


def _title(members: Sequence[dict[str, object]], link: str) -> str | None:
    """The member that is called a title, else the one whose texts weigh as headlines do."""
    texts = {path for each in members for path, value in each.items() if isinstance(value, str) and path != link}

    def headlines(path: str) -> int:
        values = [each.get(path) for each in members]
        return sum(isinstance(value, str) and _HEADLINE <= weight(value[:300]) <= 300 for value in values)

    ranked = sorted(texts, key=lambda path: (-headlines(path), not _TITLE.search(path), path.count("."), path))
    named = [path for path in ranked if _TITLE.search(path) and headlines(path)]
    return next(iter(named or [path for path in ranked if headlines(path)]), None)


def _date(members: Sequence[dict[str, object]]) -> str | None:
    """The member that is called the time of publication, else any that is called a date or time."""
    filled = Counter(path for each in members for path, value in each.items() if value and _DATE.search(path))
    filled.update(path for each in members for path, value in each.items() if value and _PUBLISHED.search(path))
    ranked = sorted(filled, key=lambda path: (not _PUBLISHED.search(path), -filled[path], path.count("."), path))
    return next(iter(ranked), None)
