"""Detect: what is new, back, rising or watched for in the words of a day, evaluation after evaluation.

detect/day=D     episodes     topics that have made an alert and are not over
                 alerts       what each evaluation told, with its evidence
                 candidates   the words that the last evaluation judged, with the gate that each failed

Each evaluation of the day is repeated over the batches that it saw, so that building the day again finds the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import chain

from mediawatch.context import Context, Report
from mediawatch.keywords import VERSION, Detection, Glance, Reading, TextDocument, advance
from mediawatch.keywords import detect as detect_words
from mediawatch.keywords.corpus import Corpus
from mediawatch.keywords.dismissals import dismissals
from mediawatch.keywords.evaluations import Evaluation, evaluations_of, input_name
from mediawatch.keywords.lake_history import LakeHistory
from mediawatch.keywords.memory import release
from mediawatch.keywords.published_rules import DetectionRule, current_rule
from mediawatch.keywords.terms_stage import documents_of, readings_of
from mediawatch.keywords.watching import Exclusions, WatchList, read_exclusions, read_watchlists
from mediawatch.keywords.watching.alerts import Sight, watch_alerts
from mediawatch.keywords.watching.watchlist import EXCLUSIONS
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.documents import digest_of, dump, load
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, partition_days, read_rows
from mediawatch.lake.store import Store
from mediawatch.pipeline.stage import Given, Input, Stage, published
from mediawatch.records import Alert
from mediawatch.records.alert import alert_document, alert_from
from mediawatch.tables import Per
from mediawatch.tables.keywords import (
    ALERTS,
    EPISODES,
    EXPOSURES,
    JUDGED,
    STRINGS,
    TERMS,
    AlertRow,
    CandidateRow,
    Episode,
)

MOST_CANDIDATES = 1000
"""Words of a day that are kept with their gates, the loudest first; a day of 1,000 articles judges some hundreds."""


def _more(context: Context, key: PartitionKey) -> dict[str, str]:
    """The days before, the episodes that were open, and the evaluations."""
    store, day = context.store, key.day
    inputs = dict(LakeHistory(store, day).inputs)
    before = _day_before(store, day, current_rule(context))
    if before is not None:
        inputs["episodes"] = published(store, PartitionKey(stage="detect", day=before)).digest
    return inputs | {input_name(evaluation): " ".join(evaluation.batches) for evaluation in evaluations_of(store, day)}


def _settings(context: Context, key: PartitionKey) -> dict[str, str]:
    """The rule, the watch lists and the words that never alert."""
    never = [each.model_dump(mode="json") for each in exclusions_of(context, key.day).entries]
    return {
        "rule": current_rule(context).digest,
        "watchlists": digest_of([each.model_dump(mode="json") for each in watchlists_of(context)])[:16],
        "exclusions": digest_of([*never, *sorted(muted_on(context, key.day))])[:16],
    }


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `episodes`, `alerts` and `candidates`."""
    # What was judged is gone before anything is written: a large day takes a gigabyte.
    judged = _judged(given.context, given.day)
    release()
    writer.append(EPISODES, judged.episodes)
    writer.append(ALERTS, judged.told)
    writer.append(JUDGED, judged.candidates)
    report(f"{len({row.alert_id for row in judged.told})} alerts in {judged.evaluations} evaluations")
    if judged.left_out:
        report(f"{judged.left_out} quieter words are not kept in the table of candidates")
    for line in _changes(given.context.store, given.key, {row.alert_id: row for row in judged.told}):
        report(line)


@dataclass(frozen=True, slots=True)
class _Judged:
    """The rows of a day, how many evaluations it had, and how many words of the last one are left out."""

    episodes: Sequence[Episode]
    told: Sequence[AlertRow]
    candidates: Sequence[CandidateRow]
    evaluations: int
    left_out: int


