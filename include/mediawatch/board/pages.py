"""What each page shows: the lake's answers as the values that its template names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from mediawatch.board import charts, listing, queries
from mediawatch.board.addresses import address
from mediawatch.board.counts import by_publishers, by_score
from mediawatch.board.local_index import BODY_DAYS, headlines
from mediawatch.board.searching import LAST_PAGE, PAGE, Answer, Wanted, search
from mediawatch.board.state import BoardState
from mediawatch.board.tables import ShownTable
from mediawatch.board.watch_page import MOST_WORDS, BadWord, known_lists, list_of, tried, written
from mediawatch.board.word_page import series, word_day
from mediawatch.keywords.published_rules import current_rule, weeks
from mediawatch.language import fold
from mediawatch.locale import Words
from mediawatch.records import Alert, DayCount, Story
from mediawatch.records.alert import QUIET_DAYS
from mediawatch.search.grammar import SEARCH, BadQuery, terms_of
from mediawatch.search.wordforms import has_letters
from mediawatch.workflow.ledger import boundaries_on

TOP_STORIES = 12
NEWEST = 25
TOP_RANKS = 5
TOP_WORDS = 24
CHART_DAYS = 14
ALERT_DAYS = (1, 7, 30)
TRIAL_DAYS = (1, 3, 7)
WORD_DAYS = (BODY_DAYS, 90, 365)
SHOWN_ALERTS = 60
SHOWN_WEEKS = 12
SHOWN_LOSSES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """One reader's request: the board's state, the words of the interface, and where the board is mounted."""

    state: BoardState
    say: Words
    root: str

    def csv(self, name: str, **query: object) -> str:
        """The address of a table as CSV."""
        return self.root + address(f"/csv/{name}.csv", **query)

    def turned(self, path: str, **query: object) -> str:
        """The address of a page of the board."""
        return self.root + address(path, **query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with the same of a week ago."""

    name: str
    value: int
    before: int | None


def day_page(view: PageView, day: date) -> dict[str, Any]:
    """The day: its numbers, words, stories, rankings, newest articles and troubled sources."""
    store, say = view.state.context.store, view.say
    articles = headlines(store, day)
    stories, alerts = view.state.counts.stories(day), view.state.counts.alerts(day, day)
    before, after = view.state.neighbours(day)
    series = queries.articles_by_day(store, day, CHART_DAYS)
    troubled = queries.in_trouble(queries.source_states(store, view.state.context.catalogue.sources, day))
    newest = sorted(articles, key=lambda a: (a.first_seen_at, a.article_id), reverse=True)[:NEWEST]
    return {
        "day": day,
        "before": before,
        "after": after,
        "is_open": view.state.is_open(day),
        "figures": _figures(view, day, articles, stories),
        "languages": queries.numbers_of(store, day, articles).languages,
        "words": None if alerts is None else by_score(alerts)[:TOP_WORDS],
        "words_csv": view.csv("words", first=day, last=day),
        "stories": stories_table(view, day, stories, limit=TOP_STORIES),
        "rankings": [lines[:TOP_RANKS] for lines in queries.rankings_of(store, day)],
        "rankings_csv": view.csv("rankings", day=day),
        "chart": _day_chart(say, series, day),
        "series": listing.days(series, csv=view.csv("days", day=day)),
        "articles": listing.articles(
            [(day, article) for article in newest], view.state.names, say, csv=view.csv("articles", day=day)
        ),
        "trouble": listing.sources(troubled, say, name="trouble", csv=view.csv("sources", day=day)),
    }


def _figures(view: PageView, day: date, articles: Sequence[Any], stories: Sequence[Story] | None) -> list[Figure]:
    store, week_ago = view.state.context.store, day - timedelta(days=7)
    now = _values(queries.numbers_of(store, day, articles), stories)
    past = headlines(store, week_ago)
    told = view.state.counts.stories(week_ago)
    then = _values(queries.numbers_of(store, week_ago, past), told) if past else {}
    return [Figure(name=name, value=value, before=then.get(name)) for name, value in now.items()]


def _values(numbers: queries.DayNumbers, stories: Sequence[Story] | None) -> dict[str, int]:
    """What the day is told in; what is not known is left out."""
    found = {
        "articles": numbers.articles,
        "revisions": numbers.revisions or None,
        "stories": None if stories is None else len(stories),
        "publishers": numbers.publishers,
        "sites": numbers.sites,
        "links": numbers.links,
        "faults": numbers.faults,
        "pending": numbers.pending,
        "failed_rules": numbers.failed_rules,
    }
    return {name: value for name, value in found.items() if value is not None}


