"""How sources are: daily figures of each, judged by their own history, and the state that follows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from statistics import median
from typing import Final

from mediawatch.quality.judging import NO_HOLIDAYS, Figure, Finding, judge
from mediawatch.records import Reason, ReasonClass
from mediawatch.records.ledger import LedgerRow
from mediawatch.tables.health import WORSE, SourceFigure, SourceFinding, SourceHealth, State
from mediawatch.tables.ledger import Visit

REFUSALS: Final = frozenset(
    {Reason.ROBOTS, Reason.ROBOTS_UNREACHABLE, Reason.FORBIDDEN, Reason.CHALLENGE, Reason.RATE_LIMITED}
)
CERTIFICATE_DAYS: Final = 10
"""Days before its end on which a certificate is told of; most are renewed 30 days before."""
FEWEST: Final = 3
"""Articles of a day below which shares and medians say nothing."""
MARKS: Final = (3, 6, 9, 12, 15, 18, 21)
"""Hours of the newsroom's clock until which the articles of a day are counted."""
_UNTIL: Final = "until"
LOST: Final = "share_lost"
"""The figure of all links that were lost; followed by a reason, of those lost for it."""
_OF_VOLUME: Final[Mapping[str, State]] = {
    "silent": "silent",
    "low": "shrinking",
    "drifting": "shrinking",
    "frozen": "frozen",
}
_STATES: Final[Mapping[str, Mapping[str, State]]] = {
    "admitted": _OF_VOLUME,
    "new_links": _OF_VOLUME,
    "lag_minutes": {"high": "slow"},
    "share_lost": {"high": "losing"},
    "share_missed": {"high": "losing"},
}
"""{metric: {what it stands as: the state}}; of the other shares and lengths either way is a redesign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """What a day's figures need of an admitted article."""

    source: str
    byline: str
    original_publisher: str
    language: str
    published_at: datetime | None
    published_on: date | None
    first_seen_at: datetime
    text_length: int
    text_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDayFacts:
    """What a day's ledger says of a source: `new` links, those `lost` by fault, and its visits and their failures.

    `certificate_until` is when the first certificate of its hosts ends, None where none was shown.
    """

    new: int = 0
    lost: Mapping[Reason, int] = field(default_factory=dict)
    visits: int = 0
    failures: Mapping[Reason, int] = field(default_factory=dict)
    certificate_until: datetime | None = None

    @property
    def is_unreached(self) -> bool:
        """Whether every visit failed."""
        return 0 < self.visits == sum(self.failures.values())


def facts_of(rows: Iterable[LedgerRow], visits: Iterable[Visit]) -> dict[str, SourceDayFacts]:
    """{source: what its day was}, of all that were visited or announced something."""
    new: Counter[str] = Counter()
    lost: defaultdict[str, Counter[Reason]] = defaultdict(Counter)
    for row in rows:
        if row.kind == "reason" and (reason := Reason(row.reason)).kind is ReasonClass.FAULT:  # type: ignore[call-arg]
            lost[row.source][reason] += row.lost
        elif row.kind != "reason" and row.stage == "fetch":
            new[row.source] += row.received
    total: Counter[str] = Counter()
    failures: defaultdict[str, Counter[Reason]] = defaultdict(Counter)
    certificates: defaultdict[str, list[datetime]] = defaultdict(list)
    for visit in visits:
        total[visit.source] += 1
        certificates[visit.source] += [visit.certificate_until] if visit.certificate_until else []
        if visit.result == "failed" and visit.reason is not None:
            failures[visit.source][visit.reason] += 1
    return {
        source: SourceDayFacts(
            new=new[source],
            lost=dict(lost[source]),
            visits=total[source],
            failures=dict(failures[source]),
            certificate_until=min(certificates[source], default=None),
        )
        for source in sorted({*new, *lost, *total})
    }


