"""Reading what a person typed."""

from __future__ import annotations

from datetime import date

import pytest

from mediawatch.indexing import Filters
from mediawatch.indexing.queries import Term, query_body, read_query


def word(text: str) -> Term:
    return Term(text=text, is_phrase=False)


def phrase(text: str) -> Term:
    return Term(text=text, is_phrase=True)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("关税", (word("关税"),)),
        ("關稅", (word("关税"),)),
        ("Trump  Tariff", (word("trump"), word("tariff"))),
        ('"Trade War" 中美', (phrase("trade war"), word("中美"))),
        ("“貿易戰”", (phrase("贸易战"),)),
        ("「貿易 戰」", (phrase("贸易 战"),)),
        ('"open', (word('"open'),)),
        ("", ()),
        ("  　 ", ()),
    ],
)
def test_words_and_phrases(typed: str, terms: tuple[Term, ...]) -> None:
    assert read_query(typed) == terms


def test_chinese_is_never_looked_for_in_english_fields() -> None:
    assert "multi_match" not in str(query_body(read_query("关税"), Filters()))
    assert "multi_match" in str(query_body(read_query("tariff"), Filters()))


def test_filters_do_not_touch_relevance() -> None:
    filters = Filters(languages=("en",), sources=("bay",), first_day=date(2026, 3, 1), last_day=date(2026, 3, 2))
    body = query_body(read_query("关税"), filters)

    assert body["bool"]["filter"] == [
        {"terms": {"languages": ["en"]}},
        {"terms": {"source": ["bay"]}},
        {"range": {"counted_on": {"gte": "2026-03-01", "lte": "2026-03-02"}}},
    ]
    assert len(body["bool"]["must"]) == 1


def test_a_query_of_any_length_is_bounded() -> None:
    assert sum(len(term.text) for term in read_query("关税 " * 10_000)) < 1000