def _judged(context: Context, day: date) -> _Judged:
    """What the evaluations of `day` find, one after the other."""
    rule = current_rule(context)
    judge = Judge(context=context, day=day, rule=rule)
    episodes = _episodes_before(context.store, day, rule)
    lists, told = watchlists_of(context), []
    dismissed, muted = list(dismissals(context.store)), muted_on(context, day)
    watched: dict[str, Alert] = {}
    detection = None
    evaluations = _evaluations(context.store, day)
    for evaluation in evaluations:
        detection = judge.detection(evaluation)
        glance = Glance(is_closing=evaluation.is_closing, seen=evaluation.name)
        progress = advance(
            episodes,
            detection,
            judge.history,
            rule.rules,
            evaluation=glance,
            aliases=context.aliases,
            originals=judge.originals,
            rule=rule.name,
        )
        episodes = progress.episodes
        sight = Sight(
            evaluation=evaluation,
            window=detection.window,
            history=judge.history,
            aliases=context.aliases,
            rules=rule.rules,
            texts=judge.texts,
            muted=muted,
        )
        found = watch_alerts(lists, sight, watched)
        wanted = (
            alert for alert in (*progress.alerts, *progress.updates) if not any(d.covers(alert) for d in dismissed)
        )
        told += [_row(_named(context, alert), evaluation) for alert in (*wanted, *found)]
    return _Judged(
        episodes=episodes,
        told=told,
        candidates=list(_candidates(detection)) if detection else [],
        evaluations=len(evaluations),
        left_out=max(0, len(detection.candidates) - MOST_CANDIDATES) if detection else 0,
    )


def _changes(store: Store, key: PartitionKey, told: Mapping[str, AlertRow]) -> Iterator[str]:
    """What is otherwise than when the day was judged before: alerts that would not, or would now, be made."""
    receipt = current(store, key)
    before = {row.alert_id: row for row in read_rows(store, receipt, ALERTS)} if receipt else {}
    for words, rows in (("no alert any more", set(before) - set(told)), ("an alert now", set(told) - set(before))):
        if before and rows:
            topics = sorted(str(load({**before, **told}[name].document.encode(), name)["topic"]) for name in rows)
            yield f"{words}: {', '.join(topics)}"


@dataclass(frozen=True, kw_only=True)
class Judge:
    """A day ready to be judged, evaluation after evaluation: what all its evaluations share is read once."""

    context: Context
    day: date
    rule: DetectionRule

    def detection(self, evaluation: Evaluation) -> Detection:
        """What the evaluation shows."""
        return detect_words(
            self.day,
            chain(self._window, readings_of(self.context, self.day, evaluation.batches)),
            self.history,
            self.rule.rules,
            excluded=self._exclusions.words(self.day),
            patterns=self._exclusions.patterns(self.day),
        )

    def originals(self, ids: Collection[str]) -> Iterator[tuple[str, str]]:
        """The ids of articles of the window, and their titles and texts as published; they are read again, and not
        kept.
        """
        return ((each.article_id, f"{each.title}\n{each.text}") for each in self._documents(ids, self._days_before))

    def texts(self, ids: Collection[str]) -> dict[str, str]:
        """The texts of articles of the day as published, by id."""
        return {each.article_id: each.text for each in self._documents(ids)}

    def _documents(self, ids: Collection[str], before: Sequence[date] = ()) -> Iterator[TextDocument]:
        days = (*before, self.day)
        return (each for day in days for each in documents_of(self.context.store, day, ids=ids))

    @cached_property
    def history(self) -> LakeHistory:
        """The past of the day."""
        return LakeHistory(self.context.store, self.day)

    @cached_property
    def _days_before(self) -> list[date]:
        return [self.day - timedelta(days=back) for back in range(self.rule.rules.window_days - 1, 0, -1)]

    @cached_property
    def _window(self) -> tuple[Reading, ...]:
        return Corpus.of(chain.from_iterable(readings_of(self.context, day) for day in self._days_before)).readings

    @cached_property
    def _exclusions(self) -> Exclusions:
        return exclusions_of(self.context, self.day)


def alerts_of(store: Store, day: date) -> list[Alert]:
    """What the evaluations of `day` told, each alert in its newest state, loudest first."""
    receipt = current(store, PartitionKey(stage="detect", day=day))
    rows = list(read_rows(store, receipt, ALERTS)) if receipt else []
    newest = {row.alert_id: row for row in sorted(rows, key=lambda row: (row.evaluation, row.step))}
    found = [alert_from(load(row.document.encode(), f"detect of {day}")) for row in newest.values()]
    return sorted(found, key=lambda alert: (-alert.score, alert.alert_id))


def found_first(store: Store, day: date) -> dict[str, int]:
    """{alert: the number of the evaluation of `day` that told it first}."""
    receipt = current(store, PartitionKey(stage="detect", day=day))
    found: dict[str, int] = {}
    for row in read_rows(store, receipt, ALERTS) if receipt else ():
        found[row.alert_id] = min(row.evaluation, found.get(row.alert_id, row.evaluation))
    return found


def alerts_since(store: Store, first: date) -> Iterator[Alert]:
    """The alerts of all days from `first` on, oldest day first."""
    for day in partition_days(store, "detect", since=first):
        yield from alerts_of(store, day)


