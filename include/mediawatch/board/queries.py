"""What the pages ask of the lake, one small typed question each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from itertools import groupby

import pyarrow.compute as pc

from mediawatch.errors import NotReady
from mediawatch.harvest.visits import Answers, SeedDay, answers, by_seed
from mediawatch.lake.partitions import PartitionKey, Receipt, current, partition_days, read_columns, read_rows
from mediawatch.lake.store import Store
from mediawatch.pipeline.stage import extracted_batches
from mediawatch.records import QualityResult, Ranking, Reason, ReasonClass, Source
from mediawatch.records.ledger import STAGES, LedgerRow
from mediawatch.tables.board import HEADLINES, HeadlineRow
from mediawatch.tables.extraction import RANKINGS
from mediawatch.tables.ledger import BOUNDARIES, FINAL_OUTCOMES, FinalOutcome, Visit
from mediawatch.tables.quality import RULE_RESULTS
from mediawatch.workflow.ledger import boundaries_on, visits_on

SOURCE_DAYS = 30
"""Days looked back for a source's last article; longer silence reads as "more than 30 days"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNumbers:
    """A day in numbers; `links` announced, `faults` lost for a fault, `pending` to be tried again.

    An article that waits for Elasticsearch only is not pending here: without one every article does.
    """

    day: date
    articles: int
    revisions: int
    publishers: int
    sites: int
    languages: tuple[tuple[str, int], ...]
    newest_at: datetime | None
    links: int | None
    faults: int | None
    pending: int | None
    failed_rules: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source as an operator sees it; `silent_days` None means: no article within SOURCE_DAYS.

    `trouble` is the commonest fault or delay of the day.  Of its `visits` to seeds some `failed`; both are None
    where the ledger does not know.  `is_failed`: none that could bring news came through.
    """

    name: str
    title: str
    home: str
    is_enabled: bool
    last_day: date | None
    silent_days: int | None
    announced: int
    admitted: int
    lost: int
    pending: int
    week: int
    trouble: str
    visits: int | None = None
    failed: int | None = None
    is_failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSum:
    """One stage boundary of the ledger: received = passed + lost + pending, policy being a part of lost."""

    stage: str
    received: int
    passed: int
    faults: int
    policy: int
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonSum:
    """How many links one reason stopped at one stage, and the sources that had most of them."""

    stage: str
    reason: Reason
    count: int
    sources: tuple[tuple[str, int], ...]


def known_days(store: Store) -> list[date]:
    """The days that were audited, ascending."""
    return partition_days(store, "audit")


def ledger_of_source(store: Store, day: date, source: str) -> list[LedgerRow] | None:
    """One source's rows of the day's ledger, read by columns: a month of whole ledgers takes seconds."""
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    if receipt is None:
        return None
    table = read_columns(store, receipt, BOUNDARIES, [field.name for field in fields(LedgerRow)])
    return [LedgerRow(**row) for row in table.filter(pc.equal(table["source"], source)).to_pylist()]


def losses_of(store: Store, day: date) -> list[FinalOutcome]:
    """The day's links that ended in a fault or wait, by stage and reason."""
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    if receipt is None:
        return []
    ended = (outcome for outcome in read_rows(store, receipt, FINAL_OUTCOMES) if _is_trouble(outcome.reason))
    return sorted(ended, key=lambda f: (STAGES.index(f.stage), f.reason or "", f.source, f.link_id))


def _is_trouble(reason: Reason | None) -> bool:
    return reason not in (None, Reason.NOT_INDEXED_YET) and reason.kind is not ReasonClass.POLICY


def quality_of(store: Store, day: date) -> list[QualityResult] | None:
    """What the audit's rules found, failures first; None before the audit."""
    receipt = current(store, PartitionKey(stage="audit", day=day))
    if receipt is None:
        return None
    found = read_rows(store, receipt, RULE_RESULTS)
    return sorted(found, key=lambda q: (q.is_passed, q.severity, q.rule, q.source))


