"""Reading what a person typed, and saying what cannot be read."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.language import Aliases
from mediawatch.search.grammar import (
    BadQuery,
    Days,
    Either,
    Every,
    Named,
    Query,
    Term,
    Text,
    Without,
    any_form,
    named_in,
    parse_query,
    terms_of,
)

TODAY = date(2026, 3, 3)


def word(text: str) -> Text:
    return Text(Term(text=text, is_phrase=False))


def phrase(text: str) -> Text:
    return Text(Term(text=text, is_phrase=True))


def title(text: str) -> Text:
    return Text(Term(text=text, is_phrase=False), in_title=True)


A, B, C = word("a"), word("b"), word("c")


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("关税", word("关税")),
        ("關稅", word("关税")),
        ("Trump  Tariff", Every((word("trump"), word("tariff")))),
        ('"Trade War" 中美', Every((phrase("trade war"), word("中美")))),
        ("“貿易戰”", phrase("贸易战")),
        ("「貿易 戰」", phrase("贸易 战")),
        ("", Every(())),
        ("  　 ", Every(())),
        ("关税 -谈判", Every((word("关税"), Without(word("谈判"))))),
        ("关税 NOT 谈判", Every((word("关税"), Without(word("谈判"))))),
        ("关税 AND NOT 谈判", Every((word("关税"), Without(word("谈判"))))),
        ("-(a OR b)", Without(Either((A, B)))),
        ("a OR b", Either((A, B))),
        ("a or b", Every((A, word("or"), B))),
        ("a b OR c", Either((Every((A, B)), C))),
        ("a AND (b OR c)", Every((A, Either((B, C))))),
        ("a && b || c", Either((Every((A, B)), C))),
        ("+a +b", Every((A, B))),
        ("title:关税", title("关税")),
        ("title：關稅", title("关税")),
        ("TITLE:(a OR b)", Either((title("a"), title("b")))),
        ('publisher:新华社 author:"Jane Doe"', Every((Named("publisher", "新华社"), Named("author", "Jane Doe")))),
        ("a -source:bay", Every((A, Without(Named("source", "bay"))))),
        ("since:2026-03-01 until:yesterday", Every((Days(first=date(2026, 3, 1)), Days(last=date(2026, 3, 2))))),
        ("gpt-7 12:30 R&D c++", Every((word("gpt-7"), word("12:30"), word("r&d"), word("c++")))),
        ("https://paper.example/a", word("https://paper.example/a")),
        ("a - b", Every((A, B))),
        ("(a)", A),
    ],
)
def test_what_is_understood(typed: str, query: Query) -> None:
    assert parse_query(typed, today=TODAY) == query


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('"open', 'not closed: did you mean "open"'),
        ("「开", "did you mean 「开」"),
        ("开」", "did you mean 开 "),
        ("(a OR b", r"did you mean \(a OR b\) "),
        ("a) b", "did you mean a b"),
        ("a AND", "Something is missing at AND"),
        ("OR b", "Something is missing at OR"),
        ("a OR OR b", "Something is missing at OR"),
        ("NOT", "Something is missing at NOT"),
        ("()", "Something is missing"),
        ("title:", "Something is missing at title:"),
        ("titel:关税", "no field titel: .* mean title:"),
        ("colour:red", "no field colour: .* There are title: publisher:"),
        ("since:may", "may is not a day"),
        ("???", r"no word to search for in \?\?\?"),
        ("-" * 60 + "a", "More than 50"),
        ("(" * 60 + "a" + ")" * 60, "More than 50"),
        ("NOT " * 60 + "a", "More than 50"),
    ],
)
def test_what_is_not_is_said_with_what_comes_nearest(typed: str, said: str) -> None:
    with pytest.raises(BadQuery, match=said):
        parse_query(typed, today=TODAY)


@given(st.text(alphabet='a关:"“”()-+ ANDORNTtitle\n', max_size=40) | st.text(max_size=40))
def test_every_query_is_read_or_refused(typed: str) -> None:
    with suppress(BadQuery):
        assert isinstance(parse_query(typed, today=TODAY), Query)


def test_a_query_of_any_length_is_bounded() -> None:
    assert sum(len(term.text) for term in terms_of(parse_query("关税 " * 10_000, today=TODAY))) < 1000


ALIASES = Aliases.of([{"canonical": "特朗普", "forms": ["川普"], "en": "Trump"}])


def test_a_name_is_looked_for_in_every_spelling_unless_in_quotes() -> None:
    (term,) = terms_of(parse_query("川普", ALIASES, today=TODAY))
    assert term == Term(text="川普", is_phrase=False, others=("特朗普", "trump"))
    (inside,) = terms_of(parse_query("川普關稅", ALIASES, today=TODAY))
    assert inside.others == ("特朗普关税", "trump关税")
    assert parse_query("「川普」", ALIASES, today=TODAY) == phrase("川普")


def test_what_is_left_out_is_not_marked_and_its_names_are_known() -> None:
    query = parse_query("a -b title:c source:bay -source:wire", today=TODAY)
    assert [term.text for term in terms_of(query)] == ["a", "c"]
    assert list(named_in(query, "source")) == ["bay", "wire"]


def test_the_forms_of_a_word_are_one_or_the_other_and_no_grammar() -> None:
    assert any_form(("-a", "title:b", "?")) == Either((word("-a"), word("title:b")))
