"""What a person types, as an Elasticsearch query: the same on both kinds of server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from mediawatch.language import Aliases, fold, han_share

CHINESE_FIELD = "search_zh"
ENGLISH_FIELDS = ("title.en^2", "title_en^2", "body_en")
LONGEST_QUERY = 1000
MOST_FORMS = 16
"""Spellings of a name that are looked for; the shipped names have 9 at most."""
NO_ALIASES = Aliases()

_LONG = rf"{{1,{LONGEST_QUERY}}}+"
_PART = re.compile(rf'"([^"]{_LONG})"|“([^”]{_LONG})”|「([^」]{_LONG})」|(\S+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word or quoted phrase of a query, folded; `others` are other spellings of it that are as good."""

    text: str
    is_phrase: bool
    others: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[Term, ...]:
        """The term as typed, then each of the others as a phrase."""
        return (self, *(Term(text=other, is_phrase=True) for other in self.others))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which articles a search is about; what is empty does not restrict.  Days are `counted_on`, both ends included."""

    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


def read_query(query: str, aliases: Aliases = NO_ALIASES) -> tuple[Term, ...]:
    """The words and quoted phrases of `query` (straight, curly or corner quotes); all of them must be in an article.

    A word that is or holds a name of `aliases` may be there in any spelling of it; a phrase stands as it was typed.
    """
    found = [(next(filter(None, groups)), not groups[3]) for groups in _PART.findall(query[:LONGEST_QUERY])]
    folded = [(fold(text).strip(), is_phrase) for text, is_phrase in found]
    return tuple(
        Term(text=text, is_phrase=is_phrase, others=() if is_phrase else _others(text, aliases))
        for text, is_phrase in folded
        if text
    )


def _others(word: str, aliases: Aliases) -> tuple[str, ...]:
    """`word` with the name that it is, or the first one that it holds, in the other spellings."""
    forms = [fold(form) for form in aliases.forms(word)]
    if len(forms) == 1:
        held = aliases.occurrences(word)[:1]
        forms = [word[:start] + fold(form) + word[end:] for start, end, name in held for form in aliases.forms(name)]
    return tuple(form for form in dict.fromkeys(forms) if form != word)[:MOST_FORMS]


def query_body(terms: tuple[Term, ...], filters: Filters) -> dict[str, Any]:
    """The query for articles that hold every one of `terms`; without terms, for all that `filters` let through."""
    must = [_any_spelling(term) for term in terms] or [{"match_all": {}}]
    return {"bool": {"must": must, "filter": _filter_clauses(filters)}}


def _any_spelling(term: Term) -> dict[str, Any]:
    clauses = [_clause(spelling) for spelling in term.spellings]
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses}}


def _clause(term: Term) -> dict[str, Any]:
    """Chinese is looked for in Chinese only: English analysis would cut it into single characters."""
    chinese = _match(CHINESE_FIELD, term)
    if han_share(term.text) > 0:
        return chinese
    kind = {"type": "phrase"} if term.is_phrase else {"operator": "and"}
    english = {"query": term.text, "fields": list(ENGLISH_FIELDS), "analyzer": "mw_english", **kind}
    return {"dis_max": {"queries": [chinese, {"multi_match": english}]}}


def _match(field: str, term: Term) -> dict[str, Any]:
    if term.is_phrase:
        return {"match_phrase": {field: {"query": term.text}}}
    return {"match": {field: {"query": term.text, "operator": "and"}}}


def _filter_clauses(filters: Filters) -> list[dict[str, Any]]:
    clauses: list[dict[str, Any]] = []
    if filters.languages:
        clauses.append({"terms": {"languages": list(filters.languages)}})
    if filters.sources:
        clauses.append({"terms": {"source": list(filters.sources)}})
    ends = {"gte": filters.first_day, "lte": filters.last_day}
    days = {end: day.isoformat() for end, day in ends.items() if day}
    return [*clauses, {"range": {"counted_on": days}}] if days else clauses
