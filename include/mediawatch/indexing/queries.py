"""What a person types, as an Elasticsearch query: the same on both kinds of server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from mediawatch.language import fold, han_share

CHINESE_FIELD = "search_zh"
ENGLISH_FIELDS = ("title.en^2", "title_en^2", "body_en")
LONGEST_QUERY = 1000

_PART = re.compile(r'"([^"]+)"|“([^”]+)”|「([^」]+)」|(\S+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word or quoted phrase of a query, folded."""

    text: str
    is_phrase: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which articles a search is about; what is empty does not restrict.  Days are `counted_on`, both ends included."""

    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


def read_query(query: str) -> tuple[Term, ...]:
    """The words and quoted phrases of `query` (straight, curly or corner quotes); all of them must be in an article."""
    found = [(next(filter(None, groups)), not groups[3]) for groups in _PART.findall(query[:LONGEST_QUERY])]
    return tuple(Term(text=fold(text).strip(), is_phrase=is_phrase) for text, is_phrase in found if fold(text).strip())


def query_body(terms: tuple[Term, ...], filters: Filters) -> dict[str, Any]:
    """The query for articles that hold every one of `terms`; without terms, for all that `filters` let through."""
    must = [_clause(term) for term in terms] or [{"match_all": {}}]
    return {"bool": {"must": must, "filter": _filter_clauses(filters)}}


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