def candidates_of(store: Store, day: date) -> list[CandidateRow]:
    """The words that the last evaluation of `day` judged, loudest first; none where nobody looked."""
    receipt = current(store, PartitionKey(stage="detect", day=day))
    rows = list(read_rows(store, receipt, JUDGED)) if receipt else []
    return sorted(rows, key=lambda row: (-row.score, row.term))


def watchlists_of(context: Context) -> tuple[WatchList, ...]:
    """The watch lists; none where the folder does not exist.  Raises BadConfiguration."""
    folder = context.settings.watchlists_dir
    return read_watchlists(folder) if folder.is_dir() else ()


def exclusions_of(context: Context, day: date) -> Exclusions:
    """What is never new, back or rising on `day`: the file's words, and what people dismissed by then."""
    written = read_exclusions(context.settings.watchlists_dir / EXCLUSIONS)
    made = (each.exclusion() for each in dismissals(context.store) if each.on <= day and not each.watchlists)
    return written.adding(made)


def muted_on(context: Context, day: date) -> frozenset[tuple[str, str]]:
    """(list, canonical word) of the words of watch lists that people dismissed for a time that holds on `day`."""
    return frozenset(
        (name, context.aliases.canonical(word))
        for each in dismissals(context.store)
        if each.on <= day <= each.until
        for name in each.watchlists
        for word in each.words
    )


def last_evaluation(store: Store, day: date) -> Evaluation:
    """The last evaluation of `day`; one over all its batches where nobody looked."""
    return _evaluations(store, day)[-1]


def _evaluations(store: Store, day: date) -> list[Evaluation]:
    evaluations = evaluations_of(store, day)
    if evaluations:
        return evaluations
    manifests = sealed_batches(store, day)
    batches = tuple(sorted(manifest.batch for manifest in manifests))
    at = max(manifest.opened_at for manifest in manifests)
    return [Evaluation(day=day, number=1, made_at=at, batches=batches, is_closing=True, is_live=False)]


def _day_before(store: Store, day: date, rule: DetectionRule) -> date | None:
    """The last day before `day` that was judged, near enough for its episodes to be open."""
    since = day - timedelta(days=rule.rules.quiet_days)
    days = [each for each in partition_days(store, "detect", since=since) if each < day]
    return next((each for each in reversed(days) if current(store, PartitionKey(stage="detect", day=each))), None)


def _episodes_before(store: Store, day: date, rule: DetectionRule) -> tuple[Episode, ...]:
    before = _day_before(store, day, rule)
    if before is None:
        return ()
    receipt = published(store, PartitionKey(stage="detect", day=before))
    return tuple(read_rows(store, receipt, EPISODES))


def _named(context: Context, alert: Alert) -> Alert:
    """`alert` with publishers as people call them."""
    return replace(
        alert,
        publisher_names=tuple(name_of(context, publisher) for publisher in alert.publisher_names),
        first_publisher=name_of(context, alert.first_publisher),
        headlines=tuple(replace(each, publisher=name_of(context, each.publisher)) for each in alert.headlines),
    )


def name_of(context: Context, name: str) -> str:
    """How people call a publisher: by the dictionary of publishers, by the catalogue, else as it is."""
    publisher = context.publishers.identified(name) or context.publishers.at(name)
    if publisher is not None:
        return publisher.name
    source = context.catalogue.by_host(name) or next(
        (each for each in context.catalogue.sources if each.name == name), None
    )
    return source.title if source else name


def _row(alert: Alert, evaluation: Evaluation) -> AlertRow:
    document = dump(alert_document(alert)).decode()
    return AlertRow(
        alert_id=alert.alert_id, step=alert.step, evaluation=evaluation.number, score=alert.score, document=document
    )


def _candidates(detection: Detection) -> Iterator[CandidateRow]:
    for found in detection.candidates[:MOST_CANDIDATES]:
        yield CandidateRow(
            term=found.term,
            kind=found.kind.value,
            articles=found.articles,
            stories=len(found.stories),
            publishers=found.publishers,
            usual=found.usual,
            ratio=found.ratio,
            p_value=found.p_value,
            effect=found.effect,
            score=found.score,
            gate=found.gate.value,
        )


STAGE = Stage(
    name="detect",
    version=VERSION,
    per=Per.DAY,
    reads=(Input(tables=(TERMS, EXPOSURES, STRINGS), label="terms"),),
    writes=(EPISODES, ALERTS, JUDGED),
    settings=_settings,
    more=_more,
    work=work,
)
