"""From the sketches of closed days to the lines that are template text of a source."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from mediawatch.extraction.boilerplate.sketching import DaySketch
from mediawatch.tables.extraction import TemplateLine

PAGES: Final = 5
"""Different pages on which a line has to stand.  `tests/bench/boilerplate.py`, 157 pages of 20 hosts, each stripped by
the others of its host: with 2 a page in 157 is worse than without, a reporter's own line being learned; from 3 on none.
Two more, because a window of a live site has more reporters and longer series than a handful of recorded pages."""

SHARE: Final = 0.05
"""Share of the source's pages on which it has to stand as well.  What is repeated and yet news grows with the output: a
busy reporter signs some per cent of a paper's pages.  In the same measurement .3 costs .002 of the F1 gained (.016)."""

DAYS: Final = 2
"""Days on which it has to stand, where the source has so many."""

MOST: Final = 0.5
"""Share of the source's pages from which a line is template text although other sources print it too."""

LAPSE: Final = timedelta(days=7)
"""A line that the source has not printed for so long before its newest day is forgotten; weekly pages keep theirs."""


@dataclass(slots=True)
class _Seen:
    """One line of one source over the days."""

    days: list[date] = field(default_factory=list)
    pages: int = 0
    examples: set[str] = field(default_factory=set)


def learn(days: Mapping[date, DaySketch]) -> list[TemplateLine]:
    """The template lines of every source, by the sketches of a window of closed days; sorted by source and line."""
    seen: defaultdict[tuple[str, str], _Seen] = defaultdict(_Seen)
    printed_by: defaultdict[str, set[str]] = defaultdict(set)
    carried: set[str] = set()
    for day, sketch in sorted(days.items()):
        for count in sketch.lines:
            printed_by[count.line].add(count.source)
            if count.carried:
                carried.add(count.line)
            if count.pages:
                entry = seen[count.source, count.line]
                entry.days.append(day)
                entry.pages += count.pages
                entry.examples.add(count.example)
    output = _Output.of(days)
    shared = carried | {line for line, sources in printed_by.items() if len(sources) > 1}
    return [
        TemplateLine(
            source=source,
            line=line,
            pages=entry.pages,
            first_on=entry.days[0],
            last_on=entry.days[-1],
            example=min(entry.examples),
        )
        for (source, line), entry in sorted(seen.items())
        if output.makes_template(source, entry, is_shared=line in shared)
    ]


def held_by_source(lines: Iterable[TemplateLine]) -> dict[str, frozenset[str]]:
    """{source: keys of its template lines}."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        found[line.source].add(line.line)
    return {source: frozenset(keys) for source, keys in found.items()}


@dataclass(frozen=True, slots=True)
class _Output:
    """What the sources printed in the window: pages, days with pages, and the newest of these."""

    pages: Counter[str]
    days: Counter[str]
    newest: dict[str, date]

    @classmethod
    def of(cls, days: Mapping[date, DaySketch]) -> _Output:
        output = cls(Counter(), Counter(), {})
        for day, sketch in sorted(days.items()):
            for row in sketch.sources:
                output.pages[row.source] += row.pages
                output.days[row.source] += 1
                output.newest[row.source] = day
        return output

    def makes_template(self, source: str, entry: _Seen, *, is_shared: bool) -> bool:
        """Whether what was seen of a line makes it template text."""
        total = self.pages[source]
        return (
            entry.pages >= max(PAGES, SHARE * total, MOST * total if is_shared else 0)
            and len(entry.days) >= min(DAYS, self.days[source])
            and self.newest[source] - entry.days[-1] < LAPSE
        )
