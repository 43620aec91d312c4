"""Reading what a person typed."""

from __future__ import annotations

from datetime import date

from mediawatch.search import Filters
from mediawatch.search.grammar import Query, parse_query
from mediawatch.search.queries import query_body


def asked(query: str) -> Query:
    return parse_query(query, today=date(2026, 3, 3))


def test_a_word_is_looked_for_in_its_endings_and_a_phrase_is_not() -> None:
    assert "'tariffs'" in str(query_body(asked("tariff"), Filters()))
    assert "'tariffs'" not in str(query_body(asked('"tariff"'), Filters()))


def test_brackets_and_negations_are_clauses_of_their_own() -> None:
    (clause,) = query_body(asked("(a OR b) -title:c source:bay"), Filters())["bool"]["must"]
    either, without, named = clause["bool"]["must"]
    assert either["bool"]["minimum_should_match"] == 1
    assert "search_text" not in str(without["bool"]["must_not"])
    assert named == {"term": {"search_names": "source:bay"}}


def test_filters_do_not_touch_relevance() -> None:
    filters = Filters(languages=("en",), sources=("bay",), first_day=date(2026, 3, 1), last_day=date(2026, 3, 2))
    body = query_body(asked("关税"), filters)

    assert body["bool"]["filter"] == [
        {"terms": {"languages": ["en"]}},
        {"terms": {"source": ["bay"]}},
        {"range": {"counted_on": {"gte": "2026-03-01", "lte": "2026-03-02"}}},
    ]
    assert len(body["bool"]["must"]) == 1
