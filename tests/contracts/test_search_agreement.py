"""Two hundred queries, answered alike by Elasticsearch and by the lake: the same articles, in the same order."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.board.state import BoardState
from mediawatch.records import Article
from mediawatch.search import count, count_stories, search, search_all
from mediawatch.search.grammar import parse_query
from mediawatch.search.searching import TimeOrder
from tests.support.index import Index
from tests.unit.board.printing import DAY, NOON, Front, Printed, an_article

pytest_plugins = ("tests.support.index_fixtures",)
pytestmark = [pytest.mark.server, pytest.mark.slow]

CHINESE = ("关税", "關稅", "谈判", "談判", "港口", "钢材", "财政部", "税务", "海关", "税", "新关税", "关税谈判", "台风")
LATIN = ("tariff", "tariffs", "steel", "GPT-7", "U.S.", "3.5%", "trade war", "Port", "reopens", "C919")
SIGNS = ("。", "，", "：", "、", " ", "\n", "；", "（图）", "")
AUTHORS = ("林晓舟", "林曉舟", "Jane Doe", "周远", "Ada Lin")
PRINTED = ("海湾通讯社", "海灣通訊社", "Harbour Times", "")
SOURCES = ("paper", "wire", "bay")
LANGUAGES = (("zh-Hans",), ("zh-Hant",), ("en",), ("zh-Hans", "en"))
LISTED = (
    *("关税 -谈判", "关税 NOT (谈判 OR 港口)", "tariff", '"tariff"', '"tariffs"', "关税谈判", '"关税谈判"', "税关"),
    *("title:关税", "title:(关税 OR steel)", "-title:关税 关税", "publisher:海湾通讯社", "publisher:海灣通訊社"),
    *('publisher:"harbour times"', "publisher:paper.example", "site:example", "site:paper.example", "source:bay"),
    *("author:林曉舟", 'author:"jane doe"', "author:jane", "lang:zh", "lang:zh-hant", "lang:en 关税", "-lang:zh"),
    *(f"since:{DAY}", f"until:{DAY - timedelta(days=1)}", f"since:{DAY - timedelta(days=2)} until:yesterday 关税"),
    *("GPT-7", "gpt 7", "gpt", "7", "U.S.", "us", "3.5%", '"trade war"', '"war trade"', "C919", "（图）", "-关税"),
)


def articles(days: int = 4, each: int = 30) -> Iterator[list[Article]]:
    """A few days of made-up articles, whose words meet with all signs and none between them."""
    dice = random.Random(7)  # noqa: S311 - made-up texts
    for back in range(days):
        day = DAY - timedelta(days=back)
        made = []
        for number in range(each):
            source, languages = dice.choice(SOURCES), dice.choice(LANGUAGES)
            text = _prose(dice, CHINESE + LATIN, 12)
            one = an_article(
                f"{_prose(dice, CHINESE, 3)}{back:02}{number:02}",
                text,
                day=day,
                source=source,
                site=f"www.{source}.example",
                language=languages[0],
                title_en=_prose(dice, LATIN, 3) if "en" in languages else "",
                original_publisher=dice.choice(PRINTED),
                authors=tuple(dice.sample(AUTHORS, dice.randrange(3))),
            )
            at = one.first_seen_at + timedelta(minutes=number)
            published = at - timedelta(minutes=dice.randrange(6000)) if dice.random() < 0.8 else None
            made.append(
                replace(
                    one,
                    languages=languages,
                    body_zh=text if languages[0] != "en" else "",
                    first_seen_at=at,
                    published_at=published,
                )
            )
        yield made


def revised(first: Article) -> Article:
    """A second revision of `first`."""
    return replace(first, revision=2, title=f"{first.title}更新", text=f"{first.text}\n关税谈判更新", fetched_at=NOON)


def _prose(dice: random.Random, words: Sequence[str], most: int) -> str:
    text = "".join(dice.choice(words) + dice.choice(SIGNS) for _ in range(dice.randint(1, most)))
    # A trimmed server takes two English words that are written as one for the two.
    return re.sub("war(?=trade|port)", "war ", text, flags=re.IGNORECASE)


def queries(number: int = 200) -> list[str]:
    """Those listed above, and others thrown together of words, fields, brackets and operators."""
    dice = random.Random(11)  # noqa: S311
    return [*LISTED, *(_query(dice, 2) for _ in range(number - len(LISTED)))]


def _query(dice: random.Random, depth: int) -> str:
    parts = [_part(dice, depth) for _ in range(dice.randint(1, 3))]
    return dice.choice((" ", " AND ", " OR ")).join(parts)


def _part(dice: random.Random, depth: int) -> str:
    if depth and dice.random() < 0.3:
        return f"{dice.choice(('', '-', 'NOT ', 'title:'))}({_query(dice, 0)})"
    word = dice.choice(CHINESE + LATIN)
    if dice.random() < 0.25 or " " in word:
        word = f'"{word}"'
    return dice.choice(("", "", "", "-", "title:")) + word


@pytest.fixture
def both(tmp_path: Path, index: Index) -> tuple[BoardState, Index]:
    made = {day[0].counted_on: day for day in articles()}
    old, newest = made[min(made)], made[max(made)]
    newest += [revised(one) for one in old[:5]]
    copies = {day: [each[start : start + 3] for start in range(0, 15, 3)] for day, each in made.items()}
    printed = (Printed(day=day, articles=each, copies=copies[day]) for day, each in made.items())
    state = Front(tmp_path).print(*printed)
    stories = {one.article_id: group[0].article_id for day in copies.values() for group in day for one in group}
    newest_of_each = {one.article_id: one for day in sorted(made) for one in made[day]}
    # What a revision is part of is decided on its own day.
    stories |= {one.article_id: one.article_id for one in newest[-5:]}
    index.write(newest_of_each.values(), stories=stories)
    return state, index


def test_the_lake_and_the_index_answer_alike(both: tuple[BoardState, Index]) -> None:
    state, index = both
    state.finder.warm(DAY, wait_seconds=60)
    asked = queries()
    assert len(set(asked)) > 150
    differing, with_answers = {}, 0
    for typed in asked:
        query = parse_query(typed, today=DAY)
        found = state.finder.find(query, today=DAY)
        here = {hit.article.title for hit in state.finder.hits(found, range(1000), with_excerpts=False)}
        there = {hit.title for hit in search_all(index.client, index.settings, query)}
        assert count(index.client, index.settings, query) == len(there)
        with_answers += 0 < len(here) < 120
        if here != there:
            differing[typed] = (sorted(here - there)[:3], sorted(there - here)[:3])
    assert differing == {}
    assert with_answers > 120, "most of them tell articles apart"


@pytest.mark.parametrize("one_a_story", [False, True])
@pytest.mark.parametrize("order", ["seen", "published"])
def test_they_answer_in_the_same_order(both: tuple[BoardState, Index], order: TimeOrder, one_a_story: bool) -> None:
    state, index = both
    state.finder.warm(DAY, wait_seconds=60)
    with_copies = 0
    for typed in queries(60):
        query = parse_query(typed, today=DAY)
        found = state.finder.find(query, today=DAY)
        listed = found.listed(order, one_a_story=one_a_story)
        here = state.finder.hits(found, range(1000), listed=listed, with_excerpts=False)
        there = search(index.client, index.settings, query, size=1000, order=order, one_a_story=one_a_story)
        assert [(h.article.title, h.copies) for h in here] == [(h.title, h.copies) for h in there], typed
        assert not one_a_story or count_stories(index.client, index.settings, query) == len(here)
        page = search(index.client, index.settings, query, start=7, size=5, order=order, one_a_story=one_a_story)
        assert [hit.title for hit in page] == [hit.title for hit in there][7:12]
        with_copies += any(hit.copies > 1 for hit in here)
    assert (with_copies > 20) == one_a_story
