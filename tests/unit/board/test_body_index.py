"""Bodies are found as they are written, in memory, and as the shelf has them now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.board.body_index import LOOK_AGAIN, BodyIndex, _searcher_of
from mediawatch.board.body_index import DayIndex as Bodies
from mediawatch.errors import Corrupt
from mediawatch.lake.opening import open_store
from mediawatch.lake.partitions import PartitionKey, PartitionWriter
from mediawatch.lake.store import Store
from mediawatch.language import fold
from mediawatch.search.grammar import Term
from mediawatch.tables.board import TEXTS, Text
from tests.support.lakes import SetClock

DAY = date(2026, 4, 29)


def indexed(*texts: str, title: str = "") -> Bodies:
    searcher, size = _searcher_of((row, title, text) for row, text in enumerate(texts))
    return Bodies((), searcher, size)


def word(text: str) -> Term:
    return Term(text=text, is_phrase=False)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("关税", [0, 3]),
        ("关税谈判", [0]),
        ("税", [0, 1, 3]),
        ("税谈", [0]),
        ("判港", []),  # a full stop is between them
        ("tariff", [2]),
        ("tariffs", [2]),
        ("gpt-7", [2]),
        ("gpt", [2, 4]),
        ("7", [2]),
        ("gpt-7发布", [2]),
        ("gpt 7", [2]),
        ("ariff", []),
        ("关税 港", [0]),
        ("(关税)", [0, 3]),
        ("новости", [4]),
        ("हिन्दी", [4]),
        ("ㄅ", []),  # Bopomofo: letters that are not indexed
        ("!?", []),
        ("", []),
    ],
)
def test_what_a_query_finds(query: str, rows: list[int]) -> None:
    bodies = indexed(
        "關稅谈判。港口", "税务\n关门", "the tariffs of GPT-7发布", "关 税", "News gpt Новости हिन्दी", title="题目"
    )
    assert bodies.rows(word(fold(query))).tolist() == rows


def test_no_phrase_goes_from_the_title_into_the_text_or_over_a_line() -> None:
    bodies = indexed("谈判\n关税", title="关\ntariff")
    assert [bodies.rows(word(term)).tolist() for term in ("关谈", "判关", "关税", "关", "tariff")] == [
        [],
        [],
        [0],
        [0],
        [0],
    ]


def test_a_phrase_wants_its_words_side_by_side_and_as_they_are() -> None:
    bodies = indexed("trade war and peace", "war on trade", "trade wars", "贸易 战")
    found = {text: bodies.rows(Term(text=text, is_phrase=True)).tolist() for text in ("trade war", "war", "贸易战")}
    assert found == {"trade war": [0], "war": [0, 1], "贸易战": [3]}
    assert bodies.rows(word("trade war")).tolist() == [0, 1, 2]


TEXT = st.text(alphabet="关税谈判港口ab7-， \n", max_size=20)


@given(st.lists(TEXT, max_size=8), st.text(alphabet="关税谈判港口", min_size=1, max_size=4))
def test_a_chinese_word_is_found_where_it_stands_and_nowhere_else(texts: list[str], asked: str) -> None:
    found = indexed(*texts).rows(word(asked)).tolist()
    assert found == [row for row, text in enumerate(texts) if asked in fold(text).replace(" ", "")]


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_and_no_query_breaks_it(text: str, query: str) -> None:
    assert indexed(text).rows(word(fold(query))).tolist() in ([], [0])


def put(store: Store, day: date, *texts: str, edition: str = "1") -> None:
    key = PartitionKey(stage="bodies", day=day)
    writer = PartitionWriter(store, key, inputs={"edition": edition}, version="1", settings={})
    writer.append(TEXTS, [Text(row=row, text=text) for row, text in enumerate(texts)])
    writer.publish()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def test_a_day_that_changed_is_indexed_again_and_one_that_left_is_let_go(store: Store) -> None:
    clock = SetClock(at=datetime(2026, 4, 29, 12, tzinfo=UTC))
    bodies = BodyIndex(store, clock)
    put(store, DAY, "关税")
    assert bodies.days(DAY, wait_seconds=60).days[DAY].rows(word("关税")).tolist() == [0]

    put(store, DAY, "天气", "关税", edition="2")
    assert bodies.days(DAY, wait_seconds=60).days[DAY].rows(word("关税")).tolist() == [0]
    clock.at += LOOK_AGAIN
    assert bodies.days(DAY, wait_seconds=60).days[DAY].rows(word("关税")).tolist() == [1]
    assert bodies.days(DAY + timedelta(days=60), wait_seconds=60).days == {}


def test_while_days_are_indexed_it_says_how_far_it_is(store: Store) -> None:
    goes_on, is_held = Event(), Event()

    class Slow:
        """Hands out the bodies of the day before only when it is told to."""

        def read(self, key: str) -> bytes:
            if f"day={DAY - timedelta(days=1)}" in key and key.endswith(".parquet"):
                is_held.set()
                assert goes_on.wait(60)
            return store.read(key)

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

    for back in range(3):
        put(store, DAY - timedelta(days=back), "关税")
    bodies = BodyIndex(Slow(), SetClock(at=datetime(2026, 4, 29, tzinfo=UTC)))  # type: ignore[arg-type]
    assert bodies.days(DAY, wait_seconds=0).days.keys() <= {DAY}
    assert is_held.wait(60)
    part = bodies.days(DAY, wait_seconds=0)
    assert (set(part.days), part.since) == ({DAY}, DAY)
    goes_on.set()
    whole = bodies.days(DAY, wait_seconds=60)
    assert (len(whole.days), whole.since) == (3, DAY - timedelta(days=29))


def test_damage_is_told_to_who_asks_and_looked_at_again(store: Store) -> None:
    put(store, DAY, "关税")
    [part] = [key for key in store.list("bodies") if key.endswith(".parquet")]
    whole = store.read(part)
    store.put(part, b"damaged")
    bodies = BodyIndex(store, SetClock(at=datetime(2026, 4, 29, tzinfo=UTC)))
    with pytest.raises(Corrupt):
        bodies.days(DAY, wait_seconds=60)
    store.put(part, whole)
    assert set(bodies.days(DAY, wait_seconds=60).days) == {DAY}
