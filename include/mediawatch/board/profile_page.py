"""The pages of publishers and authors: what they wrote, where it stood, and which alerts they were first with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mediawatch.board.body_search import TitleHit
from mediawatch.board.counts import by_publishers, by_score, last_of_each
from mediawatch.board.local_index import BODY_DAYS
from mediawatch.board.queries import span
from mediawatch.board.state import BoardState
from mediawatch.board.word_page import series
from mediawatch.records import Alert, DayCount, Story
from mediawatch.search.asking import of_publisher
from mediawatch.search.grammar import Named, NameField

SHOWN = 30
MOST_SHARES = 12
Kind = Literal["publisher", "author"]
_SHARES: dict[Kind, tuple[NameField, ...]] = {"publisher": ("site", "author"), "author": ("publisher",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a publisher or an author: `total` articles since `since`, and their numbers day by day.

    `shares` are the sites and authors of a publisher, or the publishers of an author, those of most articles first.
    `stories` are those of the day that the publisher told first, `first_with` the alerts of the last BODY_DAYS whose
    word it had first; None where they are not counted.
    """

    kind: Kind
    name: str
    shown_name: str
    query: str
    total: int
    since: date | None
    series: tuple[DayCount, ...]
    articles: tuple[TitleHit, ...]
    shares: tuple[tuple[NameField, tuple[tuple[str, int], ...]], ...]
    stories: tuple[Story, ...] | None
    first_with: tuple[Alert, ...] | None


def profile(state: BoardState, kind: Kind, name: str, day: date) -> Profile:
    """The page's data as of `day`."""
    query = of_publisher(state.context, name) if kind == "publisher" else Named("author", name)
    found = state.finder.find(query, today=state.today)
    days = span(day, BODY_DAYS)
    shown_name = state.counts.publisher(name) if kind == "publisher" else name
    return Profile(
        kind=kind,
        name=name,
        shown_name=shown_name,
        query=f'{kind}:"{name.replace(chr(34), " ")}"',
        total=found.total,
        since=found.titles_since,
        series=series(found, days, is_of_text=False),
        articles=tuple(state.finder.hits(found, range(SHOWN), with_excerpts=False)),
        shares=tuple((field, tuple(found.shares(field).most_common(MOST_SHARES))) for field in _SHARES[kind]),
        stories=_told_first(state, shown_name, day) if kind == "publisher" else None,
        first_with=_first_with(state, shown_name, days) if kind == "publisher" else None,
    )


def _told_first(state: BoardState, name: str, day: date) -> tuple[Story, ...] | None:
    told = state.counts.stories(day)
    if told is None:
        return None
    return tuple(by_publishers([story for story in told if state.counts.publisher(story.publisher) == name]))


def _first_with(state: BoardState, name: str, days: Sequence[date]) -> tuple[Alert, ...] | None:
    told = state.counts.alerts(days[0], days[-1])
    if told is None:
        return None
    return tuple(by_score(last_of_each(a for a in told if state.counts.publisher(a.first_publisher) == name)))
