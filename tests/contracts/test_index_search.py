"""What a person finds: either script finds both, English in any order, quotes mean a phrase."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mediawatch.board.local_index import headline_row
from mediawatch.errors import BadRequest
from mediawatch.language import Aliases
from mediawatch.search import count, search, search_all
from mediawatch.search.asking import restricted
from tests.support.index import MORNING, Index, an_article, asked

pytest_plugins = ("tests.support.index_fixtures",)
pytestmark = pytest.mark.server

SIMPLIFIED = an_article("海湾国宣布新关税", "财政部周三宣布，对进口钢材加征关税。市场随即震荡。", "zh-Hans")
TRADITIONAL = an_article("海灣國宣布新關稅措施", "財政部週三宣布，對進口鋼材加徵關稅。", "zh-Hant", source="bay")
ENGLISH = an_article("Tariff row deepens", "The new tariffs on steel, said Minister Arden, hit 737 firms.", "en")
OTHER = an_article("税务机关公布数据", "与海关无关的税收统计。", "zh-Hans")
BILINGUAL = an_article(
    "港口重开",
    "港口周五重开。\nThe harbour reopens on Friday after the storm.",
    languages=("zh-Hans", "en"),
    title_en="Harbour reopens",
    body_zh="港口周五重开。",
    body_en="The harbour reopens on Friday after the storm.",
)
EVERYTHING = (SIMPLIFIED, TRADITIONAL, ENGLISH, OTHER, BILINGUAL)


@pytest.fixture
def filled(index: Index) -> Index:
    index.write(EVERYTHING)
    return index


def found(filled: Index, query: str, **among: Any) -> set[str]:
    wanted = restricted(asked(query), **among)
    hits = search(filled.client, filled.settings, wanted)
    assert count(filled.client, filled.settings, wanted) == len(hits)
    return {hit.title for hit in hits}


@pytest.mark.parametrize("query", ["关税", "關稅", "鋼材 关税", '"加徵關稅"', "「新关税」"])
def test_either_script_finds_both(filled: Index, query: str) -> None:
    assert found(filled, query) == {SIMPLIFIED.title, TRADITIONAL.title}


@pytest.mark.parametrize("query", ["steel tariffs", "tariffs Steel", "ARDEN tariffs 737"])
def test_english_words_in_any_order(filled: Index, query: str) -> None:
    assert found(filled, query) == {ENGLISH.title}


def test_a_quoted_phrase_wants_its_order(filled: Index) -> None:
    assert found(filled, '"minister arden"') == {ENGLISH.title}
    assert found(filled, '"arden minister"') == set()
    assert found(filled, '"关税加征"') == set()


def test_every_word_has_to_be_there(filled: Index) -> None:
    assert found(filled, "关税 震荡") == {SIMPLIFIED.title}
    assert found(filled, "steel 关税") == set()


def test_words_of_both_languages_find_a_bilingual_article(filled: Index) -> None:
    assert found(filled, "港口 storm") == {BILINGUAL.title}
    assert found(filled, "Harbour reopens") == {BILINGUAL.title}


def test_a_pair_of_characters_is_not_either_of_them(filled: Index) -> None:
    assert OTHER.title not in found(filled, "关税")
    assert found(filled, "税") == {SIMPLIFIED.title, TRADITIONAL.title, OTHER.title}


def test_a_bare_pair_typed_into_a_search_box_over_all_fields_stays_a_pair(filled: Index) -> None:
    bare = {"query_string": {"query": "关税", "fields": ["title", "title.en", "title_en", "body_*", "search_text"]}}
    answer = filled.client.search(index=f"{filled.settings.index_prefix}-articles", query=bare)

    titles = {row["_source"]["title"] for row in answer["hits"]["hits"]}
    assert SIMPLIFIED.title in titles
    assert not titles & {OTHER.title, ENGLISH.title, BILINGUAL.title}


def test_filters(filled: Index) -> None:
    assert found(filled, "关税", languages=("zh-Hant",)) == {TRADITIONAL.title}
    assert found(filled, "", languages=("en",)) == {ENGLISH.title, BILINGUAL.title}
    assert found(filled, "", sources=("bay",)) == {TRADITIONAL.title}
    assert found(filled, "", last=MORNING.date() - timedelta(days=1)) == set()
    assert len(found(filled, "", first=MORNING.date(), last=MORNING.date())) == len(EVERYTHING)


def test_highlights_stand_in_the_text_as_it_was_written(filled: Index) -> None:
    hits = search(filled.client, filled.settings, restricted(asked("关税"), sources=("bay",)))

    marked = [excerpt.marked("<", ">") for excerpt in hits[0].highlights]
    assert marked == ["海灣國宣布新<關稅>措施", "財政部週三宣布，對進口鋼材加徵<關稅>。"]


def test_the_newest_come_first_when_asked(index: Index) -> None:
    dates = [datetime(2026, 3, day, tzinfo=UTC) for day in (3, 1, 2)]
    index.write([an_article(f"三月{at.day}日", "新闻", first_seen_at=at) for at in dates])

    hits = search(index.client, index.settings, asked("新闻"), order="seen")

    assert [hit.title for hit in hits] == ["三月3日", "三月2日", "三月1日"]


def test_an_export_yields_each_hit_once_however_small_the_pages(index: Index) -> None:
    articles = [an_article(f"出口新闻{number}", "出口") for number in range(57)]
    index.write(articles)

    hits = [hit.article_id for hit in search_all(index.client, index.settings, asked("出口"), page=10)]

    assert len(hits) == 57
    assert set(hits) == {article.article_id for article in articles}
    assert len(search(index.client, index.settings, asked("出口"), size=12)) == 12


def test_an_export_leaves_no_view_open(filled: Index) -> None:
    next(search_all(filled.client, filled.settings, asked("关税")))
    list(search_all(filled.client, filled.settings, asked("关税")))

    stats = filled.client.indices.stats(index=f"{filled.settings.index_prefix}-articles", metric="search")
    assert stats["_all"]["total"]["search"].get("open_contexts", 0) == 0


def test_a_hit_tells_what_a_person_needs(filled: Index) -> None:
    (hit,) = search(filled.client, filled.settings, asked("storm"))

    assert (hit.title, hit.url, hit.site, hit.source) == (
        BILINGUAL.title,
        BILINGUAL.url,
        BILINGUAL.site,
        BILINGUAL.source,
    )
    assert (hit.published_at, hit.first_seen_at, hit.language) == (MORNING, MORNING, "zh-Hans")
    assert hit.score > 0


def test_the_board_lists_a_hit_as_it_lists_the_article_of_the_lake(index: Index) -> None:
    repost = replace(SIMPLIFIED, publisher_id="wire", original_publisher="海湾通讯社", is_repost=True)
    articles = [repost, ENGLISH, BILINGUAL, replace(OTHER, title="", title_en="Tax figures", published_at=None)]
    index.write(articles)
    hits = {hit.article_id: hit for hit in search_all(index.client, index.settings, asked(""))}
    day = articles[0].counted_on
    assert [headline_row(0, hits[one.article_id], day, story_id="s") for one in articles] == [
        headline_row(0, one, day, story_id="s") for one in articles
    ]


@pytest.mark.parametrize("query", ["???", '"。"', "， 。"])
def test_punctuation_alone_is_no_query(filled: Index, query: str) -> None:
    with pytest.raises(BadRequest):
        search(filled.client, filled.settings, asked(query))


@pytest.mark.parametrize("query", ['"open', "a:b AND (", "\\", "*关税*", "关税" * 400, "x" * 5000, "\ud800关税"])
def test_no_query_breaks_the_search(filled: Index, query: str) -> None:
    try:
        hits = search(filled.client, filled.settings, asked(query))
    except BadRequest:
        return
    assert isinstance(hits, list)


def test_searching_before_provisioning_says_what_to_do(bare_index: Index) -> None:
    with pytest.raises(BadRequest, match="mediawatch provision"):
        search(bare_index.client, bare_index.settings, asked("关税"))


ALIASES = Aliases.of([{"canonical": "特朗普", "forms": ["川普"], "en": "Trump", "homographs": ["特普"]}])
MAINLAND = an_article("特朗普谈贸易", "特朗普周三说，他会再来。", "zh-Hans")
TAIWAN = an_article("川普談貿易", "川普週三說，他會再來。", "zh-Hant")
ABROAD = an_article("Trump talks trade", "Trump said on Wednesday that he will be back.", "en")


@pytest.mark.parametrize("query", ["川普", "特朗普", "Trump", "特普"])
def test_a_name_finds_every_spelling_of_it(index: Index, query: str) -> None:
    index.write((MAINLAND, TAIWAN, ABROAD, OTHER))
    hits = search(index.client, index.settings, asked(query, ALIASES))

    assert {hit.title for hit in hits} == {MAINLAND.title, TAIWAN.title, ABROAD.title}
    assert count(index.client, index.settings, asked(query, ALIASES)) == 3
    marked = {excerpt.marked("[", "]") for hit in hits for excerpt in hit.highlights if excerpt.field == "title"}
    assert marked == {"[特朗普]谈贸易", "[川普]談貿易", "[Trump] talks trade"}


def test_a_name_in_quotes_or_without_aliases_is_what_was_typed(index: Index) -> None:
    index.write((MAINLAND, TAIWAN))

    assert {hit.title for hit in search(index.client, index.settings, asked("「川普」", ALIASES))} == {TAIWAN.title}
    assert {hit.title for hit in search(index.client, index.settings, asked("川普"))} == {TAIWAN.title}


def test_a_name_inside_a_longer_word_is_found_too(index: Index) -> None:
    index.write((MAINLAND, TAIWAN))
    found = search(index.client, index.settings, asked("川普周三", ALIASES))
    assert MAINLAND.title in {hit.title for hit in found}
