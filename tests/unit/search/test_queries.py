"""What a query becomes for the index."""

from __future__ import annotations

from datetime import date

from mediawatch.search.asking import restricted
from mediawatch.search.grammar import Query, parse_query
from mediawatch.search.queries import query_body


def asked(query: str) -> Query:
    return parse_query(query, today=date(2026, 3, 3))


def test_a_word_is_looked_for_in_its_endings_and_a_phrase_is_not() -> None:
    assert "'tariffs'" in str(query_body(asked("tariff")))
    assert "'tariffs'" not in str(query_body(asked('"tariff"')))


def test_brackets_and_negations_are_clauses_of_their_own() -> None:
    clauses = query_body(asked("(a OR b) -title:c source:bay"))["bool"]
    (either,), (without, named) = clauses["must"], clauses["filter"]
    assert either["bool"]["minimum_should_match"] == 1
    assert "search_text" not in str(without["bool"]["must_not"])
    assert named == {"term": {"search_names": "source:bay"}}


def test_what_restricts_a_search_does_not_touch_relevance() -> None:
    days = (date(2026, 3, 1), date(2026, 3, 2))
    query = restricted(asked("关税"), languages=["en"], sources=["bay", "wire"], first=days[0], last=days[1])
    clauses = query_body(query)["bool"]
    assert len(clauses["must"]) == 1
    sources, languages, counted = clauses["filter"]
    assert [clause["term"]["search_names"] for clause in sources["bool"]["should"]] == ["source:bay", "source:wire"]
    assert [clause["term"]["search_names"] for clause in languages["bool"]["should"]] == ["lang:en"]
    assert counted == {"range": {"counted_on": {"gte": "2026-03-01", "lte": "2026-03-02"}}}
