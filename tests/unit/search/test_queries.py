"""Reading what a person typed."""

from __future__ import annotations

from datetime import date

import pytest

from mediawatch.language import Aliases
from mediawatch.search import Filters
from mediawatch.search.queries import Term, query_body, read_query


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


ALIASES = Aliases.of([{"canonical": "特朗普", "forms": ["川普"], "en": "Trump"}])


def test_a_name_is_looked_for_in_every_spelling() -> None:
    (term,) = read_query("川普", ALIASES)
    assert term == Term(text="川普", is_phrase=False, others=("特朗普", "trump"))
    (clause,) = query_body((term,), Filters())["bool"]["must"]
    assert len(clause["dis_max"]["queries"]) == 3
    assert "multi_match" in str(clause)


def test_a_name_inside_a_word_is_too() -> None:
    (term,) = read_query("川普關稅", ALIASES)
    assert term.others == ("特朗普关税", "trump关税")


def test_in_quotes_it_is_not() -> None:
    assert read_query("「川普」", ALIASES) == (phrase("川普"),)
