"""Learning from announced addresses where a site's article numbers stand: `article_id` templates to suggest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, islice
from typing import Final
from urllib.parse import urlsplit

from mediawatch.harvest.discovery.announcement import Announced
from mediawatch.language import fold
from mediawatch.records import Source
from mediawatch.records.address_template import LONGEST_TEMPLATE, AddressTemplate
from mediawatch.sources.identity import article_address
from mediawatch.sources.urls import is_on_site

FEWEST: Final = 3
"""Articles that have to be met under two addresses before a template is suggested."""
_MOST: Final = 5_000
_GROUPS: Final = 300
"""Numbers with several addresses that are looked at."""
_PAIRS: Final = 6
"""Addresses of one number that are compared with one another."""
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{5,20}(?![0-9A-Za-z])")
_ALIKE: Final = 0.6
"""Share of a headline that stays when it is changed, at least; two articles share less."""
_WORDS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A template, the articles that were met under several addresses, and one pair of these."""

    template: str
    articles: int
    example: tuple[str, str]

    def __str__(self) -> str:
        one, other = self.example
        return f"article_id: ['{self.template}'] would make {self.articles} articles one link each: {one} and {other}"


def suggested_template(items: Iterable[Announced], source: Source) -> Suggested | None:
    """The template under which most of `items` that are one article by number and headline come together.

    None where fewer than FEWEST do, or where it would also bring together what has two different headlines.
    """
    known = _by_number(items, source)
    found: defaultdict[str, set[str]] = defaultdict(set)
    examples: dict[str, tuple[str, str]] = {}
    for number, same in known.items():
        for (one, title), (other, again) in combinations(same[:_PAIRS], 2):
            template = _common(one, other, number) if _is_alike(title, again) else ""
            if template:
                found[template].add(number)
                examples.setdefault(template, (one, other))
    for template in sorted(found, key=lambda template: (-len(found[template]), template)):
        if len(found[template]) >= FEWEST and _keeps_apart(template, known.values()):
            return Suggested(template=template, articles=len(found[template]), example=examples[template])
    return None


def _by_number(items: Iterable[Announced], source: Source) -> dict[str, list[tuple[str, str]]]:
    """{number: the different addresses that have it, each with its headline}, of the source's own articles."""
    titles: dict[str, str] = {}
    for item in islice(items, _MOST):
        with suppress(ValueError):  # what is no address has no number
            if is_on_site(item.url, source.hosts):
                titles.setdefault(article_address(item.url, source), item.title)
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for address, title in titles.items():
        for number in _NUMBER.findall(urlsplit(address).path)[-1:]:
            found[number].append((address, title))
    return dict(islice(((number, same) for number, same in found.items() if len(same) > 1), _GROUPS))


def _is_alike(one: str, other: str) -> bool:
    first, second = fold(one)[:_WORDS], fold(other)[:_WORDS]
    return bool(first and second) and SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE


def _common(one: str, other: str, number: str) -> str:
    """The template of two addresses that have `number` in the same step of their paths; empty for none."""
    steps, others = urlsplit(one).path.split("/"), urlsplit(other).path.split("/")
    if len(steps) != len(others):
        return ""
    made = [
        _numbered(step, again, number) if number in step and number in again else step if step == again else "*"
        for step, again in zip(steps, others, strict=True)
    ]
    template = "/".join(made)
    if template.count("{id}") != 1 or len(template) > LONGEST_TEMPLATE:
        return ""
    try:
        AddressTemplate(template)
    except ValueError:
        return ""
    return template


def _numbered(step: str, again: str, number: str) -> str:
    """The step with its number: what stands before and behind it where both have the same, else a star."""
    (before, _, behind), (first, _, last) = step.rpartition(number), again.rpartition(number)
    if before == first:
        return f"{before}{{id}}{behind if behind == last else '*'}"
    edge = before[-1:] if before[-1:] == first[-1:] and not before[-1:].isalnum() else ""
    return f"*{edge}{{id}}{behind}" if edge and behind == last else ""


def _keeps_apart(template: str, groups: Iterable[Sequence[tuple[str, str]]]) -> bool:
    """Whether no two addresses that the template brings together have headlines of two articles."""
    form = AddressTemplate(template)
    for same in groups:
        titles = [title for address, title in same[:_PAIRS] if title and form.filled(address)]
        if any(not _is_alike(one, other) for one, other in combinations(titles, 2)):
            return False
    return True
