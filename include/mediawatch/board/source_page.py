"""A source's page: its volume and losses day by day, its feeds with their last result, and its articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mediawatch.board import queries
from mediawatch.board.body_search import TitleHit
from mediawatch.board.local_index import BODY_DAYS
from mediawatch.board.queries import SourceState, span
from mediawatch.board.state import BoardState
from mediawatch.harvest.visits import SeedDay
from mediawatch.records import QualityResult, Source
from mediawatch.records.ledger import LedgerRow
from mediawatch.search.grammar import Named
from mediawatch.tables.ledger import FinalOutcome

SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceVolume:
    """One day of a source in its ledger; all numbers None where the day has no ledger."""

    day: date
    announced: int | None = None
    admitted: int | None = None
    lost: int | None = None
    pending: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDay:
    """A source as of `day`: its state, its last BODY_DAYS, and the day's seeds, losses and failed rules.

    `today` are the day's articles, without revisions of earlier ones, which its ledger counts as well.  `seeds` and
    `ledger` None mean: the day has no ledger yet.
    """

    day: date
    source: Source
    state: SourceState
    volumes: tuple[SourceVolume, ...]
    ledger: tuple[LedgerRow, ...] | None
    seeds: tuple[SeedDay, ...] | None
    losses: tuple[FinalOutcome, ...]
    failed_rules: tuple[QualityResult, ...]
    total: int
    today: int
    articles: tuple[TitleHit, ...]


def source_day(board: BoardState, name: str, day: date) -> SourceDay | None:
    """The page's data; None for a source that is not in the catalogue."""
    store = board.context.store
    source = next((each for each in board.context.catalogue.sources if each.name == name), None)
    if source is None:
        return None
    ledger, seeds = queries.ledger_of_source(store, day, name), queries.seeds_of(store, day)
    found = board.finder.find(Named("source", name), today=board.today)
    return SourceDay(
        day=day,
        source=source,
        state=queries.source_states(store, [source], day)[0],
        volumes=tuple(_volume(on, queries.ledger_of_source(store, on, name)) for on in span(day, BODY_DAYS)),
        ledger=None if ledger is None else tuple(ledger),
        seeds=None if seeds is None else tuple(seed for seed in seeds if seed.source == name),
        losses=tuple(outcome for outcome in queries.losses_of(store, day) if outcome.source == name),
        failed_rules=tuple(q for q in queries.quality_of(store, day) or () if q.source == name and not q.is_passed),
        total=found.total,
        today=next((each.articles for each in found.days if each.day == day), 0),
        articles=tuple(board.finder.hits(found, range(SHOWN), with_excerpts=False)),
    )


def _volume(day: date, ledger: Sequence[LedgerRow] | None) -> SourceVolume:
    if ledger is None:
        return SourceVolume(day=day)
    sums = {each.stage: each for each in queries.stage_sums(ledger)}
    if not sums:
        return SourceVolume(day=day, announced=0, admitted=0, lost=0, pending=0)
    return SourceVolume(
        day=day,
        announced=sums["discover"].received,
        admitted=sums["audit"].passed,
        lost=sum(each.faults for each in sums.values()),
        pending=queries.waiting_in(ledger),
    )
