"""Marking matches in the text as it was written."""

from __future__ import annotations

from datetime import date

import pytest

from mediawatch.language import Aliases
from mediawatch.search.excerpts import excerpts, matches
from mediawatch.search.grammar import NO_ALIASES, Term, parse_query, terms_of


def typed(query: str, aliases: Aliases = NO_ALIASES) -> tuple[Term, ...]:
    return terms_of(parse_query(query, aliases, today=date(2026, 3, 3)))


def marked(text: str, query: str) -> str:
    (excerpt,) = excerpts([("body_zh", text)], typed(query))
    return excerpt.marked("[", "]")


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("對鋼材加徵關稅。", "关税", "對鋼材加徵[關稅]。"),
        ("对钢材加征关税。", "關稅", "对钢材加征[关税]。"),
        ("关税与關稅", "关税", "[关税]与[關稅]"),
        ("ＡＢＣ公司的㎏單位", "abc", "[ＡＢＣ]公司的㎏單位"),
        ("重量五㎏的貨物", "货物", "重量五㎏的[貨物]"),
        ("Tariffs and a tariff; the TARIFF", "tariff", "[Tariffs] and a [tariff]; the [TARIFF]"),
        ("the tariffs are high", "Tariff", "the [tariffs] are high"),
        ("category and cat", "cat", "category and [cat]"),
        ("two policies", "policy", "two [policies]"),
        ("公司ABC的abc", "abc", "公司[ABC]的[abc]"),
        ("Minister Arden said", '"minister arden"', "[Minister Arden] said"),
        ("贸易的战争与争端", "贸易战争", "[贸易]的[战争]与争端"),
        ("第一行\n關稅在第二行", "关税", "第一行 [關稅]在第二行"),
        ("加征 关税", "加征关税 加征", "[加征] [关税]"),
        ("a.b (c)", "a.b", "[a.b] (c)"),
    ],
)
def test_matches_are_marked_where_they_stand(text: str, query: str, shown: str) -> None:
    assert marked(text, query) == shown


def test_without_a_visible_match_the_beginning_is_shown() -> None:
    assert marked("港口" * 200, "关税") == ("港口" * 200)[:100]


def test_an_excerpt_is_cut_around_its_match() -> None:
    text = "港" * 500 + "关税" + "口" * 500
    (excerpt,) = excerpts([("body_zh", text)], typed("关税"))

    assert len(excerpt.text) == 100
    assert "关税" in excerpt.text


def test_titles_come_before_bodies_and_there_are_few() -> None:
    texts = [("title", "新关税"), ("body_zh", ("关税" + "港" * 300) * 5)]

    found = excerpts(texts, typed("关税"))

    assert [excerpt.field for excerpt in found] == ["title", "body_zh", "body_zh"]


def test_nothing_is_shown_of_nothing() -> None:
    assert excerpts([("title", "")], typed("关税")) == ()


def test_other_spellings_of_a_name_are_marked_too() -> None:
    aliases = Aliases.of({"特朗普": ["川普"]})
    (excerpt,) = excerpts([("body_zh", "川普說，特朗普是他。")], typed("特朗普", aliases))
    assert excerpt.marked("[", "]") == "[川普]說，[特朗普]是他。"


def test_a_character_that_folds_to_several_is_marked_whole() -> None:
    assert matches("重五㎏", typed('"k"')) == []
    assert matches("重五㎏的", typed("kg")) == [(2, 3)]


def test_spans_do_not_overlap() -> None:
    assert matches("关税关税", typed("关税 税关 关税关")) == [(0, 4)]
