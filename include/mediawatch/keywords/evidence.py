"""What an alert shows beside the facts: spellings, headlines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

from mediawatch.keywords.candidates import Window
from mediawatch.keywords.reading import Reading
from mediawatch.language import fold
from mediawatch.language.aliases import POINTS, Aliases
from mediawatch.language.aligned import Folded
from mediawatch.records import Headline

HEADLINES: Final = 3
FORMS: Final = 8


def readings_with(article_ids: Collection[str], window: Window) -> list[Reading]:
    """The articles `article_ids` of the window."""
    wanted = set(article_ids)
    return [reading for reading in window.corpus.readings if reading.article_id in wanted]


def headlines_of(readings: Iterable[Reading]) -> tuple[Headline, ...]:
    """The newest of `readings` of distinct publishers, three at most; those of the last day before all others."""
    found: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda one: (one.day, one.at, one.article_id), reverse=True):
        found.setdefault(reading.publisher, reading)
    return tuple(
        Headline(
            article_id=reading.article_id,
            title=reading.title,
            url=reading.url,
            publisher=reading.publisher or reading.site,
            language=reading.language,
            published_at=reading.at,
        )
        for reading in list(found.values())[:HEADLINES]
    )


class Spellings:
    """The spellings of a folded term in texts as published, counted text by text."""

    def __init__(self, term: str, aliases: Aliases) -> None:
        patterns = {_pattern(form) for form in (term, *map(fold, aliases.forms(term)))}
        self._anyone = re.compile("|".join(sorted(patterns, key=lambda one: (-len(one), one))))
        self._term, self._seen = term, Counter[str]()

    def count(self, folded: Folded, text: str) -> None:
        """Count those in `text`, which is given `folded` as well."""
        for match in self._anyone.finditer(folded.text):
            start, end = folded.span(*match.span())
            self._seen[text[start:end]] += 1

    def told(self) -> tuple[str, ...]:
        """The spellings, most frequent first; the term where there is none."""
        ordered = sorted(self._seen, key=lambda form: (-self._seen[form], form))
        return tuple(ordered[:FORMS]) or (self._term,)


def _pattern(form: str) -> str:
    """`form` with a space or a point allowed wherever units meet."""
    joined = re.sub(rf"[ {POINTS}]", "", form) if not form.isascii() else form
    inner = rf"[ {POINTS}]?".join(map(re.escape, joined)) if not form.isascii() else re.escape(form)
    return rf"\b{inner}\b" if form.isascii() else inner
