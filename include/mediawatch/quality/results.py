"""From what Great Expectations found to one result a rule and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from mediawatch.quality.suites import articles, days
from mediawatch.records import QualityResult

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from mediawatch.pipeline.taking_over import Likeness
    from mediawatch.quality.expectations import QualityRule

Failing = Mapping[str, frozenset[str]]
"""Keys of the failing rows by rule name."""


def article_results(
    day: date, frame: DataFrame, rules: Sequence[QualityRule], found: Failing
) -> Iterator[QualityResult]:
    """One result a rule of the suite `articles` and source, sources in order."""
    by_source = list(frame.groupby("source", sort=True))
    for rule in rules:
        for source, rows in by_source:
            values = rows[rule.condition.column] if rule.counts_empty else rows[rule.condition.column].dropna()
            failed = int(rows["link_id"].isin(found[rule.name]).sum())
            yield QualityResult(
                day=day,
                suite=articles.NAME,
                rule=rule.name,
                source=str(source),
                severity=rule.severity,
                observed=_observed(values, failed),
                expected=rule.expected,
                checked=len(values),
                failed=failed,
                is_passed=failed == 0,
            )


def source_results(
    day: date, frame: DataFrame, rules: Sequence[QualityRule], found: Failing, likenesses: Mapping[str, Likeness]
) -> Iterator[QualityResult]:
    """One result a rule about sources and source; `checked` and `failed` count its articles.

    Without a likeness, that rule has checked nothing.
    """
    for rule in rules:
        is_of_words = rule.condition.column == "likeness"
        for row in frame.itertuples(index=False):
            yield QualityResult(
                day=day,
                suite=days.NAME,
                rule=rule.name,
                source=row.source,
                severity=rule.severity,
                observed=_likeness(likenesses.get(row.source))
                if is_of_words
                else f"{row.failed} of {row.received} in quarantine",
                expected=rule.expected,
                checked=int(row.received) if not is_of_words or row.source in likenesses else 0,
                failed=int(row.received if row.source in found[rule.name] else 0) if is_of_words else int(row.failed),
                is_passed=row.source not in found[rule.name],
            )


def day_results(day: date, frame: DataFrame, rules: Sequence[QualityRule], found: Failing) -> Iterator[QualityResult]:
    """One result a rule about the day; `checked` and `failed` count the articles of sources not held back."""
    [row] = frame.itertuples(index=False)
    observed = f"{row.admitted} of {row.received} admitted, {row.received - row.judged} held back with their source"
    for rule in rules:
        yield QualityResult(
            day=day,
            suite=days.NAME,
            rule=rule.name,
            source="",
            severity=rule.severity,
            observed=observed,
            expected=rule.expected,
            checked=int(row.judged),
            failed=int(row.judged - row.admitted),
            is_passed=not found[rule.name],
        )


def quarantine(rules: Sequence[QualityRule], found: Failing) -> dict[str, tuple[str, ...]]:
    """The `error` rules that each link failed, sorted; links that failed none are not in it."""
    errors = [rule.name for rule in rules if rule.severity == "error"]
    links = Counter(link for name in errors for link in found[name])
    return {link: tuple(sorted(name for name in errors if link in found[name])) for link in sorted(links)}


def _likeness(found: Likeness | None) -> str:
    if found is None:
        return "nothing to check"
    new = f"; new: {', '.join(found.new_words)}" if found.is_taken_over else ""
    return f"{found.share:.0%} as like as usual{new}"


def _observed(values: Series, failed: int) -> str:
    if not len(values):
        return "nothing to check"
    if values.dtype.kind not in "fi":
        return f"{failed} of {len(values)} fail"
    return f"{values.min():.6g} to {values.max():.6g}"
