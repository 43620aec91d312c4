"""Verdicts by hand: a day's audit as published, without the second that a real one takes.

It stands for the audit of exactly these inputs, so a build takes it for fresh.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mediawatch.context import Context
from mediawatch.lake.partitions import PartitionWriter, Receipt, read_rows
from mediawatch.pipeline.stage import extracted_batches
from mediawatch.quality import audit_stage
from mediawatch.records import QualityResult, Reason
from mediawatch.tables.extraction import IDENTITIES, Identity
from mediawatch.tables.quality import RULE_RESULTS, VERDICTS, Verdict
from mediawatch.workflow.runner import run_stage


def judge(
    context: Context, day: date, *, fails: Callable[[Identity], bool] = lambda _: False, is_held: bool = False
) -> Receipt:
    """Extract the day and publish an audit that admits all but what `fails`, or holds the whole day back."""
    run_stage(context, "extract", day)
    (unit,) = audit_stage.STAGE.partitions(context, day)
    verdicts = [
        _verdict(identity, batch, Reason.BELOW_STANDARD if fails(identity) else Reason.HELD_BACK if is_held else None)
        for batch, receipt in extracted_batches(context.store, day).items()
        for identity in read_rows(context.store, receipt, IDENTITIES)
        if identity.reason is None
    ]
    writer = PartitionWriter(
        context.store, unit.key, inputs=unit.inputs, version=audit_stage.STAGE.version, settings=unit.settings
    )
    writer.append(VERDICTS, verdicts)
    writer.append(RULE_RESULTS, [_of_the_day(day, len(verdicts), is_held)])
    return writer.publish()


def _verdict(identity: Identity, batch: str, reason: Reason | None) -> Verdict:
    return Verdict(
        link_id=identity.link_id,
        article_id=identity.article_id,
        revision=identity.revision,
        source=identity.source,
        batch=batch,
        reason=reason,
        detail="" if reason is None else "day",
    )


def _of_the_day(day: date, count: int, is_held: bool) -> QualityResult:
    return QualityResult(
        day=day,
        suite="days",
        rule="something_admitted",
        source="",
        severity="error",
        observed="by hand",
        expected="at least 1 admitted",
        checked=count,
        failed=count if is_held else 0,
        is_passed=not is_held,
    )
