"""A query as Elasticsearch takes it: the same on both kinds of server."""

from __future__ import annotations

from typing import Any

from mediawatch.search.grammar import Days, Either, Every, Named, Query, Text, Without, terms_of
from mediawatch.search.names import key_of
from mediawatch.search.wordforms import forms_of

TEXT_FIELD = "search_text"
TITLE_FIELD = "search_title"


def query_body(query: Query) -> dict[str, Any]:
    """The query for articles that `query` finds."""
    match query:
        case Text():
            return _any_spelling(query)
        case Named():
            return {"term": {"search_names": f"{query.field}:{key_of(query.field, query.value)}"}}
        case Days():
            ends = {"gte": query.first, "lte": query.last}
            return {"range": {"counted_on": {end: day.isoformat() for end, day in ends.items() if day}}}
        case Every():
            parts = [("must" if terms_of(part) else "filter", query_body(part)) for part in query.parts]
            clauses = {kind: [clause for of, clause in parts if of == kind] for kind in ("must", "filter")}
            return {"bool": {kind: each for kind, each in clauses.items() if each}} if parts else {"match_all": {}}
        case Either():
            return {"bool": {"should": [query_body(part) for part in query.parts], "minimum_should_match": 1}}
        case Without():
            return {"bool": {"must_not": [query_body(query.part)]}}


def _any_spelling(query: Text) -> dict[str, Any]:
    """The term in one of its forms; one in the title counts for more."""
    forms = [form for spelling in query.term.spellings for form in forms_of(spelling)]
    fields = (TITLE_FIELD,) if query.in_title else (TEXT_FIELD, f"{TITLE_FIELD}^2")
    clauses = [{"multi_match": {"query": form, "fields": list(fields), "type": "phrase"}} for form in forms]
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses}}
