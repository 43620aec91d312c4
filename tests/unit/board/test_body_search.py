"""Finding in the lake: all titles, the last days' bodies, either script."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from mediawatch.board.local_index import BODY_DAYS, refresh
from mediawatch.board.state import BoardState, open_board
from mediawatch.lake.partitions import Receipt, read_columns
from mediawatch.lake.store import Store
from mediawatch.search.asking import restricted
from mediawatch.search.grammar import BadQuery, Every, any_form, parse_query
from mediawatch.tables import Table
from tests.unit.board.printing import DAY, NOON, Front, Printed, an_article

pytestmark = pytest.mark.slow

COPIES = (("paper", 2), ("wire", 1), ("mute", 3))
"""Sources, and how long before noon each published the story."""
OLD = DAY - timedelta(days=BODY_DAYS)


@pytest.fixture(name="front")
def _front(tmp_path: Path) -> Front:
    return Front(tmp_path)


def titles_found(state: BoardState, query: str, **filters: tuple[str, ...]) -> list[str]:
    asked = restricted(parse_query(query, today=DAY), **filters)
    found = state.finder.find(asked, today=DAY)
    return [hit.article.title for hit in state.finder.hits(found, range(50))]


def test_either_script_finds_both(front: Front) -> None:
    state = front.print(Printed(articles=[an_article("关税谈判"), an_article("關稅談判"), an_article("天气预报")]))
    assert sorted(titles_found(state, "關稅")) == sorted(titles_found(state, "关税")) == ["关税谈判", "關稅談判"]


def test_bodies_are_searched_with_the_words_marked(front: Front) -> None:
    state = front.print(Printed(articles=[an_article("港口", "工人说關稅太高。"), an_article("天气", "晴。")]))
    found = state.finder.find(parse_query("关税", today=DAY), today=DAY)
    (hit,) = state.finder.hits(found, range(10))
    (excerpt,) = hit.excerpts
    assert excerpt.marked("[", "]") == "工人说[關稅]太高。"


def test_words_may_be_shared_out_between_title_and_body(front: Front) -> None:
    state = front.print(Printed(articles=[an_article("港口", "关税"), an_article("关税", "天气")]))
    assert titles_found(state, "港口 关税") == ["港口"]


def test_of_old_days_titles_only(front: Front) -> None:
    old = [an_article("关税旧闻", day=OLD), an_article("港口", "关税", day=OLD)]
    state = front.print(Printed(day=OLD, articles=old), Printed(articles=[an_article("今天", "关税")]))
    assert titles_found(state, "关税") == ["今天", "关税旧闻"]


def test_newest_first_and_page_by_page(front: Front) -> None:
    days = [
        Printed(
            day=DAY - timedelta(days=n),
            articles=[an_article(f"关税{n}{m}", day=DAY - timedelta(days=n)) for m in "abc"],
        )
        for n in range(3)
    ]
    state = front.print(*days)
    found = state.finder.find(parse_query("关税", today=DAY), today=DAY)
    pages = [state.finder.hits(found, range(start, start + 2)) for start in range(0, 10, 2)]
    seen = [hit.article.title for page in pages for hit in page]
    assert found.total == 9
    assert len(seen) == len(set(seen)) == 9
    assert [title[2] for title in seen] == list("000111222")


def test_filters(front: Front) -> None:
    state = front.print(
        Printed(articles=[an_article("关税一"), an_article("關稅二", source="wire", language="zh-Hant")])
    )
    assert titles_found(state, "关税", sources=("wire",)) == ["關稅二"]
    assert titles_found(state, "关税", languages=("zh-Hans",)) == ["关税一"]
    assert titles_found(state, "关税", sources=("wire",), languages=("zh-Hans",)) == []


@pytest.mark.parametrize("query", ["!?", "(", "\\", "关税(", "a" * 5000, "%_'\"; drop", "%_; drop"])
def test_no_query_breaks_it(front: Front, query: str) -> None:
    state = front.print(Printed(articles=[an_article("港口")]))
    with suppress(BadQuery):  # said in words: tests/unit/search/test_grammar.py
        assert titles_found(state, query) == []


def test_revisions_are_found_but_not_counted(front: Front) -> None:
    revised = an_article("关税修订", day=DAY, counted_on=DAY - timedelta(days=1), revision=2)
    state = front.print(Printed(articles=[revised, an_article("关税")]))
    found = state.finder.find(parse_query("关税", today=DAY), today=DAY)
    assert (found.total, found.days[0].articles, len(found.days[0].publishers)) == (2, 1, 1)


def test_of_an_article_with_revisions_the_newest_is_found_and_the_first_counted(front: Front) -> None:
    eve = DAY - timedelta(days=1)
    first = an_article("关税初稿", "钢材", day=eve)
    second = replace(first, title="关税定稿", text="铝材", revision=2)
    state = front.print(Printed(day=eve, articles=[first]), Printed(articles=[second]))
    found = state.finder.find(parse_query("关税", today=DAY), today=DAY)
    assert titles_found(state, "关税") == ["关税定稿"]
    assert titles_found(state, "初稿") == titles_found(state, "钢材") == []
    assert {day.day: day.articles for day in found.days} == {eve: 1, DAY: 0}


def test_a_day_of_before_is_searched_until_it_is_made_again(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = {"story_id", "story_publisher", "counted_on"}
    front.print(Printed(articles=[an_article("关税一"), an_article("关税二")]))

    def before(store: Store, receipt: Receipt, table: Table[Any], names: Sequence[str]) -> pa.Table:
        return read_columns(store, receipt, table, [name for name in names if name not in newer])

    monkeypatch.setattr("mediawatch.board.titles.read_columns", before)
    state = open_board(front.context)
    found = state.finder.find(parse_query(f"关税 since:{DAY}", today=DAY), today=DAY)
    assert len(found.listed(one_a_story=True)) == 2
    assert len(found.days[0].publishers) == 1


def test_copies_stand_behind_one_of_their_story(front: Front) -> None:
    copies = [an_article(f"关税{n}", source=n, published_at=NOON - timedelta(hours=h)) for n, h in COPIES]
    other = an_article("关税与港口", published_at=None)
    state = front.print(Printed(articles=[*copies, other], copies=[copies]))
    found = state.finder.find(parse_query("关税", today=DAY), today=DAY)
    listed = found.listed("published", one_a_story=True)
    hits = state.finder.hits(found, range(10), listed=listed)
    assert [(hit.article.title, hit.copies) for hit in hits] == [("关税wire", 3), ("关税与港口", 1)]
    everything = state.finder.hits(found, range(10), listed=found.listed("published"))
    assert [hit.article.title for hit in everything] == ["关税wire", "关税paper", "关税mute", "关税与港口"]


def test_articles_are_counted_by_their_names(front: Front) -> None:
    pair = ("林晓舟", "周远")
    state = front.print(Printed(articles=[an_article("关税一", authors=pair), an_article("关税二", authors=pair[:1])]))
    found = state.finder.find(parse_query("关税", today=DAY), today=DAY)
    assert found.shares("author") == {"林晓舟": 2, "周远": 1}
    assert found.shares("source") == {"paper": 2}


def test_no_form_finds_nothing_and_no_condition_everything(front: Front) -> None:
    state = front.print(Printed(articles=[an_article("港口"), an_article("关税")]))
    found = {query: state.finder.find(query, today=DAY).total for query in (any_form(()), Every(()))}
    assert found == {any_form(()): 0, Every(()): 2}


def test_any_form_counts_once(front: Front) -> None:
    state = front.print(Printed(articles=[an_article("特朗普又称川普"), an_article("川普")]))
    assert state.finder.find(any_form(("特朗普", "川普")), today=DAY).total == 2


def test_a_rebuilt_day_is_shown_as_it_is_now(front: Front) -> None:
    first = front.print(Printed(articles=[an_article("关税一")]))
    assert titles_found(first, "关税") == ["关税一"]
    again = front.print(Printed(articles=[an_article("关税二")], edition="2"))
    assert titles_found(again, "关税") == ["关税二"]


def test_the_shelf_is_made_once_and_old_bodies_leave_it(front: Front) -> None:
    front.print(Printed(day=OLD, articles=[an_article("旧", day=OLD)]), Printed(articles=[an_article("新")]))
    assert refresh(front.context) == 0
    assert front.store.folders("bodies") == [f"day={DAY}"]
    assert front.store.folders("shelf") == [f"day={OLD}", f"day={DAY}"]
