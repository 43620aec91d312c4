"""Laws of rows: what goes into Parquet comes out, and equal bags of rows have equal digests."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediawatch.errors import Corrupt
from mediawatch.lake.columns import fixed
from mediawatch.lake.tables import from_parquet, row_digest, rows_digest, to_parquet

pytestmark = pytest.mark.slow

untimed = settings(deadline=None)


class Colour(StrEnum):
    RED = "red"
    BLUE = "蓝"


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    text: str
    count: int
    share: float
    is_so: bool
    data: bytes
    on: date
    at: datetime
    colour: Colour
    words: tuple[str, ...]
    curve: tuple[float, ...]
    maybe_text: str | None
    maybe_count: int | None
    maybe_at: datetime | None
    maybe_on: date | None
    maybe_colour: Colour | None


instants = st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29), timezones=st.just(UTC))  # noqa: DTZ001
counts = st.integers(-(2**63), 2**63 - 1)
shares = st.floats(allow_nan=False)
valid_text = st.text(st.characters(exclude_categories=["Cs"]))
any_text = st.text(st.characters())


def rows(text: st.SearchStrategy[str]) -> st.SearchStrategy[Everything]:
    return st.builds(
        Everything,
        text=text,
        count=counts,
        share=shares,
        is_so=st.booleans(),
        data=st.binary(),
        on=st.dates(),
        at=instants,
        colour=st.sampled_from(Colour),
        words=st.lists(text).map(tuple),
        curve=st.lists(shares).map(tuple),
        maybe_text=st.none() | text,
        maybe_count=st.none() | counts,
        maybe_at=st.none() | instants,
        maybe_on=st.none() | st.dates(),
        maybe_colour=st.none() | st.sampled_from(Colour),
    )


@untimed
@given(st.lists(rows(valid_text), max_size=6))
def test_rows_come_back_as_they_were(some: list[Everything]) -> None:
    back = from_parquet(to_parquet(some, Everything), Everything)
    assert back == some
    assert all(type(row.colour) is Colour and row.at.tzinfo is UTC for row in back)


@untimed
@given(st.lists(rows(any_text), max_size=4))
def test_text_that_is_not_unicode_comes_back_mended_with_the_same_digest(some: list[Everything]) -> None:
    back = from_parquet(to_parquet(some, Everything), Everything)
    assert [row.text for row in back] == [fixed(row.text) for row in some]
    assert rows_digest(back) == rows_digest(some)


@untimed
@given(any_text)
def test_mending_twice_is_mending_once_and_touches_only_what_is_broken(text: str) -> None:
    assert fixed(fixed(text)) == fixed(text)
    fixed(text).encode()
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert fixed(text) == text


@untimed
@given(st.lists(rows(valid_text), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_how_they_are_cut_into_objects_is_no_matter(
    some: list[Everything], dice: random.Random
) -> None:
    shuffled = dice.sample(some, len(some))
    cut = dice.randrange(len(some) + 1)
    parts = [to_parquet(shuffled[:cut], Everything), to_parquet(shuffled[cut:], Everything, sort_by=("maybe_at",))]
    assert rows_digest([row for part in parts for row in from_parquet(part, Everything)]) == rows_digest(some)
    assert rows_digest(map(row_digest, shuffled)) == rows_digest(some)


@untimed
@given(rows(valid_text), rows(valid_text))
def test_rows_are_equal_where_their_digests_are(one: Everything, other: Everything) -> None:
    assert (row_digest(one) == row_digest(other)) == (one == other)
    assert row_digest(replace(one)) == row_digest(one)
    assert rows_digest([one]) != rows_digest([one, one])


@untimed
@given(valid_text, valid_text)
def test_a_digest_tells_fields_apart(one: str, other: str) -> None:
    @dataclass(frozen=True)
    class Pair:
        a: str
        b: str

    assert (row_digest(Pair(one, other)) == row_digest(Pair(other, one))) == (one == other)


@untimed
@given(rows(valid_text), st.integers(-23, 23))
def test_one_instant_in_two_zones_is_one(row: Everything, hours: int) -> None:
    elsewhere = replace(row, at=row.at.astimezone(timezone(timedelta(hours=hours))))
    assert row_digest(elsewhere) == row_digest(row)
    assert to_parquet([elsewhere], Everything) == to_parquet([row], Everything)


@untimed
@given(st.binary(max_size=300), st.integers(0, 400))
def test_bytes_that_are_no_table_are_corrupt(noise: bytes, cut: int) -> None:
    whole = to_parquet([], Everything)
    for data in (noise, whole[:cut] + noise):
        try:
            assert from_parquet(data, Everything) == []
        except Corrupt:
            continue
