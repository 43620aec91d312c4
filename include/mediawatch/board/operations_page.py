"""What operators look at: every day with what it lacks, sources that are not well, the quarantine, and a trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from mediawatch.board.addresses import address, source_address
from mediawatch.board.tables import CellMessage, CellPage, ShownTable, columns
from mediawatch.context import Context
from mediawatch.delivery.source_changes import evidence_words, metric_words, remedy_words, state_words
from mediawatch.errors import Corrupt
from mediawatch.lake.partitions import partition_days
from mediawatch.locale import Words
from mediawatch.tables.health import WORSE, SourceFinding, SourceHealth
from mediawatch.workflow.day_states import DayState, day_states
from mediawatch.workflow.quarantine import LISTED_DAYS, Held, held_over
from mediawatch.workflow.source_health import findings_of, health_on, last_judged
from mediawatch.workflow.source_health_today import SoFar, so_far
from mediawatch.workflow.tracing import Trace, local, steps

SHOWN_HELD: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """What is to be done: `days` newest first, `today` as far as it is built, the sources that are not well as of
    `judged`, and what is `held`.

    `more` are held beside those; `faults` are days that could not be read.
    """

    days: Sequence[DayState]
    judged: date | None
    ill: Sequence[SourceHealth]
    findings: Mapping[tuple[str, str], SourceFinding]
    held: Sequence[Held]
    today: SoFar | None
    more: int = 0
    faults: tuple[str, ...] = ()


def operations(context: Context) -> Operations:
    """As of now."""
    store = context.store
    judged = last_judged(store, context.today)
    ill = [row for row in health_on(store, judged) if row.state in WORSE] if judged else []
    findings = {(f.source, f.metric): f for row in ill for f in findings_of(store, row.day, row.source)}
    held, faults = held_over(context, reversed(partition_days(store, "audit")[-LISTED_DAYS:]))
    held.sort(key=lambda one: one.scope == "article")  # days and sources first
    today = None
    try:
        today = so_far(context)
    except Corrupt as error:
        faults = [*faults, str(error)]
    return Operations(
        days=day_states(context),
        judged=judged,
        ill=ill,
        findings=findings,
        held=held[:SHOWN_HELD],
        today=today,
        more=max(len(held) - SHOWN_HELD, 0),
        faults=tuple(faults),
    )


def days_table(states: Sequence[DayState], say: Words) -> ShownTable:
    """Every day with its links, its state and its repair."""
    numbers = ["harvests", "announced", "admitted", "indexed", "pending", "lost"]
    return ShownTable(
        name="operation_days",
        columns=columns("day", *numbers, "state", "repair", numbers=numbers),
        rows=[
            (
                CellPage(text=str(state.day), address=address("/ledger", day=state.day)),
                state.batches,
                state.announced,
                state.admitted,
                state.indexed,
                state.pending,
                state.lost,
                day_state(state, say),
                state.repair,
            )
            for state in states
        ],
    )


def day_state(state: DayState, say: Words) -> CellMessage:
    """What the day lacks, or how far it is."""
    if state.lacks:
        label = say("error.comma").join(say(f"lack.{lack}") for lack in state.lacks)
        return CellMessage(word=" ".join(state.lacks), label=label, tone="bad")
    word = "closed" if state.is_closed else "today" if state.is_today else "open"
    return CellMessage(word=word, label=say(f"day_state.{word}"), tone="good")


def health_table(
    rows: Sequence[SourceHealth], findings: Mapping[tuple[str, str], SourceFinding], say: Words
) -> ShownTable:
    """Sources with their state, since when, what says so, and what helps."""
    return ShownTable(
        name="health",
        columns=columns("source", "state", "since", "evidence", "repair", when=["since"]),
        rows=[
            (
                CellPage(text=row.source, address=source_address(row.source)),
                health_cell(row, say),
                row.since,
                evidence_words(say, row, findings),
                remedy_words(say, row).replace("`", ""),
            )
            for row in rows
        ],
    )


def health_cell(row: SourceHealth, say: Words) -> CellMessage:
    """How a source is."""
    tone = "bad" if row.state in WORSE else "good" if row.state == "live" else "off"
    return CellMessage(word=row.state, label=state_words(say, row), tone=tone)


def today_table(behind: Sequence[SourceFinding], say: Words) -> ShownTable:
    """The sources that have brought less today than they usually have by this hour."""
    return ShownTable(
        name="today",
        columns=columns("source", "observed", "low", "high", "result", numbers=["observed", "low", "high"]),
        rows=[
            (
                CellPage(text=f.source, address=source_address(f.source)),
                _rounded(f.observed),
                _rounded(f.low),
                _rounded(f.high),
                CellMessage(word=f.standing, label=say(f"verdict.{f.standing}"), tone="bad"),
            )
            for f in behind
        ],
    )


def figures_table(findings: Sequence[SourceFinding], say: Words) -> ShownTable:
    """A source's figures of a day with the bounds that they were judged by."""
    return ShownTable(
        name="figures",
        columns=columns(
            "metric",
            "observed",
            "low",
            "high",
            "days_known",
            "result",
            numbers=["observed", "low", "high", "days_known"],
        ),
        rows=[
            (
                CellMessage(word=f.metric, label=metric_words(say, f.metric)),
                _rounded(f.observed),
                _rounded(f.low),
                _rounded(f.high),
                f.days_known,
                CellMessage(
                    word=f.standing or f.verdict,
                    label=say(f"verdict.{f.standing or f.verdict}"),
                    tone="bad" if f.standing else "off" if f.verdict == "unknown" else "good",
                ),
            )
            for f in findings
        ],
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(max(value, 0.0), 2)


def trace_table(found: Trace, say: Words, zone: ZoneInfo) -> ShownTable:
    """What became of an address, step by step."""
    return ShownTable(
        name="trace",
        columns=columns("day", "batch", "stage", "at", "reason", "what", when=["day", "at"]),
        rows=[
            (
                step.day,
                step.batch,
                CellMessage(word=step.stage, label=say(f"stage.{step.stage}")),
                step.at,
                CellMessage(
                    word=step.reason.value,
                    label=say(f"reason.{step.reason.value}.name"),
                    meaning=say(f"reason.{step.reason.value}.meaning"),
                )
                if step.reason
                else None,
                say(step.key, **local(step.fields, zone)),
            )
            for batch in found.batches
            for step in steps(batch)
        ],
    )
