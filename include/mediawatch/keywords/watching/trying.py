"""Trying a watch list on articles before it goes live: what it finds, shown in the original text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mediawatch.keywords.watching.matching import Matcher, WatchMatch
from mediawatch.keywords.watching.quoting import Marked, excerpt, mark
from mediawatch.keywords.watching.watchlist import WatchList
from mediawatch.language.aliases import Aliases
from mediawatch.language.aligned import fold_aligned
from mediawatch.records import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """One article that a list matches; `title` and `excerpt` show the original text with what was found."""

    article_id: str
    url: str
    source: str
    terms: tuple[str, ...]
    title: Marked
    excerpt: Marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one list found: the articles and publishers, how many articles each term found, and the first few finds.

    `would_alert` says whether the list's thresholds are reached by these articles taken together.  `silent` are terms
    that found nothing.
    """

    watchlist: str
    articles: int
    publishers: int
    would_alert: bool
    by_term: tuple[tuple[str, int], ...]
    silent: tuple[str, ...]
    finds: tuple[Find, ...]


def try_watchlists(
    watchlists: Sequence[WatchList], aliases: Aliases, articles: Iterable[Article], *, shown: int = 20
) -> tuple[Trial, ...]:
    """What each of `watchlists` finds in `articles`; a publisher is the article's publisher, or its site."""
    matcher = Matcher(tuple(watchlists), aliases)
    found: dict[str, list[tuple[Article, tuple[str, ...]]]] = {each.name: [] for each in watchlists}
    for article in articles:
        for name, terms in _by_list(_matches(matcher, article)).items():
            found[name].append((article, terms))
    return tuple(_trial(matcher, each, found[each.name], shown) for each in watchlists)


def _matches(matcher: Matcher, article: Article) -> tuple[WatchMatch, ...]:
    title, text = fold_aligned(article.title).text, fold_aligned(article.text).text
    return matcher.matches(title, text, source=article.source, language=article.language)


def _by_list(matches: Iterable[WatchMatch]) -> dict[str, tuple[str, ...]]:
    by_list: dict[str, tuple[str, ...]] = {}
    for match in matches:
        by_list[match.watchlist] = (*by_list.get(match.watchlist, ()), match.term)
    return by_list


def _trial(matcher: Matcher, watchlist: WatchList, found: list[tuple[Article, tuple[str, ...]]], shown: int) -> Trial:
    counts = Counter(term for _, terms in found for term in terms)
    publishers = {article.publisher_id or article.site for article, _ in found}
    wanted = (*watchlist.terms, *watchlist.regex)
    return Trial(
        watchlist=watchlist.name,
        articles=len(found),
        publishers=len(publishers),
        would_alert=len(found) >= watchlist.min_articles and len(publishers) >= watchlist.min_publishers,
        by_term=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        silent=tuple(term for term in wanted if term not in counts),
        finds=tuple(_find(matcher, watchlist, article, terms) for article, terms in found[:shown]),
    )


def _find(matcher: Matcher, watchlist: WatchList, article: Article, terms: tuple[str, ...]) -> Find:
    words = [term for term in terms if term not in watchlist.regex]
    patterns = [term for term in terms if term in watchlist.regex]
    return Find(
        article_id=article.article_id,
        url=article.url,
        source=article.source,
        terms=terms,
        title=mark(matcher, article.title, words, patterns),
        excerpt=excerpt(mark(matcher, article.text, words, patterns)),
    )