def figures_of(
    day: date,
    articles: Iterable[ArticleFacts],
    facts: Mapping[str, SourceDayFacts],
    languages: Mapping[str, Sequence[str]],
    zone: tzinfo,
) -> list[SourceFigure]:
    """The day's figures of every source that was visited: its articles and new links, of FEWEST articles or more their
    fields, and of as many links the share that was lost, in all and for each reason that there was.

    `languages` are those that each source says to have.  Lags are minutes from publication until we saw it.  How many
    articles were seen until each of MARKS, in `zone`, is kept for `workflow.source_health_today`: a day that is over is
    judged by all of them.
    """
    marks = {mark: datetime.combine(day, time(mark), zone) for mark in MARKS}
    by_source: defaultdict[str, list[ArticleFacts]] = defaultdict(list)
    for article in articles:
        by_source[article.source].append(article)
    found = []
    for source in sorted({*facts, *by_source}):
        own = by_source[source]
        values = {"admitted": float(len(own)), **_fields(own, languages.get(source, ()))}
        values |= {until(mark): float(sum(article.first_seen_at < at for article in own)) for mark, at in marks.items()}
        found += [SourceFigure(day=day, source=source, metric=metric, value=value) for metric, value in values.items()]
    return [*found, *figures_of_links(day, facts)]


def figures_of_links(day: date, facts: Mapping[str, SourceDayFacts]) -> Iterator[SourceFigure]:
    """How many new links each source had; of FEWEST or more the share that was lost, and that for each reason there
    was.
    """
    for source, fact in sorted(facts.items()):
        values = {"new_links": float(fact.new)}
        if fact.new >= FEWEST:
            values[LOST] = min(1.0, sum(fact.lost.values()) / fact.new)
            values |= {f"{LOST}:{reason}": min(1.0, lost / fact.new) for reason, lost in fact.lost.items() if lost}
        for metric, value in values.items():
            yield SourceFigure(day=day, source=source, metric=metric, value=value)


def until(mark: int) -> str:
    """The name of the figure of articles until the hour `mark`."""
    return f"{_UNTIL}:{mark:02}"


def is_of_a_whole_day(figure: SourceFigure) -> bool:
    """Whether a day that is over is judged by it."""
    return not figure.metric.startswith(_UNTIL)


def with_none_lost(figures: Iterable[SourceFigure]) -> list[SourceFigure]:
    """`figures`, and 0 for each reason for which a source lost links on some days, on those when it lost none for it.

    They are not kept: most sources never lose a link for most reasons.
    """
    found = list(figures)
    days: defaultdict[str, set[date]] = defaultdict(set)
    had: defaultdict[tuple[str, str], set[date]] = defaultdict(set)
    for figure in found:
        if figure.metric == LOST:
            days[figure.source].add(figure.day)
        elif figure.metric.startswith(f"{LOST}:"):
            had[figure.source, figure.metric].add(figure.day)
    none = (
        SourceFigure(day=day, source=source, metric=metric, value=0.0)
        for (source, metric), there in had.items()
        for day in sorted(days[source] - there)
    )
    return [*found, *none]


def _fields(articles: Sequence[ArticleFacts], languages: Sequence[str]) -> dict[str, float]:
    if len(articles) < FEWEST:
        return {}
    count = len(articles)
    lags = [(a.first_seen_at - a.published_at).total_seconds() / 60 for a in articles if a.published_at]
    found = {
        "share_undated": sum(a.published_at is None and a.published_on is None for a in articles) / count,
        "share_unsigned": sum(not a.byline for a in articles) / count,
        "share_reprinted": sum(bool(a.original_publisher) for a in articles) / count,
        "share_copied": 1 - len({a.text_digest for a in articles}) / count,
        "median_length": float(median(a.text_length for a in articles)),
    }
    if languages:
        found["share_other_language"] = sum(not _is_one_of(a.language, languages) for a in articles) / count
    if len(lags) >= FEWEST:
        found["lag_minutes"] = float(median(lags))
    return found


def _is_one_of(language: str, languages: Sequence[str]) -> bool:
    return any(language == one or language.split("-", maxsplit=1)[0] == one.split("-")[0] for one in languages)


def holidays_of(countries: Mapping[str, str], since: date, until: date) -> dict[str, frozenset[date]]:
    """{source: the public holidays of its country within `since` and `until`}, of sources whose country is known.

    `countries` are codes of ISO 3166-1.  A country that the library does not know has none.
    """
    from holidays import country_holidays, list_supported_countries

    known, years = list_supported_countries(), range(since.year, until.year + 1)
    days = {
        country: frozenset(day for day in country_holidays(country, years=years) if since <= day <= until)
        for country in set(countries.values())
        if country in known
    }
    return {source: days[country] for source, country in countries.items() if country in days}


