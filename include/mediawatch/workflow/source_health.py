"""Health: once a day is closed, each source's figures against its own history, and how the source is.

health/day=D     figures     articles, shares, lengths, lags of each source that was visited
                 findings    each against the bounds that were expected of it
                 health      live, silent, blocked and the like, and since when
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from mediawatch.context import Context, Report, silent
from mediawatch.errors import Corrupt
from mediawatch.lake.leases import lease
from mediawatch.lake.partitions import (
    PartitionKey,
    PartitionWriter,
    current,
    is_fresh,
    partition_days,
    read_columns,
    read_rows,
)
from mediawatch.lake.store import Store
from mediawatch.pipeline.admitted import admissions_of, extracted
from mediawatch.pipeline.taking_over import SPEAKS_AS_BEFORE
from mediawatch.quality.judging import HISTORY_DAYS
from mediawatch.quality.source_health import (
    LOST,
    ArticleFacts,
    SourceDayFacts,
    facts_of,
    figures_of,
    figures_of_links,
    findings_on,
    holidays_of,
    is_of_a_whole_day,
    states_on,
)
from mediawatch.quality.suites.days import MOSTLY_ADMITTED
from mediawatch.tables.extraction import ARTICLES
from mediawatch.tables.health import (
    FIGURES,
    FINDINGS,
    HEALTH,
    WORSE,
    SourceFigure,
    SourceFinding,
    SourceHealth,
    State,
)
from mediawatch.tables.quality import RULE_RESULTS
from mediawatch.workflow.ledger import boundaries_on, visits_on
from mediawatch.workflow.recall import by_source, own_lists, recall

VERSION: Final = "3"
WINDOW: Final = timedelta(days=HISTORY_DAYS + 27)
"""Days that a judgement is made from: the history, and four weeks for the state at its beginning."""
_HELD: Final[Mapping[str, State]] = {SPEAKS_AS_BEFORE: "taken_over", MOSTLY_ADMITTED: "held"}
_WITHOUT_LINKS: Final = ("1", "2")
"""Versions that kept of links only the share that was lost."""
FEWEST_LISTED: Final = 5
"""Headlines on a source's own lists below which the share that was missed says nothing."""
_COLUMNS: Final = [field.name for field in fields(ArticleFacts)]


def judge_sources(context: Context, day: date, report: Report = silent) -> None:
    """Judge the sources of a built `day`, unless that is done; the figures of days before it are made where they lack.

    Does nothing for a day without a ledger.  Raises Contended while another worker is at it.
    """
    inputs = _inputs(context.store, day)
    key = health_key(day)
    if inputs is None or is_fresh(context.store, key, inputs=inputs, version=VERSION, settings={}) is not None:
        return
    holder, seconds = f"health {day}", context.settings.lease_seconds
    with lease(context.store, f"health/day={day}", holder=holder, seconds=seconds, clock=context.clock) as held:
        today, yesterday = _facts(context.store, day), _facts(context.store, day - timedelta(days=1))
        known = list(_known(context, day))
        figures = [*figures_on(context, day, today), *_lists(context, day, today, known)]
        known += figures
        findings = findings_on(day, filter(is_of_a_whole_day, known), holidays_before(context, day))
        before = {row.source: row for row in _before(context.store, day)}
        states = list(states_on(day, findings, today, yesterday, before, held=_held(context.store, day)))
        writer = PartitionWriter(context.store, key, inputs=inputs, version=VERSION, settings={}, lease=held)
        writer.append(FIGURES, figures)
        writer.append(FINDINGS, findings)
        writer.append(HEALTH, states)
        writer.publish()
    report(f"{len(states)} sources judged, {len(changes_on(context.store, day))} of them changed")


def holidays_before(context: Context, day: date) -> dict[str, frozenset[date]]:
    """{source: the public holidays of its country} of the days that `day` is judged by, and of `day`."""
    countries = {source.name: source.country for source in context.catalogue.sources}
    return holidays_of(countries, day - WINDOW, day)


def health_on(store: Store, day: date) -> list[SourceHealth]:
    """How each source was at the end of `day`; none where that was not judged."""
    receipt = current(store, health_key(day))
    return list(read_rows(store, receipt, HEALTH)) if receipt else []


def changes_on(store: Store, day: date) -> list[SourceHealth]:
    """The sources that became worse on `day`, or well again after that."""
    changed = [row for row in health_on(store, day) if row.is_new]
    return [row for row in changed if row.state in WORSE or (row.was in WORSE and row.state == "live")]


