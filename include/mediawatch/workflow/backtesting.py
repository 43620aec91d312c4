"""Backtest: the detector over a stream of the past, day by day, as it would have run; nothing is sent or kept.

No day sees a later one: alerts of a day are written before the next is read.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from mediawatch.context import Report, silent
from mediawatch.errors import BadConfiguration
from mediawatch.keywords import (
    DayTerms,
    Detection,
    Glance,
    MemoryHistory,
    Reading,
    Rules,
    TextDocument,
    advance,
    detect,
    read,
)
from mediawatch.keywords.evaluations import Evaluation
from mediawatch.keywords.watching import Exclusions, WatchList
from mediawatch.keywords.watching.alerts import Sight, watch_alerts
from mediawatch.language.aliases import Aliases
from mediawatch.records import Alert
from mediawatch.sources.publishers import Publishers
from mediawatch.tables.keywords import Episode
from mediawatch.workflow.corpus import CorpusReader, read_days


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpan:
    """The days whose alerts are wanted, both included; the days before them are read as history."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether alerts of `day` are wanted."""
        return (self.first is None or day >= self.first) and not self.is_before(day)

    def is_before(self, day: date) -> bool:
        """Whether `day` is later than all wanted days."""
        return self.last is not None and day > self.last


@dataclass(slots=True)
class Tallied:
    """What a backtest has done so far.

    `alerts` are first messages, `follow_ups` the second messages of their episodes, `faults` lines that were no
    articles.  `judged` are days with a baseline long enough; the others can alert nobody.
    """

    days: int = 0
    judged: int = 0
    articles: int = 0
    faults: int = 0
    alerts: int = 0
    follow_ups: int = 0


@dataclass(slots=True, kw_only=True)
class Backtest:
    """A run of the detector over a stream.

    `tallied` and the lines of the alerts written so far stand at any moment, so that an interrupted run keeps what it
    has found.
    """

    rules: Rules
    aliases: Aliases
    publishers: Publishers
    exclusions: Exclusions = field(default_factory=Exclusions)
    watchlists: tuple[WatchList, ...] = ()
    tallied: Tallied = field(default_factory=Tallied)

    def run(self, stream: Path, out: Path, *, span: DaySpan | None = None, report: Report = silent) -> Tallied:
        """Judge each day of `stream`, and write an alert a line to `out` as soon as its day is judged.

        A faulty line of the stream is reported as file:line and counted; the rest goes on without it.  Raises
        BadRequest where the stream cannot be read or is out of order, BadConfiguration where `out` cannot be written.
        """
        try:
            file = out.open("w", encoding="utf-8")
        except OSError as error:
            raise BadConfiguration(f"{out}: cannot be written: {error.strerror or error}") from error
        with file:
            for alert in self.alerts(stream, span=span or DaySpan(), report=report):
                file.write(json.dumps(alert_line(alert), ensure_ascii=False) + "\n")
                file.flush()
        return self.tallied

    def alerts(self, stream: Path, *, span: DaySpan, report: Report = silent) -> Iterator[Alert]:
        """The alerts of the stream in the order in which they would have been sent, follow-ups left out."""

        def fault(line: str) -> None:
            self.tallied.faults += 1
            report(line)

        reader = CorpusReader(publishers=self.publishers)
        days = ((day, reader.documents(day, articles)) for day, articles in read_days(stream, fault))
        yield from self.judged(days, span=span, report=report)

    def judged(
        self, days: Iterable[tuple[date, Sequence[TextDocument]]], *, span: DaySpan, report: Report = silent
    ) -> Iterator[Alert]:
        """The alerts of `days`, oldest first, in the order in which they would have been sent; follow-ups left out."""
        history = MemoryHistory(reach_days=self.rules.reach_days)
        window: deque[tuple[date, list[Reading]]] = deque()
        episodes: Sequence[Episode] = ()
        for day, documents in days:
            if span.is_before(day):
                return
            readings = [read(document, self.aliases) for document in documents]
            window.append((day, readings))
            while (day - window[0][0]).days >= self.rules.window_days:
                window.popleft()
            self.tallied.days += 1
            self.tallied.articles += len(readings)
            table: DayTerms | None = None
            if span.holds(day):
                detection = self._detection(day, window, history)
                table = detection.table
                progress = advance(
                    episodes,
                    detection,
                    history,
                    self.rules,
                    evaluation=Glance(seen=day.isoformat()),
                    aliases=self.aliases,
                )
                episodes = progress.episodes
                self._count(detection, progress.alerts)
                report(f"{day}: {len(readings)} articles, {sum(not alert.step for alert in progress.alerts)} alerts")
                yield from (alert for alert in progress.alerts if not alert.step)
                yield from self._watched(detection, history)
            else:
                report(f"{day}: {len(readings)} articles, history")
            history.add(day, readings, table)

    def _detection(self, day: date, window: Sequence[tuple[date, list[Reading]]], history: MemoryHistory) -> Detection:
        return detect(
            day,
            [reading for _, readings in window for reading in readings],
            history,
            self.rules,
            excluded=self.exclusions.words(day),
            patterns=self.exclusions.patterns(day),
        )

    def _watched(self, detection: Detection, history: MemoryHistory) -> list[Alert]:
        if not self.watchlists:
            return []
        evaluation = Evaluation(
            day=detection.day,
            number=1,
            made_at=datetime.combine(detection.day, time.max, UTC),
            batches=(),
            is_closing=True,
            is_live=False,
        )
        sight = Sight(
            evaluation=evaluation, window=detection.window, history=history, aliases=self.aliases, rules=self.rules
        )
        return watch_alerts(self.watchlists, sight, {})

    def _count(self, detection: Detection, alerts: Sequence[Alert]) -> None:
        self.tallied.judged += detection.baseline_days >= self.rules.covered_days
        self.tallied.follow_ups += sum(alert.step > 0 for alert in alerts)
        self.tallied.alerts += sum(alert.step == 0 for alert in alerts)


def alert_line(alert: Alert) -> dict[str, Any]:
    """An alert as a line of a backtest's output: what a reader and a scorer want of it."""
    return {
        "day": alert.day.isoformat(),
        "kind": alert.kind.value,
        "term": alert.topic,
        "also": list(alert.also),
        "score": alert.score,
        "articles": list(alert.article_ids),
        "alert_id": alert.alert_id,
        "stories": alert.stories,
        "publishers": list(alert.publisher_names),
        "ratio": alert.ratio,
        "p": alert.p_value,
        "first_seen_on": alert.first_seen_on.isoformat() if alert.first_seen_on else None,
        "headlines": [line.title for line in alert.headlines],
        "watchlists": list(alert.watchlists),
    }