def rankings_of(store: Store, day: date) -> list[list[Ranking]]:
    """Readers' rankings, one list a site and heading, as the newest batch saw it."""
    lists: dict[tuple[str, str], list[Ranking]] = {}
    for receipt in _extracts(store, day):
        rows = sorted(read_rows(store, receipt, RANKINGS), key=lambda r: (r.site, r.heading, r.rank))
        lists |= {key: list(lines) for key, lines in groupby(rows, key=lambda r: (r.site, r.heading))}
    return [lists[key] for key in sorted(lists)]


def _extracts(store: Store, day: date) -> list[Receipt]:
    try:
        return [receipt for _, receipt in sorted(extracted_batches(store, day).items())]
    except NotReady:
        return []


def numbers_of(store: Store, day: date, articles: Sequence[HeadlineRow]) -> DayNumbers:
    """The day's numbers from its articles, ledger and audit."""
    ledger, quality = boundaries_on(store, day), quality_of(store, day)
    fresh = [article for article in articles if not article.is_revision]
    stages = stage_sums(ledger or ())
    return DayNumbers(
        day=day,
        articles=len(fresh),
        revisions=len(articles) - len(fresh),
        publishers=len({article.story_publisher or article.publisher for article in fresh}),
        sites=len({article.site for article in fresh}),
        languages=tuple(Counter(article.language for article in fresh).most_common()),
        newest_at=max((article.first_seen_at for article in articles), default=None),
        links=None if ledger is None else sum(s.received for s in stages if s.stage == "discover"),
        faults=None if ledger is None else sum(s.faults for s in stages),
        pending=None if ledger is None else waiting_in(ledger),
        failed_rules=None if quality is None else sum(not q.is_passed for q in quality),
    )


def waiting_in(rows: Iterable[LedgerRow]) -> int:
    """How many links are tried again; those that wait for Elasticsearch only do not count."""
    return sum(r.pending for r in rows if r.kind == "reason" and r.reason != Reason.NOT_INDEXED_YET.value)


def articles_by_day(store: Store, last: date, days: int) -> list[tuple[date, int | None]]:
    """Admitted articles of the `days` days up to `last`, without revisions, None where nothing was audited.

    Where the local index does not have the day yet, they are the ledger's, which counts revisions too.
    """
    return [(day, _admitted(store, day)) for day in span(last, days)]


def _admitted(store: Store, day: date) -> int | None:
    receipt = current(store, PartitionKey(stage="shelf", day=day))
    if receipt is not None:
        return pc.sum(pc.invert(read_columns(store, receipt, HEADLINES, ["is_revision"])["is_revision"])).as_py() or 0
    ledger = boundaries_on(store, day)
    return None if ledger is None else sum(r.passed for r in ledger if (r.stage, r.kind) == ("audit", "stage"))


def span(last: date, days: int) -> list[date]:
    """The `days` days that end with `last`, ascending."""
    return [last - timedelta(days=back) for back in range(days - 1, -1, -1)]


def stage_sums(ledger: Iterable[LedgerRow]) -> list[StageSum]:
    """The funnel over all sources, in the order of the walk."""
    rows = list(ledger)
    return [_stage_sum(stage, [r for r in rows if r.stage == stage]) for stage in STAGES] if rows else []


def _stage_sum(stage: str, rows: Sequence[LedgerRow]) -> StageSum:
    sums = [row for row in rows if row.kind == "stage"]
    lost: Counter[str] = Counter()
    for row in rows:
        lost[row.reason_class] += row.lost if row.kind == "reason" else 0
    return StageSum(
        stage=stage,
        received=sum(row.received for row in sums),
        passed=sum(row.passed for row in sums),
        faults=lost[ReasonClass.FAULT.value],
        policy=lost[ReasonClass.POLICY.value],
        pending=sum(row.pending for row in sums),
    )


