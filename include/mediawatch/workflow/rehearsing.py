"""Rehearsing: what watch lists would have found in the articles of the last days, and which messages they had sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from mediawatch.context import Context
from mediawatch.delivery import Recipient
from mediawatch.keywords import Reading, TextDocument, uncut
from mediawatch.keywords.detect_stage import muted_on
from mediawatch.keywords.evaluations import evaluations_of
from mediawatch.keywords.terms_stage import documents_of
from mediawatch.keywords.watching import Matcher, Trial, WatchList, try_watchlists
from mediawatch.keywords.watching.alerts import Match, is_enough, is_follow_up, matches_of
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.pipeline.admitted import admitted_articles, newest_admitted
from mediawatch.tables.quality import VERDICTS

Counts = tuple[int, int]
"""Articles and publishers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What one list found, and the messages that each recipient would have got: (day, how many).

    A day has a second message when far more came after the first.  `best` is what came closest to an alert;
    `recipients` are those whom the list's matches are for.
    """

    trial: Trial
    messages: tuple[tuple[date, int], ...]
    best: Counts
    recipients: tuple[str, ...]

    @property
    def count(self) -> int:
        """Messages to each recipient."""
        return sum(count for _, count in self.messages)


def rehearse(
    context: Context, lists: Sequence[WatchList], recipients: Sequence[Recipient], *, days: int, shown: int
) -> list[Rehearsal]:
    """What each of `lists` would have done on the last `days` days, today included; `shown` finds of each."""
    span = [context.today - timedelta(days=back) for back in range(days)]
    articles = (article for day in span for article in admitted_articles(context.store, day))
    trials = try_watchlists(lists, context.aliases, articles, shown=shown)
    matcher = Matcher(tuple(lists), context.aliases)
    seen = {day: _Day(context, matcher, day).counts() for day in reversed(span)}
    asked_for = {each.name: each.recipients for each in lists}
    return [
        Rehearsal(
            trial=trial,
            messages=tuple((day, count) for day, found in seen.items() if (count := _messages(each, found[each.name]))),
            best=max((counts for found in seen.values() for counts in found[each.name]), default=(0, 0)),
            recipients=tuple(one.name for one in recipients if one.gets(each.name, asked_for)),
        )
        for each, trial in zip(lists, trials, strict=True)
    ]


def _messages(watchlist: WatchList, evaluations: Sequence[Counts]) -> int:
    """How many messages a day makes whose evaluations saw so much, one after the other."""
    enough = [counts for counts in evaluations if is_enough(watchlist, *counts)]
    return len(enough[:1]) + any(is_follow_up(counts, enough[0]) for counts in enough[1:])


@dataclass(frozen=True)
class _Day:
    """A day's articles as the evaluations of it saw them."""

    context: Context
    matcher: Matcher
    day: date

    def counts(self) -> dict[str, list[Counts]]:
        """{list: what each evaluation saw of it}, oldest evaluation first."""
        matches = matches_of(self.matcher, self._readings, muted_on(self.context, self.day))
        evaluations = list(self._evaluations())
        return {
            each.name: [_seen(matches.get(each.name, ()), ids) for ids in evaluations]
            for each in self.matcher.watchlists
        }

    @cached_property
    def _readings(self) -> list[Reading]:
        documents = list(documents_of(self.context.store, self.day)) or list(self._unclustered())
        return [uncut(document) for document in documents]

    def _unclustered(self) -> Iterator[TextDocument]:
        """The articles of a day whose stories are not known yet: each is its own."""
        for article in admitted_articles(self.context.store, self.day):
            yield TextDocument(
                article_id=article.article_id,
                day=self.day,
                at=article.published_at or article.first_seen_at,
                site=article.source,
                publisher=article.publisher_id or article.site,
                story=article.article_id,
                language=article.language,
                title=article.title,
                text=article.text,
                url=article.url,
            )

    def _evaluations(self) -> Iterator[Collection[str]]:
        """The ids of the articles that each evaluation saw; of all where nobody looked."""
        audited = current(self.context.store, PartitionKey(stage="audit", day=self.day))
        evaluations = evaluations_of(self.context.store, self.day)
        if audited is None or not evaluations:
            yield {reading.article_id for reading in self._readings}
            return
        verdicts = list(read_rows(self.context.store, audited, VERDICTS))
        for evaluation in evaluations:
            seen = newest_admitted(verdict for verdict in verdicts if verdict.batch in evaluation.batches)
            yield {verdict.article_id for verdict in seen.values()}


def _seen(matches: Sequence[Match], ids: Collection[str]) -> Counts:
    """What an evaluation of the articles `ids` sees of `matches`, stories that began on an earlier day left out."""
    found = [reading for reading, _ in matches if reading.article_id in ids and reading.story in ids]
    return len(found), len({reading.publisher for reading in found})