def findings_of(store: Store, day: date, source: str) -> list[SourceFinding]:
    """The figures of a source on `day` with their bounds."""
    receipt = current(store, health_key(day))
    return [row for row in read_rows(store, receipt, FINDINGS) if row.source == source] if receipt else []


def last_judged(store: Store, day: date) -> date | None:
    """The newest day up to `day` whose sources were judged."""
    return next((on for on in reversed(partition_days(store, "health")) if on <= day), None)


def health_key(day: date) -> PartitionKey:
    """The partition of the day's judgement."""
    return PartitionKey(stage="health", day=day)


def _inputs(store: Store, day: date) -> dict[str, str] | None:
    found = {stage: current(store, PartitionKey(stage=stage, day=day)) for stage in ("audit", "ledger")}
    return {stage: receipt.digest for stage, receipt in found.items() if receipt} if all(found.values()) else None


def _known(context: Context, day: date) -> Iterator[SourceFigure]:
    """The figures of the days before `day`, from where they were kept, else made now."""
    store = context.store
    for on in partition_days(store, "ledger", since=day - WINDOW):
        if on >= day:
            return
        yield from _kept_figures(store, on) or figures_on(context, on)


def _kept_figures(store: Store, day: date) -> list[SourceFigure]:
    """The figures that were kept of a day; none where they are not there or damaged, so that they are made again."""
    try:
        receipt = current(store, health_key(day))
        kept = list(read_rows(store, receipt, FIGURES)) if receipt else []
    except Corrupt:
        return []
    if receipt and receipt.version in _WITHOUT_LINKS:
        links = list(figures_of_links(day, _facts(store, day)))
        kept = [figure for figure in kept if figure.metric != LOST] + links
    return kept


def _before(store: Store, day: date) -> list[SourceHealth]:
    """How the sources were on the last judged day before `day`; nothing where that is damaged."""
    try:
        last = last_judged(store, day - timedelta(days=1))
        return health_on(store, last) if last else []
    except Corrupt:
        return []


def figures_on(context: Context, day: date, facts: Mapping[str, SourceDayFacts] | None = None) -> list[SourceFigure]:
    """The figures of a day that is built, all of it or as far as it is; `facts` where they are known already."""
    facts = _facts(context.store, day) if facts is None else facts
    languages = {source.name: source.languages for source in context.catalogue.sources}
    return figures_of(day, _articles(context.store, day), facts, languages, ZoneInfo(context.settings.timezone))


def _held(store: Store, day: date) -> dict[str, State]:
    """The sources that the audit holds back, by why."""
    receipt = current(store, PartitionKey(stage="audit", day=day))
    rows = read_rows(store, receipt, RULE_RESULTS) if receipt else ()
    failed = [row for row in rows if row.source and row.severity == "error" and not row.is_passed]
    return {row.source: _HELD[row.rule] for row in failed if row.rule in _HELD}


def _lists(
    context: Context, day: date, facts: Mapping[str, SourceDayFacts], known: Iterable[SourceFigure]
) -> Iterator[SourceFigure]:
    """How many headlines a source's own lists have, none where it had some before, and the share that was not indexed,
    of FEWEST_LISTED or more.
    """
    lists = {found.source: found for found in by_source(recall(context, day, own_lists(context.store, day)))}
    had = {figure.source for figure in known if figure.metric == "listed"}
    for source in sorted(lists.keys() | (had & facts.keys())):
        found = lists.get(source)
        yield SourceFigure(day=day, source=source, metric="listed", value=float(found.headlines if found else 0))
        if found and found.headlines >= FEWEST_LISTED:
            yield SourceFigure(day=day, source=source, metric="share_missed", value=1 - found.share)


def _articles(store: Store, day: date) -> Iterator[ArticleFacts]:
    """The articles that count on the day: of each the newest admitted revision, none of which an earlier day had."""
    for batch, admitted in admissions_of(store, day).items():
        own = {link for link, admission in admitted.items() if admission.counted_on == day}
        receipt = extracted(store, day, batch) if own else None
        if receipt is None:
            continue
        for row in read_columns(store, receipt, ARTICLES, ["link_id", *_COLUMNS]).to_pylist():
            if row.pop("link_id") in own:
                yield ArticleFacts(**row)


def _facts(store: Store, day: date) -> Mapping[str, SourceDayFacts]:
    return facts_of(boundaries_on(store, day) or (), visits_on(store, day) or ())
