"""Trying a rule of the audit: what it would have kept out in the last days, before it is switched on."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mediawatch.context import Context, Report, silent
from mediawatch.errors import BadRequest, Corrupt
from mediawatch.lake.partitions import partition_days, read_columns
from mediawatch.lake.store import Store
from mediawatch.pipeline.stage import extracted_batches
from mediawatch.quality.expectations import Between, QualityRule
from mediawatch.quality.frames import FEW, READ, AuditRow, article_frame, stored_values
from mediawatch.quality.suites import articles as suite
from mediawatch.quality.validation import failing, quieten
from mediawatch.sources.yaml_entries import nearest_name
from mediawatch.tables.extraction import ARTICLES

EXAMPLES = 3
HELD_SHARE = 0.5
"""Of a source's articles of a day, FEW or more, that have to fail for the source to be held back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedSource:
    """What the rule would have done to a source: articles that fail, days held back, addresses of some that fail."""

    source: str
    articles: int
    failed: int
    held_days: int
    examples: tuple[str, ...]


def rule_to_try(name: str, *, least: float | None = None, most: float | None = None) -> QualityRule:
    """The rule about articles called `name`, with other bounds where they are given.  Raises BadRequest."""
    rules = {rule.name: rule for rule in suite.RULES}
    if name not in rules:
        raise BadRequest(f"{name!r} is no rule about articles{nearest_name(name, list(rules))}: {', '.join(rules)}")
    rule = rules[name]
    if least is None and most is None:
        return rule
    if not isinstance(rule.condition, Between):
        raise BadRequest(f"{name} has no bounds: --least and --most go with rules about numbers")
    if any(bound is not None and not math.isfinite(bound) for bound in (least, most)):
        raise BadRequest("a bound is a number")
    bounds = replace(
        rule.condition,
        least=rule.condition.least if least is None else least,
        most=rule.condition.most if most is None else most,
    )
    if bounds.least is not None and bounds.most is not None and bounds.least > bounds.most:
        raise BadRequest(f"nothing lies between {bounds.least:g} and {bounds.most:g}")
    return replace(rule, condition=bounds, expected=f"{bounds.least} to {bounds.most}")


def try_rule(
    context: Context, rule: QualityRule, *, days: int, report: Report = silent
) -> tuple[list[TriedSource], list[str]]:
    """What `rule` would have kept out of the last `days` days, were it of severity `error`, by source; and what is
    wrong with days that cannot be read and so were left out.
    """
    quieten()
    total: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    held: Counter[str] = Counter()
    examples: defaultdict[str, list[str]] = defaultdict(list)
    faults: list[str] = []
    first = context.today - timedelta(days=days - 1)
    for day in partition_days(context.store, "extract", since=first):
        try:
            rows = list(_rows(context.store, day))
        except Corrupt as error:
            faults.append(f"{day}: left out, {error}")
            continue
        if not rows:
            continue
        caught = failing(article_frame(rows), [rule], key="link_id")[rule.name]
        of_day: Counter[str] = Counter(row.source for row in rows)
        failed_of_day: Counter[str] = Counter(row.source for row in rows if row.link_id in caught)
        total.update(of_day)
        failed.update(failed_of_day)
        held.update(
            source
            for source, count in failed_of_day.items()
            if of_day[source] >= FEW and count > HELD_SHARE * of_day[source]
        )
        for row in rows:
            if row.link_id in caught and len(examples[row.source]) < EXAMPLES:
                examples[row.source].append(row.url)
        report(f"{day}: {len(caught)} of {len(rows)} articles")
    tried = [
        TriedSource(
            source=source,
            articles=count,
            failed=failed[source],
            held_days=held[source],
            examples=tuple(examples[source]),
        )
        for source, count in sorted(total.items(), key=lambda pair: (-failed[pair[0]], pair[0]))
    ]
    return tried, faults


def _rows(store: Store, day: date) -> Iterator[AuditRow]:
    """What was read of the day, each link once, as its newest batch has it."""
    newest: dict[str, AuditRow] = {}
    for receipt in extracted_batches(store, day).values():
        for values in stored_values(read_columns(store, receipt, ARTICLES, READ)):
            newest[values["link_id"]] = AuditRow(**values, article_id=values["link_id"], revision=1)
    yield from newest.values()