def reason_sums(ledger: Iterable[LedgerRow]) -> list[ReasonSum]:
    """Every reason of the day by stage, faults first, the commonest first."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in ledger:
        if row.kind == "reason":
            found.setdefault((row.stage, row.reason), Counter())[row.source] += row.lost + row.pending
    sums = [
        ReasonSum(
            stage=stage,
            reason=Reason(reason),  # type: ignore[call-arg]
            count=sources.total(),
            sources=tuple(sorted(sources.items(), key=lambda item: (-item[1], item[0]))[:3]),
        )
        for (stage, reason), sources in found.items()
    ]
    classes = list(ReasonClass)
    return sorted(sums, key=lambda s: (classes.index(s.reason.kind), -s.count, STAGES.index(s.stage), s.reason))


def source_states(store: Store, sources: Sequence[Source], day: date) -> list[SourceState]:
    """Every source of the catalogue as of `day`: the longest silent first, then the one with most losses."""
    admitted: dict[str, Counter[date]] = {}
    for on in span(day, SOURCE_DAYS):
        for source, passed in _admitted_by_source(store, on):
            admitted.setdefault(source, Counter())[on] += passed
    ledger, visits = boundaries_on(store, day) or [], visits_on(store, day)
    states = [_state(source, day, ledger, admitted.get(source.name, Counter())) for source in sources]
    return sorted(_with_visits(states, visits), key=_urgency)


def _with_visits(states: Iterable[SourceState], visits: Sequence[Visit] | None) -> Iterator[SourceState]:
    if visits is None:
        yield from states
        return
    found = answers(visits)
    for state in states:
        mine = found.get(state.name, Answers())
        failed = [v.reason.value for v in visits if v.source == state.name and v.reason and v.result == "failed"]
        why = Counter(sorted(failed))
        yield replace(
            state,
            visits=mine.received,
            failed=mine.failed,
            is_failed=mine.is_failed,
            trouble=why.most_common(1)[0][0] if mine.is_failed else state.trouble,
        )


def seeds_of(store: Store, day: date) -> list[SeedDay] | None:
    """The day's seeds, those that failed most often first; None where the ledger does not know."""
    visits = visits_on(store, day)
    return None if visits is None else by_seed(visits)


def _admitted_by_source(store: Store, day: date) -> list[tuple[str, int]]:
    """(source, admitted articles) of the day, read by columns: a month of ledgers as rows takes seconds."""
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    if receipt is None:
        return []
    table = read_columns(store, receipt, BOUNDARIES, ["stage", "kind", "source", "passed"])
    audited = pc.and_(pc.equal(table["stage"], "audit"), pc.equal(table["kind"], "stage"))
    rows = table.filter(pc.and_(audited, pc.greater(table["passed"], 0)))
    return list(zip(rows["source"].to_pylist(), rows["passed"].to_pylist(), strict=True))


def _urgency(state: SourceState) -> tuple[bool, int, int, str]:
    silent = SOURCE_DAYS + 1 if state.silent_days is None else state.silent_days
    return not state.is_enabled, -silent, -state.lost, state.name


def _state(source: Source, day: date, ledger: Sequence[LedgerRow], admitted: Counter[date]) -> SourceState:
    rows = [row for row in ledger if row.source == source.name]
    last = max(admitted, default=None)
    reasons = sorted(
        (row for row in rows if row.kind == "reason" and _counts(row)), key=lambda r: (STAGES.index(r.stage), r.reason)
    )
    troubles = Counter({row.reason: row.lost + row.pending for row in reasons})  # of equals the earliest stage's
    return SourceState(
        name=source.name,
        title=source.title,
        home=source.home,
        is_enabled=source.enabled,
        last_day=last,
        silent_days=None if last is None else (day - last).days,
        announced=sum(r.received for r in rows if (r.stage, r.kind) == ("discover", "stage")),
        admitted=admitted[day],
        lost=sum(r.lost for r in rows if r.reason_class == ReasonClass.FAULT.value),
        pending=waiting_in(rows),
        week=sum(count for on, count in admitted.items() if on > day - timedelta(days=7)),
        trouble=troubles.most_common(1)[0][0] if troubles else "",
    )


def _counts(row: LedgerRow) -> bool:
    return row.reason_class != ReasonClass.POLICY.value and row.reason != Reason.NOT_INDEXED_YET.value


def in_trouble(states: Iterable[SourceState]) -> list[SourceState]:
    """The enabled sources that nothing came from, without an article on the day, or with more losses than articles."""
    return [s for s in states if s.is_enabled and (s.is_failed or s.silent_days != 0 or s.lost > s.admitted)]