def findings_on(
    day: date, figures: Iterable[SourceFigure], holidays: Mapping[str, Collection[date]] = NO_HOLIDAYS
) -> list[SourceFinding]:
    """What the figures of `day` are by those of the days before; all of them, the usual ones too."""
    known = (Figure(day=f.day, source=f.source, metric=f.metric, value=f.value) for f in with_none_lost(figures))
    return [_finding(found) for found in judge(known, with_usual=True, holidays=holidays) if found.day == day]


def _finding(found: Finding) -> SourceFinding:
    is_judged = found.verdict != "unknown"
    return SourceFinding(
        day=found.day,
        source=found.source,
        metric=found.metric,
        verdict=found.verdict,
        severity=found.severity,
        standing=found.standing,
        observed=found.observed,
        low=found.low if is_judged else None,
        high=found.high if is_judged else None,
        days_known=found.days_known,
    )


def states_on(
    day: date,
    findings: Iterable[SourceFinding],
    facts: Mapping[str, SourceDayFacts],
    yesterday: Mapping[str, SourceDayFacts],
    before: Mapping[str, SourceHealth],
    *,
    held: Mapping[str, State] | None = None,
) -> Iterator[SourceHealth]:
    """How each source is at the end of `day`.

    A source that nobody reached is told on the second such day in a row, and one whose figures are off as long as they
    stand so: what `before` says of the day before stays until it is over.  Those that the audit has
    `held` back are told at once, by why.
    """
    by_source: defaultdict[str, list[SourceFinding]] = defaultdict(list)
    for finding in findings:
        by_source[finding.source].append(finding)
    for source in sorted({*facts, *by_source}):
        own, fact = by_source[source], facts.get(source, SourceDayFacts())
        was_unreached = yesterday.get(source, SourceDayFacts()).is_unreached
        state, metric = _state(day, own, fact, was_unreached=was_unreached)
        if held and source in held:
            state, metric = held[source], ""
        earlier = before.get(source)
        is_same = earlier is not None and earlier.state == state
        yield SourceHealth(
            day=day,
            source=source,
            state=state,
            since=earlier.since if earlier and is_same else day,
            was=(earlier.was if is_same else earlier.state) if earlier else "",
            metric=metric,
            detail=_detail(fact, state, own),
        )


def _state(day: date, own: Sequence[SourceFinding], fact: SourceDayFacts, *, was_unreached: bool) -> tuple[State, str]:
    found: dict[State, str] = {}
    if fact.certificate_until and fact.certificate_until.date() - day <= timedelta(days=CERTIFICATE_DAYS):
        found["certificate"] = ""
    if fact.is_unreached and was_unreached:
        found["blocked" if _is_refused(fact.failures) else "failed"] = ""
    for finding in own:
        means = _STATES.get(finding.metric.partition(":")[0])
        state = means.get(finding.standing) if means else None
        if means is None and finding.standing:
            state = "redesigned"
        if state == "losing" and _is_refused(fact.lost):
            state = "blocked"
        if state is not None:
            found.setdefault(state, finding.metric)
    for state in WORSE:
        if state in found:
            return state, found[state]
    admitted = next((finding for finding in own if finding.metric == "admitted"), None)
    is_known = admitted is not None and admitted.verdict != "unknown"
    return ("live" if is_known or fact.new else "unknown"), ""


def _is_refused(reasons: Mapping[Reason, int]) -> bool:
    return 2 * sum(count for reason, count in reasons.items() if reason in REFUSALS) > sum(reasons.values())


def _detail(fact: SourceDayFacts, state: State, own: Sequence[SourceFinding]) -> str:
    """What was counted, in the words of the ledger: reasons and how often, how many days are known, or a last day."""
    if state == "unknown":
        return str(max((finding.days_known for finding in own), default=0))
    if state == "certificate" and fact.certificate_until:
        return f"{fact.certificate_until.date()}"
    counted = fact.failures if state in ("failed", "blocked") and fact.is_unreached else fact.lost
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{reason.value} {count}" for reason, count in ordered if count)
