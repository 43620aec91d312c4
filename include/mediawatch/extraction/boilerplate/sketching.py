"""What one day says about the lines of each source: on how many pages a line stood, and who else printed it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mediawatch.tables.extraction import LineCount, PageLines, SourcePages

MANY_PAGES: Final = 20
"""From so many pages of a source on, a line that only one of them has is not kept: of a template line on a tenth of the
pages, at least two are among 20 with a probability of .6, and the other days of the window are asked as well."""

COINCIDE: Final = 0.5
"""Two texts of different sources are one story when they share this much of the shorter one."""

_TELLING: Final = 12
"""Shorter lines (Advertisement, 责任编辑) say nothing about two texts being one story."""

_COMMON: Final = 50
"""Nor do lines that more texts than this have: no story is carried so often, and the pairs grow with the square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySketch:
    """All that is kept of a day's texts."""

    lines: tuple[LineCount, ...]
    sources: tuple[SourcePages, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of a source as the set of its lines, with an example of each."""

    source: str
    lines: Mapping[str, str]

    @property
    def weight(self) -> int:
        return sum(map(len, self.lines.values()))


def sketch(pages: Iterable[PageLines]) -> DaySketch:
    """The sketch of a day's `pages`, in whichever order they come; a text that a source printed twice counts once."""
    texts = _distinct(pages)
    carried = _carried(texts)
    totals = Counter(text.source for text in texts)
    counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    examples: dict[tuple[str, str], str] = {}
    for number, text in enumerate(texts):
        for line, example in text.lines.items():
            at = (text.source, line)
            counts[at][line in carried[number]] += 1
            examples[at] = min(example, examples.get(at, example))
    return DaySketch(
        lines=tuple(
            LineCount(source=source, line=line, pages=own, carried=shared, example=examples[source, line])
            for (source, line), (own, shared) in sorted(counts.items())
            if own > 1 or shared or totals[source] < MANY_PAGES
        ),
        sources=tuple(SourcePages(source=source, pages=count) for source, count in sorted(totals.items())),
    )


def _distinct(pages: Iterable[PageLines]) -> list[_Text]:
    found: dict[tuple[str, frozenset[str]], dict[str, str]] = {}
    for page in pages:
        lines = found.setdefault((page.source, frozenset(page.keys)), {})
        for key, example in zip(page.keys, page.examples, strict=True):
            lines[key] = min(example, lines.get(key, example))
    return [_Text(source, lines) for (source, _), lines in found.items() if lines]


def _carried(texts: Sequence[_Text]) -> list[set[str]]:
    """For each text the lines that a text of another source has as well, where the two are one story."""
    found: list[set[str]] = [set() for _ in texts]
    for (one, other), shared in _overlaps(texts).items():
        if shared >= COINCIDE * min(texts[one].weight, texts[other].weight):
            both = texts[one].lines.keys() & texts[other].lines.keys()
            found[one] |= both
            found[other] |= both
    return found


def _overlaps(texts: Sequence[_Text]) -> Counter[tuple[int, int]]:
    """{(one, other): weight of the telling lines that both have} of texts of different sources."""
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for line, example in text.lines.items():
            if len(example) >= _TELLING:
                having[line].append(number)
    found: Counter[tuple[int, int]] = Counter()
    for line, numbers in having.items():
        if len(numbers) > _COMMON:
            continue
        for position, one in enumerate(numbers):
            for other in numbers[position + 1 :]:
                if texts[one].source != texts[other].source:
                    found[one, other] += min(len(texts[one].lines[line]), len(texts[other].lines[line]))
    return found
