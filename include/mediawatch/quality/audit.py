"""The audit of a day's articles, and the judgement that it ends in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from mediawatch.lake.documents import digest_of
from mediawatch.pipeline.taking_over import SPEAKS_AS_BEFORE, Likeness
from mediawatch.quality.frames import AuditRow, article_frame, day_frame, source_frame
from mediawatch.quality.results import article_results, day_results, quarantine, source_results
from mediawatch.quality.suites import RULES, articles, days
from mediawatch.quality.validation import failing, quieten
from mediawatch.records import QualityResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on a day: `failures` names for each quarantined link the `error` rules that it failed, sorted.

    `held_sources` are withheld as a whole, and with `is_held` the whole day is, until a person decides.  `taken_over`
    are those of them whose words are no longer their own.
    """

    failures: Mapping[str, tuple[str, ...]]
    results: tuple[QualityResult, ...]
    held_sources: frozenset[str]
    is_held: bool
    taken_over: frozenset[str] = frozenset()


PART: Final = 20_000
"""Articles that are judged together; Great Expectations takes some 5 KB for each."""
VERSION: Final = f"3/great-expectations-1.24.1/{digest_of(list(map(repr, RULES.values())))[:12]}"
"""What applies the rules, and the rules themselves; judgements of another version are made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What people let through in spite of the rules: rows by link id, whole sources, or the day."""

    links: Collection[str] = frozenset()
    sources: Collection[str] = frozenset()
    is_day: bool = False


NOTHING_RELEASED: Final = Released()


def audit(
    rows: Sequence[AuditRow],
    day: date,
    released: Released = NOTHING_RELEASED,
    likenesses: Mapping[str, Likeness] | None = None,
) -> Judgement:
    """Judge the articles `rows` of `day`, one row a link; `likenesses` tell how its sources' words are like before.

    A row that fails a rule of severity `error` is quarantined.  A source is held back when more than half of its
    articles are or its words are those of another, and the day when none is left or when more than half of the other
    sources' articles are.  Without rows there is nothing to judge and nothing held.  What was `released` fails nothing:
    neither by itself nor for its source and day.
    """
    if not rows:
        return Judgement(failures={}, results=(), held_sources=frozenset(), is_held=False)
    quieten()
    failures, found = _judge_articles(rows, day)
    failures = {link: rules for link, rules in failures.items() if link not in released.links}
    taken_over, held_sources, of_sources = _judge_sources(rows, day, failures, likenesses or {})
    taken_over, held_sources = (held.difference(released.sources) for held in (taken_over, held_sources))
    of_sources = [_let_through(r) if r.source in released.sources else r for r in of_sources]
    # What fails of a source that a person let through speaks no more for the day than that of one held back.
    counted = [row for row in rows if row.source not in released.sources or row.link_id not in failures]
    is_held, of_day = _judge_day(counted, day, failures, held_sources)
    if released.is_day:
        is_held, of_day = False, [_let_through(r) for r in of_day]
    return Judgement(
        failures=failures,
        results=(*found, *of_sources, *of_day),
        held_sources=held_sources,
        is_held=is_held,
        taken_over=taken_over,
    )


def _let_through(result: QualityResult) -> QualityResult:
    """The result of a rule whose word a person overruled."""
    return result if result.is_passed else replace(result, is_passed=True, observed=f"{result.observed}, released")


def _judge_articles(rows: Sequence[AuditRow], day: date) -> tuple[dict[str, tuple[str, ...]], list[QualityResult]]:
    rules, failures, results = articles.RULES, dict[str, tuple[str, ...]](), list[QualityResult]()
    for part in _parts(rows):
        frame = article_frame(part)
        found = failing(frame, rules, key="link_id")
        failures |= quarantine(rules, found)
        results += article_results(day, frame, rules, found)
    places = {rule.name: place for place, rule in enumerate(rules)}
    return failures, sorted(results, key=lambda result: (places[result.rule], result.source))


def _parts(rows: Sequence[AuditRow]) -> Iterator[list[AuditRow]]:
    """`rows` in parts of PART or more, a source whole in one: what a frame takes does not grow with the day, and no
    rule about articles looks beyond their source.
    """
    by_source: defaultdict[str, list[AuditRow]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    part: list[AuditRow] = []
    for _, held in sorted(by_source.items()):
        part += held
        if len(part) >= PART:
            yield part
            part = []
    if part:
        yield part


def _judge_sources(
    rows: Sequence[AuditRow],
    day: date,
    failures: dict[str, tuple[str, ...]],
    likenesses: Mapping[str, Likeness],
) -> tuple[frozenset[str], frozenset[str], list[QualityResult]]:
    """The sources that are taken over, all that are held, and the results."""
    shares = {source: found.share for source, found in likenesses.items()}
    frame, rules = source_frame(rows, failures, shares), days.SOURCE_RULES
    found = failing(frame, rules, key="source")
    held = frozenset[str]().union(*found.values())
    return found[SPEAKS_AS_BEFORE], held, list(source_results(day, frame, rules, found, likenesses))


def _judge_day(
    rows: Sequence[AuditRow], day: date, failures: dict[str, tuple[str, ...]], held_sources: frozenset[str]
) -> tuple[bool, list[QualityResult]]:
    frame, rules = day_frame(rows, failures, held_sources), days.DAY_RULES
    found = failing(frame, rules, key="scope")
    return any(found.values()), list(day_results(day, frame, rules, found))
