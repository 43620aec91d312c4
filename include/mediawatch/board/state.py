"""The board's state: what every page is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from mediawatch.board.body_index import BodyIndex
from mediawatch.board.body_search import Finder
from mediawatch.board.counts import Counts, LakeCounts
from mediawatch.board.queries import known_days
from mediawatch.board.titles import TitleIndex
from mediawatch.context import Context
from mediawatch.pipeline.closed import is_closed


@dataclass(frozen=True, kw_only=True)
class BoardState:
    """A newsroom opened for readers."""

    context: Context
    finder: Finder
    counts: Counts

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What people call a source, a host or a publisher's id."""
        sources = self.context.catalogue.sources
        by_host = {host: source.title for source in sources for host in source.hosts}
        by_name = {source.name: source.title for source in sources}
        return {publisher.id: publisher.name for publisher in self.context.publishers.entries} | by_name | by_host

    @property
    def today(self) -> date:
        """The newsroom's day at this instant."""
        return self.context.today

    def newest_day(self) -> date | None:
        """The newest day with articles, None in an empty lake."""
        return next((day for day in reversed(known_days(self.context.store)) if day <= self.today), None)

    def neighbours(self, day: date) -> tuple[date | None, date | None]:
        """The days before and after `day` that a reader can turn to."""
        days = known_days(self.context.store)
        before = max((known for known in days if known < day), default=None)
        return before, min((known for known in days if known > day), default=None)

    def is_open(self, day: date) -> bool:
        """Whether `day` is still being collected."""
        return not is_closed(self.context.store, day) and day >= self.today - timedelta(days=1)


def open_board(context: Context, counts: Counts | None = None) -> BoardState:
    """The state of a board over `context`; `counts` None means what the lake alone tells."""
    store = context.store
    finder = Finder(store, TitleIndex(store, context.clock), BodyIndex(store, context.clock))
    return BoardState(context=context, finder=finder, counts=counts or LakeCounts(context))