def stories_table(view: PageView, day: date, found: Iterable[Story] | None, *, limit: int | None = None) -> Any:
    """The stories most publishers tell first, None while they are not counted."""
    if found is None:
        return None
    return listing.stories(by_publishers(list(found))[:limit], view.state.names, csv=view.csv("stories", day=day))


def _day_chart(say: Words, series: Sequence[tuple[date, int | None]], day: date) -> Markup:
    points = [(f"{on:%m-%d}", count) for on, count in series]
    return charts.columns(
        points, name="days", title=say.plural("day.series_title", len(series), day=day), width=charts.NARROW
    )


def search_page(view: PageView, wanted: Wanted, page: int) -> dict[str, Any]:
    """Results of a search, a page of them."""
    sources = view.state.context.catalogue.sources
    answer, complaint, is_word = None, "", False
    try:
        query = wanted.asked(view.state.context)
        answer = search(view.state, query, wanted, start=(page - 1) * PAGE) if query else None
        is_word = query is not None and [term.text for term in terms_of(query)] == [fold(wanted.query)]
    except BadQuery as error:
        complaint = view.say.sentence(SEARCH, error.complaint, **error.fields)
    return {
        "complaint": complaint,
        "is_word": is_word,
        "wanted": wanted,
        "answer": answer,
        "first": (page - 1) * PAGE + 1,
        "page": page,
        "earlier": page + 1 if answer and answer.total > page * PAGE and page < LAST_PAGE else None,
        "later": page - 1 if page > 1 else None,
        "scope": _scope(view.say, answer),
        "sources": sorted((source.name, source.title) for source in sources),
        "languages": ("zh-Hans", "zh-Hant", "en"),
        "csv": view.csv(
            "search",
            q=wanted.query,
            source=",".join(wanted.sources),
            language=",".join(wanted.languages),
            order=wanted.order,
        ),
    }


def _scope(say: Words, answer: Answer | None) -> list[str]:
    if answer is None:
        return []
    if answer.engine == "index":
        return [say("search.scope_index")]
    told = [say("search.scope_fallback")] if answer.engine == "fallback" else []
    if answer.titles_since is None:
        return [*told, say("search.scope_nothing")]
    since = {"titles": answer.titles_since, "bodies": answer.bodies_since}
    return [*told, say("search.scope_lake", days=say.plural("count.days", BODY_DAYS), **since)]


def word_page(view: PageView, word: str, day: date, days: int = BODY_DAYS) -> dict[str, Any]:
    """All that is known of a word; its curve covers `days`, by what the search reaches where facts do not."""
    if not has_letters(word):
        return {"word": word, "known": None, "day": day}
    known = word_day(view.state.finder, view.state.counts, word, day=day, today=view.state.today)
    shown = known.series if days == BODY_DAYS else series(known.found, queries.span(day, days))
    return {
        "word": word,
        "day": day,
        "known": known,
        "total": known.found.total,
        "on_day": known.series[-1],
        "chart": word_chart(view.say, word, shown, "word"),
        "series": listing.series(shown, view.say, csv=view.csv("word_series", w=word, day=day)),
        "co_words": tuple(dict.fromkeys(co for alert in known.alerts or () for co in (*alert.also, *alert.co_terms))),
        "articles": listing.hits(
            known.articles, view.state.names, view.say, name="word_articles", csv=view.csv("word_articles", w=word)
        ),
        "explanations": None
        if known.explanations is None
        else [(e, listing.facts(e.facts, view.say)) for e in known.explanations],
        "days": days,
        "is_long": days != BODY_DAYS,
        "choices": WORD_DAYS,
        "feed": f"{view.root}/feed.atom?{urlencode({'w': word})}",
    }


def word_chart(say: Words, word: str, series: Sequence[DayCount], name: str, width: int = charts.WIDE) -> Markup:
    """Articles day by day with `word`, or of whom it names."""
    points = [(f"{d.day:%m-%d}", d.articles if d.is_covered else None) for d in series]
    last = series[-1].day if series else ""
    title = say.plural("word.series_title", len(series), word=word, day=last)
    return charts.columns(points, name=name, title=title, width=width)


