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
from mediawatch.language.aligned import fold_aligned
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


def forms_of(term: str, texts: Iterable[str], aliases: Aliases) -> tuple[str, ...]:
    """The spellings of folded `term` in `texts` as published, most frequent first; `term` where there is none."""
    patterns = {_pattern(form) for form in (term, *map(fold, aliases.forms(term)))}
    anyone = re.compile("|".join(sorted(patterns, key=lambda one: (-len(one), one))))
    seen: Counter[str] = Counter()
    for text in texts:
        folded = fold_aligned(text)
        for match in anyone.finditer(folded.text):
            start, end = folded.span(*match.span())
            seen[text[start:end]] += 1
    ordered = sorted(seen, key=lambda form: (-seen[form], form))
    return tuple(ordered[:FORMS]) or (term,)


def _pattern(form: str) -> str:
    """`form` with a space or a point allowed wherever units meet."""
    joined = re.sub(rf"[ {POINTS}]", "", form) if not form.isascii() else form
    inner = rf"[ {POINTS}]?".join(map(re.escape, joined)) if not form.isascii() else re.escape(form)
    return rf"\b{inner}\b" if form.isascii() else inner
