"""The tables of the pages as CSV files, whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from mediawatch.board import listing, reading
from mediawatch.board.counts import by_publishers, by_score
from mediawatch.board.pages import CHART_DAYS, PageView
from mediawatch.board.searching import LARGEST_CSV, Wanted, search
from mediawatch.board.shelf import BODY_DAYS, headlines
from mediawatch.board.tables import ShownTable
from mediawatch.board.words import series


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
    return listing.articles(reversed(headlines(view.desk.context.store, asked.day)), view.desk.names)


def _stories(view: PageView, asked: Asked) -> ShownTable:
    return listing.stories(by_publishers(list(view.desk.counts.stories(asked.day) or ())), view.desk.names)


def _words(view: PageView, asked: Asked) -> ShownTable:
    return listing.words(by_score(list(view.desk.counts.alerts(asked.first, asked.last) or ())), view.say)


def _rankings(view: PageView, asked: Asked) -> ShownTable:
    return listing.rankings(reading.rankings_of(view.desk.context.store, asked.day))


def _days(view: PageView, asked: Asked) -> ShownTable:
    return listing.days(reading.articles_by_day(view.desk.context.store, asked.day, CHART_DAYS))


def _search(view: PageView, asked: Asked) -> ShownTable:
    found = search(view.desk, asked.wanted, size=LARGEST_CSV).hits if asked.wanted.has_words else ()
    return listing.hits(found, view.desk.names)


def _word_articles(view: PageView, asked: Asked) -> ShownTable:
    forms = view.desk.counts.forms(asked.wanted.query)
    found = view.desk.finder.find_any(forms, today=view.desk.today)
    hits = view.desk.finder.hits(found, 0, LARGEST_CSV, with_excerpts=False)
    return listing.hits(hits, view.desk.names, name="word_articles")


def _word_series(view: PageView, asked: Asked) -> ShownTable:
    word = asked.wanted.query
    if facts := view.desk.counts.facts(word, asked.day):
        return listing.series(facts.series[-BODY_DAYS:], view.say)
    found = view.desk.finder.find_any(view.desk.counts.forms(word), today=view.desk.today)
    return listing.series(series(found, reading.span(asked.day, BODY_DAYS)), view.say)


def _sources(view: PageView, asked: Asked) -> ShownTable:
    sources = view.desk.context.catalogue.sources
    return listing.sources(reading.source_states(view.desk.context.store, sources, asked.day), view.say)


def _stages(view: PageView, asked: Asked) -> ShownTable:
    ledger = reading.ledger_of(view.desk.context.store, asked.day) or ()
    return listing.stages(reading.stage_sums(ledger), view.say)


def _reasons(view: PageView, asked: Asked) -> ShownTable:
    ledger = reading.ledger_of(view.desk.context.store, asked.day) or ()
    return listing.reasons(reading.reason_sums(ledger), view.say)


def _seeds(view: PageView, asked: Asked) -> ShownTable:
    return listing.seeds(reading.seeds_of(view.desk.context.store, asked.day) or (), view.say)


def _losses(view: PageView, asked: Asked) -> ShownTable:
    return listing.losses(reading.losses_of(view.desk.context.store, asked.day), view.say)


def _quality(view: PageView, asked: Asked) -> ShownTable:
    return listing.quality(reading.quality_of(view.desk.context.store, asked.day) or (), view.say)


_FILES: Mapping[str, Callable[[PageView, Asked], ShownTable]] = {
    "articles": _articles,
    "stories": _stories,
    "words": _words,
    "rankings": _rankings,
    "days": _days,
    "search": _search,
    "word_articles": _word_articles,
    "word_series": _word_series,
    "sources": _sources,
    "seeds": _seeds,
    "stages": _stages,
    "reasons": _reasons,
    "losses": _losses,
    "quality": _quality,
}
FILES = tuple(_FILES)