def alerts_page(view: PageView, last: date, days: int) -> dict[str, Any]:
    """The alerts of the last days, each with what speaks for it."""
    first = last - timedelta(days=days - 1)
    found = view.state.counts.alerts(first, last)
    return {
        "dismissed": view.state.counts.dismissals(),
        "quiet_days": QUIET_DAYS,
        "first": first,
        "last": last,
        "days": days,
        "choices": ALERT_DAYS,
        "alerts": None if found is None else [_alert(view, a, n) for n, a in enumerate(by_score(found)[:SHOWN_ALERTS])],
        "table": None
        if found is None
        else listing.words(by_score(found), view.say, csv=view.csv("words", first=first, last=last)),
        "weeks": _weeks(view),
    }


def _weeks(view: PageView) -> ShownTable | None:
    """How the rules that alert did week by week; None before the first evaluation."""
    context = view.state.context
    cards = list(weeks(context.store).items())[-SHOWN_WEEKS:]
    return listing.rule_weeks(dict(cards), current_rule(context).digest, view.say) if cards else None


def _alert(view: PageView, alert: Alert, number: int) -> Mapping[str, Any]:
    return {
        "alert": alert,
        "chart": word_chart(view.say, alert.term, alert.series, f"alert-{number}", charts.NARROW),
        "series": listing.series(alert.series, view.say, name="alert_series"),
        "headlines": listing.headlines(alert.headlines, view.state.names, alert.day),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAsked:
    """What a reader tries: a list of the newsroom by its `name`, or words with the thresholds of a day."""

    words: str
    name: str
    articles: int
    publishers: int
    days: int


def watch_page(view: PageView, asked: WatchAsked) -> dict[str, Any]:
    """The watch lists, and what one of them or some words would have found and sent in the last days."""
    context, known = view.state.context, known_lists(view.state.context)
    watchlist, complaint = None, ""
    try:
        if asked.name and (watchlist := known.named(asked.name)) is None:
            complaint = view.say("watch.no_list", name=asked.name)
        elif asked.words and not asked.name:
            watchlist = list_of(asked.words, asked.articles, asked.publishers)
    except BadWord as error:
        most = view.say.plural("count.words", MOST_WORDS)
        complaint = view.say("watch.bad_word", word=error.word) if error.word else view.say("watch.too_many", most=most)
    return {
        "known": known,
        "lists": listing.watchlists(known, view.say),
        "words": asked.words,
        "articles": asked.articles,
        "publishers": asked.publishers,
        "days": asked.days,
        "choices": TRIAL_DAYS,
        "complaint": complaint,
        "list_name": listing.label_of(watchlist, view.say) if watchlist and asked.name else "",
        "found": tried(context, watchlist, known, asked.days) if watchlist else None,
        "yaml": written(watchlist) if watchlist and not asked.name else "",
    }


def sources_page(view: PageView, day: date) -> dict[str, Any]:
    """Every source and how long it has been silent."""
    states = queries.source_states(view.state.context.store, view.state.context.catalogue.sources, day)
    return {
        "day": day,
        "days": queries.SOURCE_DAYS,
        "sources": listing.sources(states, view.say, csv=view.csv("sources", day=day)),
    }


def ledger_page(view: PageView, day: date) -> dict[str, Any]:
    """Where every link of the day ended."""
    store, say = view.state.context.store, view.say
    ledger, quality = boundaries_on(store, day), queries.quality_of(store, day)
    losses = queries.losses_of(store, day)
    failed = [result for result in quality or () if not result.is_passed]
    before, after = view.state.neighbours(day)
    seeds = queries.seeds_of(store, day)
    unread = [each for each in seeds or () if each.failed]
    return {
        "day": day,
        "before": before,
        "after": after,
        "ledger": ledger,
        "seeds": seeds,
        "visits": sum(each.visits for each in seeds or ()),
        "unchanged": sum(each.unchanged for each in seeds or ()),
        "failures": sum(each.failed for each in unread),
        "unread": listing.seeds(unread[:SHOWN_LOSSES], say, csv=view.csv("seeds", day=day)),
        "held": [
            listing.rule_title(result.rule, say)
            for result in failed
            if not result.source and result.severity == "error"
        ],
        "stages": listing.stages(queries.stage_sums(ledger or ()), say, csv=view.csv("stages", day=day)),
        "reasons": listing.reasons(queries.reason_sums(ledger or ()), say, csv=view.csv("reasons", day=day)),
        "losses": listing.losses(losses[:SHOWN_LOSSES], say, csv=view.csv("losses", day=day)),
        "shown": SHOWN_LOSSES if len(losses) > SHOWN_LOSSES else 0,
        "quality": listing.quality(failed, say, csv=view.csv("quality", day=day)),
        "rules": len(quality or ()),
    }
