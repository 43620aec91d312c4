"""A query as Elasticsearch takes it: the same on both kinds of server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mediawatch.search.grammar import Days, Either, Every, Named, Query, Text, Without
from mediawatch.search.names import key_of
from mediawatch.search.wordforms import forms_of

TEXT_FIELD = "search_text"
TITLE_FIELD = "search_title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which articles a search is about; what is empty does not restrict.  Days are `counted_on`, both ends included."""

    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


def query_body(query: Query, filters: Filters) -> dict[str, Any]:
    """The query for articles that `query` finds and `filters` let through."""
    return {"bool": {"must": [_clause(query)], "filter": _filter_clauses(filters)}}


def _clause(query: Query) -> dict[str, Any]:
    match query:
        case Text():
            return _any_spelling(query)
        case Named():
            return {"term": {"search_names": f"{query.field}:{key_of(query.field, query.value)}"}}
        case Days():
            ends = {"gte": query.first, "lte": query.last}
            return {"range": {"counted_on": {end: day.isoformat() for end, day in ends.items() if day}}}
        case Every():
            return {"bool": {"must": [_clause(part) for part in query.parts]}} if query.parts else {"match_all": {}}
        case Either():
            return {"bool": {"should": [_clause(part) for part in query.parts], "minimum_should_match": 1}}
        case Without():
            return {"bool": {"must_not": [_clause(query.part)]}}


def _any_spelling(query: Text) -> dict[str, Any]:
    """The term in one of its forms; one in the title counts for more."""
    forms = [form for spelling in query.term.spellings for form in forms_of(spelling)]
    fields = (TITLE_FIELD,) if query.in_title else (TEXT_FIELD, f"{TITLE_FIELD}^2")
    clauses = [{"multi_match": {"query": form, "fields": list(fields), "type": "phrase"}} for form in forms]
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses}}


def _filter_clauses(filters: Filters) -> list[dict[str, Any]]:
    clauses: list[dict[str, Any]] = []
    if filters.languages:
        clauses.append({"terms": {"languages": list(filters.languages)}})
    if filters.sources:
        clauses.append({"terms": {"source": list(filters.sources)}})
    ends = {"gte": filters.first_day, "lte": filters.last_day}
    days = {end: day.isoformat() for end, day in ends.items() if day}
    return [*clauses, {"range": {"counted_on": days}}] if days else clauses
