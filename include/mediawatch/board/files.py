"""The tables of the pages as CSV files, whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from mediawatch.board import listing, queries
from mediawatch.board.counts import by_publishers, by_score
from mediawatch.board.local_index import BODY_DAYS, headlines
from mediawatch.board.pages import CHART_DAYS, PageView
from mediawatch.board.searching import LARGEST_CSV, Wanted, search
from mediawatch.board.source_page import source_day
from mediawatch.board.story_page import story_day
from mediawatch.board.tables import ShownTable
from mediawatch.board.word_page import series
from mediawatch.search.grammar import any_form
from mediawatch.workflow.ledger import boundaries_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which rows a file is about; every address names what it needs."""

    day: date
    first: date
    last: date
    wanted: Wanted


def table_of(view: PageView, name: str, asked: Asked) -> ShownTable | None:
    """The table called `name`, None when there is none of that name."""
    make = _FILES.get(name)
    return None if make is None else make(view, asked)


def _articles(view: PageView, asked: Asked) -> ShownTable:
    newest_first = reversed(headlines(view.state.context.store, asked.day))
    return listing.articles([(asked.day, row) for row in newest_first], view.state.names, view.say)


def _stories(view: PageView, asked: Asked) -> ShownTable:
    return listing.stories(by_publishers(list(view.state.counts.stories(asked.day) or ())), view.state.names)


def _words(view: PageView, asked: Asked) -> ShownTable:
    return listing.words(by_score(list(view.state.counts.alerts(asked.first, asked.last) or ())), view.say)


def _rankings(view: PageView, asked: Asked) -> ShownTable:
    return listing.rankings(queries.rankings_of(view.state.context.store, asked.day))


def _days(view: PageView, asked: Asked) -> ShownTable:
    return listing.days(queries.articles_by_day(view.state.context.store, asked.day, CHART_DAYS))


def _search(view: PageView, asked: Asked) -> ShownTable:
    query, wanted = asked.wanted.asked(view.state.context), replace(asked.wanted, with_copies=True)
    found = search(view.state, query, wanted, size=LARGEST_CSV).hits if query else ()
    return listing.hits(found, view.state.names, view.say)


def _word_articles(view: PageView, asked: Asked) -> ShownTable:
    forms = view.state.counts.forms(asked.wanted.query)
    found = view.state.finder.find(any_form(forms), today=view.state.today)
    hits = view.state.finder.hits(found, range(LARGEST_CSV), with_excerpts=False)
    return listing.hits(hits, view.state.names, view.say, name="word_articles")


def _word_series(view: PageView, asked: Asked) -> ShownTable:
    word = asked.wanted.query
    if facts := view.state.counts.facts(word, asked.day):
        return listing.series(facts.series[-BODY_DAYS:], view.say)
    found = view.state.finder.find(any_form(view.state.counts.forms(word)), today=view.state.today)
    return listing.series(series(found, queries.span(asked.day, BODY_DAYS)), view.say)


def _copies(view: PageView, asked: Asked) -> ShownTable:
    told = story_day(view.state.context.store, view.state.counts, asked.wanted.query, asked.day)
    return listing.copies(told.copies if told else (), view.state.names)


def _volumes(view: PageView, asked: Asked) -> ShownTable:
    told = source_day(view.state, asked.wanted.query, asked.day)
    return listing.volumes(told.volumes if told else ())


def _sources(view: PageView, asked: Asked) -> ShownTable:
    sources = view.state.context.catalogue.sources
    return listing.sources(queries.source_states(view.state.context.store, sources, asked.day), view.say)


def _stages(view: PageView, asked: Asked) -> ShownTable:
    ledger = boundaries_on(view.state.context.store, asked.day) or ()
    return listing.stages(queries.stage_sums(ledger), view.say)


def _reasons(view: PageView, asked: Asked) -> ShownTable:
    ledger = boundaries_on(view.state.context.store, asked.day) or ()
    return listing.reasons(queries.reason_sums(ledger), view.say)


def _seeds(view: PageView, asked: Asked) -> ShownTable:
    return listing.seeds(queries.seeds_of(view.state.context.store, asked.day) or (), view.say)


def _losses(view: PageView, asked: Asked) -> ShownTable:
    return listing.losses(queries.losses_of(view.state.context.store, asked.day), view.say)


def _quality(view: PageView, asked: Asked) -> ShownTable:
    return listing.quality(queries.quality_of(view.state.context.store, asked.day) or (), view.say)


_FILES: Mapping[str, Callable[[PageView, Asked], ShownTable]] = {
    "articles": _articles,
    "stories": _stories,
    "words": _words,
    "rankings": _rankings,
    "days": _days,
    "search": _search,
    "word_articles": _word_articles,
    "word_series": _word_series,
    "copies": _copies,
    "volumes": _volumes,
    "sources": _sources,
    "seeds": _seeds,
    "stages": _stages,
    "reasons": _reasons,
    "losses": _losses,
    "quality": _quality,
}
FILES = tuple(_FILES)
