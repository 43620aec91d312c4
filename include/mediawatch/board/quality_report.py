"""The quality of a day on one page that needs nothing else: no board, no network."""

from __future__ import annotations

from datetime import date
from typing import Any

from mediawatch.board import listing, queries
from mediawatch.board.operations_page import figures_table, health_table
from mediawatch.board.rendering import render
from mediawatch.board.tables import ShownTable, columns
from mediawatch.context import Context
from mediawatch.locale import Language, Words, words_of
from mediawatch.tables.health import SourceFinding
from mediawatch.workflow.ledger import boundaries_on
from mediawatch.workflow.quarantine import Held, held_on
from mediawatch.workflow.recall import SourceRecall, by_source, own_lists, recall
from mediawatch.workflow.source_health import findings_of, health_on


def compose_report(context: Context, day: date, language: Language) -> str:
    """The page: the ledger, the rules that failed, what is held back, sources against their own history, and recall."""
    say, store = words_of(language), context.store
    ledger = boundaries_on(store, day)
    rules = queries.quality_of(store, day)
    health = health_on(store, day)
    figures = {row.source: findings_of(store, day, row.source) for row in health}
    off = [finding for found in figures.values() for finding in found if finding.standing]
    values: dict[str, Any] = {
        "say": say,
        "title": say("report.title", day=day),
        "zone": context.settings.timezone,
        "stages": None if ledger is None else listing.stages(queries.stage_sums(ledger), say),
        "reasons": None if ledger is None else listing.reasons(queries.reason_sums(ledger), say),
        "rules": None if rules is None else listing.quality([rule for rule in rules if not rule.is_passed], say),
        "held": _held(held_on(context, day), say),
        "health": health_table(health, {(f.source, f.metric): f for f in off}, say) if health else None,
        "figures": _off(off, say),
        "recall": _recall(by_source(recall(context, day, own_lists(store, day))), say),
    }
    return render("quality_report", **values)


def _off(found: list[SourceFinding], say: Words) -> ShownTable:
    """The figures that are off, with their source."""
    table = figures_table(found, say)
    rows = [(finding.source, *row) for finding, row in zip(found, table.rows, strict=True)]
    return ShownTable(name="figures", columns=(*columns("source"), *table.columns), rows=rows)


def _held(found: list[Held], say: Words) -> ShownTable:
    return ShownTable(
        name="quarantine",
        columns=columns("what", "source", "title", "rule", "articles", "state", numbers=["articles"]),
        rows=[
            (
                say(f"scope.{one.scope}"),
                one.source,
                one.title,
                say("error.comma").join(listing.rule_title(rule, say) for rule in one.rules),
                one.articles,
                say(f"scope.{one.state}"),
            )
            for one in found
        ],
    )


def _recall(found: list[SourceRecall], say: Words) -> ShownTable:
    def named(reason: str) -> str:
        return say.get(f"reason.{reason}.name", say("recall.not_announced"))

    return ShownTable(
        name="recall",
        columns=columns("source", "headlines", "found", "missed", numbers=["headlines", "found"]),
        rows=[
            (
                one.source,
                one.headlines,
                one.found,
                say("error.comma").join(f"{named(reason)} {count}" for reason, count in one.missed.items()),
            )
            for one in found
        ],
    )
