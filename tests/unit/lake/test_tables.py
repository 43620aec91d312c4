"""Rows that do not fit, stored rows that are not what they should be, and the corners of digests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import blake2b
from io import BytesIO
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mediawatch.errors import Corrupt
from mediawatch.lake.tables import (
    arrow_schema,
    bag_digest,
    batches_of,
    from_parquet,
    row_digest,
    rows_digest,
    to_parquet,
)
from mediawatch.records import Article, Loss, Page, Reason


class Size(StrEnum):
    SMALL = "small"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str = ""
    count: int = 0
    share: float = 0.0
    at: datetime | None = None
    size: Size = Size.SMALL
    words: tuple[str, ...] = ()
    kind: Literal["feed", "home"] = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wider:
    name: str
    count: int
    noted: str = "nothing"
    more: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demanding:
    name: str
    needed: str


def parquet_of(**columns: Any) -> bytes:
    sink = BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


@pytest.mark.parametrize("record_type", [Article, Page, Loss])
def test_the_records_of_the_walk_can_be_kept(record_type: type[Any]) -> None:
    assert from_parquet(to_parquet([], record_type), record_type) == []


def test_the_schema_says_type_and_whether_it_may_be_missing() -> None:
    schema = arrow_schema(Row)
    assert schema.field("at") == pa.field("at", pa.timestamp("us", tz="UTC"), nullable=True)
    assert schema.field("size") == pa.field("size", pa.string(), nullable=False)
    assert schema.field("words").type == pa.list_(pa.string())


def test_equal_values_of_many_rows_are_one_object() -> None:
    """A day's rows name some hundred sources a million times; what is different in each row stays as it is."""
    rows = [Row(name=f"name {number}", kind="home" if number % 2 else "feed") for number in range(2_000)]
    read = from_parquet(to_parquet(rows, Row), Row)
    assert read == rows
    assert read[0].kind is read[1998].kind
    assert len({id(row.name) for row in read}) == 2_000


def test_a_bag_of_digests_is_that_of_the_sorted_ones() -> None:
    """Whatever bytes they have: zeros at the end, or more than half of 256."""
    digests = [bytes([n, *[0] * 31]) for n in (0, 255, 128, 1)] + [bytes(31) + bytes([n]) for n in (1, 200)]
    assert bag_digest(b"".join(digests)) == blake2b(b"".join(sorted(digests)), digest_size=32).hexdigest()
    assert bag_digest(b"") == blake2b(b"", digest_size=32).hexdigest()


def test_objects_are_compressed_with_zstd() -> None:
    data = to_parquet([Row(name="n")], Row)
    assert pq.ParquetFile(BytesIO(data)).metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("hint", [dict, list[str], object, tuple[str, int], int | str, Row, complex])
def test_a_type_that_is_not_kept_is_named(hint: Any) -> None:
    class Odd:
        __annotations__ = {"good": str, "odd": hint}

    with pytest.raises(TypeError, match=r"Odd\.odd"):
        arrow_schema(dataclass(Odd))


def test_what_is_no_dataclass_is_refused() -> None:
    with pytest.raises(TypeError, match="not a dataclass"):
        arrow_schema(str)


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"count": "five"}, "count"),
        ({"count": 2**63}, "count"),
        ({"at": datetime(2025, 5, 4)}, "at"),  # noqa: DTZ001
        ({"at": "2025-05-04"}, "at"),
        ({"size": None}, "size"),
        ({"words": None}, "words"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_field(bad: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=rf"Row\.{name}"):
        to_parquet([Row(), Row(**bad)], Row)


def test_rows_are_sorted_by_fields_with_none_first() -> None:
    late, early = datetime(2025, 5, 4, tzinfo=UTC), datetime(2025, 5, 3, tzinfo=UTC)
    rows = [Row(name=name, at=at) for name in "ba" for at in (late, None, early)]
    found = from_parquet(to_parquet(rows, Row, sort_by=("name", "at")), Row, ["name", "at"])
    assert [(row["name"], row["at"]) for row in found] == [(n, at) for n in "ab" for at in (None, early, late)]


def test_only_the_columns_asked_for_come_as_dicts() -> None:
    data = to_parquet([Row(name="n", words=("a", "b"))], Row)
    assert from_parquet(data, Row, ["words", "name"]) == [{"name": "n", "words": ("a", "b")}]
    with pytest.raises(ValueError, match="nope"):
        from_parquet(data, Row, ["nope"])


def test_older_rows_take_defaults_and_unknown_columns_are_left_out() -> None:
    data = to_parquet([Row(name="n", count=3)], Row)
    assert from_parquet(data, Wider) == [Wider(name="n", count=3, noted="nothing", more=())]
    with pytest.raises(Corrupt, match=r"Demanding\.needed"):
        from_parquet(data, Demanding)


@pytest.mark.parametrize(
    "stored", [{"name": [None]}, {"count": ["x"]}, {"size": ["huge"]}, {"at": ["yesterday"]}, {"words": [5]}]
)
def test_stored_values_that_do_not_fit_are_corrupt(stored: dict[str, Any]) -> None:
    with pytest.raises(Corrupt, match=rf"Row\.{next(iter(stored))}"):
        from_parquet(parquet_of(**stored), Row)


def test_words_of_an_enumeration_come_back_as_its_members() -> None:
    loss = Loss(stage="fetch", link_id="1", source="s", reason=Reason.GONE)
    (back,) = from_parquet(to_parquet([loss], Loss), Loss)
    assert back.reason is Reason.GONE


def test_equal_numbers_have_equal_digests() -> None:
    assert row_digest(Row(share=0.0)) == row_digest(Row(share=-0.0))
    assert row_digest(Row(share=float("nan"))) == row_digest(Row(share=-float("nan")))
    assert row_digest(Row(share=1.0)) == row_digest(Row(share=1))
    assert row_digest(Row(share=1.0)) != row_digest(Row(share=1.5))


def test_a_digest_stays_what_it_is() -> None:
    """Receipts of earlier versions are compared with later ones: a change here makes every stored digest differ."""
    at = datetime(2025, 5, 4, 3, 2, 1, 5, tzinfo=UTC)
    row = Row(name="新闻", count=-1, share=0.5, at=at, words=("a", ""))
    assert rows_digest([row]) == "b1bf8145f8c47b77e3c05e1a6bda083cad546db4c7d44fcad38ede6b2a61426b"


def test_digests_tell_where_a_word_ends() -> None:
    assert row_digest(Row(words=("ab", "c"))) != row_digest(Row(words=("a", "bc")))
    assert row_digest(Row(words=("",))) != row_digest(Row(words=()))


def test_rows_are_cut_into_batches() -> None:
    assert list(batches_of(iter(range(5)), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batches_of([], 2)) == []


def test_dates_before_1970_are_kept() -> None:
    @dataclass(frozen=True)
    class Old:
        on: date
        at: datetime

    row = Old(date(1, 1, 1), datetime(1912, 1, 1, 0, 0, 0, 1, tzinfo=UTC))
    assert from_parquet(to_parquet([row], Old), Old) == [row]
