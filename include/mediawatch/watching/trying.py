"""Trying a watch list on articles before it goes live: what it finds, shown in the original text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mediawatch.language.aliases import Aliases
from mediawatch.language.aligned import fold_aligned
from mediawatch.records import Article
from mediawatch.watching.matching import Matcher, Span, WatchMatch
from mediawatch.watching.patterns import LONGEST_TEXT, compile_bounded
from mediawatch.watching.watchlist import WatchList

AROUND: Final = 40
"""Characters shown before and after a find: a line of a terminal holds two such excerpts of Chinese."""

Marked = tuple[tuple[str, bool], ...]
"""A text in pieces; True marks those that were found."""


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
    """What one list found: the articles and voices, how many articles each term found, and the first few finds.

    `would_alert` says whether the list's thresholds are reached by these articles.  `silent` are terms that found
    nothing.
    """

    watchlist: str
    articles: int
    voices: int
    would_alert: bool
    by_term: tuple[tuple[str, int], ...]
    silent: tuple[str, ...]
    finds: tuple[Find, ...]


def try_watchlists(
    watchlists: Sequence[WatchList], aliases: Aliases, articles: Iterable[Article], *, shown: int = 20
) -> tuple[Trial, ...]:
    """What each of `watchlists` finds in `articles`; a voice is the article's publisher, or its site."""
    matcher = Matcher(tuple(watchlists), aliases)
    found: dict[str, list[tuple[Article, tuple[str, ...]]]] = {each.name: [] for each in watchlists}
    for article in articles:
        for name, terms in _by_list(_matches(matcher, article)).items():
            found[name].append((article, terms))
    return tuple(_trial(matcher, each, found[each.name], shown) for each in watchlists)


def mark(matcher: Matcher, text: str, terms: Sequence[str], patterns: Sequence[str] = ()) -> Marked:
    """The original `text` in pieces, with `terms` and what `patterns` match marked, in whatever spelling it has."""
    folded = fold_aligned(text)
    rewritten, places = _rewritten_with_places(matcher.aliases, folded.text)
    spans = matcher.spans(rewritten, terms)
    spans += [m.span() for p in patterns for m in compile_bounded(p).finditer(rewritten[:LONGEST_TEXT]) if m[0]]
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in sorted(folded.span(places[s][0], places[e - 1][1]) for s, e in spans):
        if start >= done:
            pieces += [(text[done:start], False), (text[start:end], True)]
            done = end
    return tuple(piece for piece in (*pieces, (text[done:], False)) if piece[0])


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
    voices = {article.publisher_id or article.site for article, _ in found}
    wanted = (*watchlist.terms, *watchlist.regex)
    return Trial(
        watchlist=watchlist.name,
        articles=len(found),
        voices=len(voices),
        would_alert=len(found) >= watchlist.min_articles and len(voices) >= watchlist.min_voices,
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
        excerpt=_excerpt(mark(matcher, article.text, words, patterns)),
    )


def _excerpt(pieces: Marked) -> Marked:
    """The surroundings of the first find, on one line; nothing when there is none."""
    first = next((number for number, (_, is_found) in enumerate(pieces) if is_found), None)
    if first is None:
        return ()
    before = "".join(text for text, _ in pieces[:first])[-AROUND:]
    after = "".join(text for text, _ in pieces[first + 1 :])[:AROUND]
    shown = ((before, False), pieces[first], (after, False))
    return tuple((" ".join(text.split()) if not found else text, found) for text, found in shown if text)


def _rewritten_with_places(aliases: Aliases, folded: str) -> tuple[str, list[Span]]:
    """`folded` with canonical names, and for each of its characters where it stood in `folded`."""
    pieces: list[str] = []
    places: list[Span] = []
    done = 0
    for start, end, canonical in aliases.occurrences(folded, english=True):
        pieces += [folded[done:start], canonical]
        places += [(place, place + 1) for place in range(done, start)] + [(start, end)] * len(canonical)
        done = end
    places += [(place, place + 1) for place in range(done, len(folded))]
    return "".join([*pieces, folded[done:]]), places
