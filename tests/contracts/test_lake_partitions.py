"""Partitions and history, on disk and on S3: published whole, by one, and never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mediawatch.errors import BadRequest, Contended, Corrupt
from mediawatch.lake import partitions
from mediawatch.lake.history import query
from mediawatch.lake.leases import lease
from mediawatch.lake.objects import put_object
from mediawatch.lake.opening import open_store
from mediawatch.lake.partitions import (
    PartitionKey,
    PartitionWriter,
    Receipt,
    current,
    discard,
    fault_in,
    is_fresh,
    partition_days,
    read_columns,
    read_rows,
    sweep,
)
from mediawatch.lake.store import Store
from mediawatch.tables import Per
from mediawatch.tables.declaration import Table

pytest_plugins = ("tests.support.s3",)

DAY = date(2025, 5, 4)
KEY = PartitionKey(stage="extract", day=DAY, batch="morning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    source: str
    number: int
    seen_at: datetime | None = None


LINES = Table(name="lines", stage="extract", row=Line, per=Per.BATCH, about="A line.")
SORTED = replace(LINES, sort_by=("number",))


def lines(*numbers: int) -> list[Line]:
    seen = datetime(2025, 5, 4, 8, tzinfo=UTC)
    return [Line(source=f"s{n % 2}", number=n, seen_at=seen + timedelta(hours=n)) for n in numbers]


def write(store: Store, rows: Sequence[Line], *, key: PartitionKey = KEY, **made_from: str) -> PartitionWriter:
    inputs = {"batch": made_from.get("batch", "d1")}
    writer = PartitionWriter(store, key, inputs=inputs, version="v1", settings={"floor": "10"})
    writer.append(replace(LINES, stage=key.stage), rows)
    return writer


def rows_of(store: Store, receipt: Receipt | None) -> list[Line]:
    assert receipt is not None
    return list(read_rows(store, receipt, LINES))


def test_nothing_is_visible_until_it_is_published(store: Store) -> None:
    writer = write(store, lines(3, 1, 2))
    writer.append(SORTED, lines(5, 4))
    assert current(store, KEY) is None
    receipt = writer.publish()
    assert current(store, KEY) == receipt
    assert rows_of(store, receipt) == lines(3, 1, 2, 4, 5)
    assert receipt.tables["lines"].rows == 5
    assert partition_days(store, "extract") == [DAY]
    assert partition_days(store, "extract", since=DAY + timedelta(days=1)) == []


def test_is_fresh_only_for_what_it_was_made_from(store: Store) -> None:
    made_from = {"inputs": {"batch": "d1"}, "version": "v1", "settings": {"floor": "10"}}
    assert is_fresh(store, KEY, **made_from) is None  # type: ignore[arg-type]
    receipt = write(store, lines(1)).publish()
    assert is_fresh(store, KEY, **made_from) == receipt  # type: ignore[arg-type]
    for other in ({"inputs": {"batch": "d2"}}, {"version": "v2"}, {"settings": {"floor": "11"}}):
        assert is_fresh(store, KEY, **{**made_from, **other}) is None  # type: ignore[arg-type]


def test_equal_rows_give_an_equal_digest_whatever_they_were_made_from(store: Store) -> None:
    one = write(store, lines(1, 2, 3)).publish()
    other = write(store, lines(3), batch="d2")
    other.append(LINES, lines(2, 1))
    assert other.publish().digest == one.digest
    assert write(store, lines(1, 2), batch="d3").publish().digest != one.digest
    assert write(store, lines(1, 2, 3, 3), batch="d4").publish().digest != one.digest


def test_an_older_generation_can_come_back(store: Store) -> None:
    for batch, numbers in (("d1", (1,)), ("d2", (2,)), ("d1", (1,))):
        write(store, lines(*numbers), batch=batch).publish()
        assert rows_of(store, current(store, KEY)) == lines(*numbers)


def test_who_publishes_second_is_refused_and_what_is_out_stays(store: Store) -> None:
    slow, quick = write(store, lines(1)), write(store, lines(2), batch="d2")
    published = quick.publish()
    with pytest.raises(Contended):
        slow.publish()
    assert current(store, KEY) == published
    assert rows_of(store, published) == lines(2)


def test_two_who_make_the_same_count_as_one(store: Store) -> None:
    one, other = write(store, lines(1, 2)), write(store, lines(2, 1))
    assert one.publish().digest == other.publish().digest
    assert rows_of(store, current(store, KEY)) == lines(1, 2)


def test_a_late_writer_of_the_same_generation_changes_nothing(store: Store) -> None:
    published = write(store, lines(1)).publish()
    late = write(store, lines(7, 8))
    late._expected = None
    with pytest.raises(Contended):
        late.publish()
    assert rows_of(store, current(store, KEY)) == rows_of(store, published) == lines(1)


def test_a_rerun_after_a_crash_publishes(store: Store) -> None:
    write(store, lines(1, 2))
    write(store, lines(1, 2))
    receipt = write(store, lines(1, 2)).publish()
    assert rows_of(store, receipt) == lines(1, 2)


def test_who_has_lost_the_lease_publishes_nothing(store: Store) -> None:
    moment = datetime(2025, 5, 4, tzinfo=UTC)
    with lease(store, KEY.path, holder="slow", seconds=10, clock=lambda: moment) as held:
        writer = PartitionWriter(store, KEY, inputs={}, version="v1", settings={}, lease=held)
        writer.append(LINES, lines(1))
        later = moment + timedelta(seconds=11)
        with (
            lease(store, KEY.path, holder="quick", seconds=10, clock=lambda: later),
            pytest.raises(Contended, match="taken over"),
        ):
            writer.publish()
    assert current(store, KEY) is None


def test_a_day_and_its_batches_are_partitions_of_their_own(store: Store) -> None:
    day = PartitionKey(stage="extract", day=DAY)
    write(store, lines(1)).publish()
    write(store, lines(2), key=day).publish()
    assert rows_of(store, current(store, KEY)) == lines(1)
    assert rows_of(store, current(store, day)) == lines(2)
    sweep(store, day, keep=1)
    assert rows_of(store, current(store, KEY)) == lines(1)


def test_an_empty_table_has_its_columns(store: Store) -> None:
    receipt = write(store, []).publish()
    assert rows_of(store, receipt) == []
    assert read_columns(store, receipt, LINES, ["number"]).column_names == ["number"]
    with pytest.raises(BadRequest, match="no table 'other'"):
        read_columns(store, receipt, LINES.called("other"), ["number"])


def test_a_large_table_is_written_in_parts_in_its_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column of one object holds two gigabytes at most: the units of some 600,000 articles."""
    whole = PartitionWriter(store, KEY, inputs={"batch": "d1"}, version="v1", settings={})
    whole.append(SORTED, lines(*range(7)))
    digest = whole.publish().digest
    monkeypatch.setattr(partitions, "ROWS_A_PART", 3)
    writer = PartitionWriter(store, KEY, inputs={"batch": "d1"}, version="v2", settings={})
    writer.append(SORTED, lines(6, 2, 4, 0, 1, 5, 3))
    receipt = writer.publish()
    assert [part.rows for part in receipt.tables["lines"].parts] == [3, 3, 1]
    assert rows_of(store, receipt) == lines(*range(7))
    assert receipt.digest == digest


def test_reads_only_the_columns_asked_for(store: Store) -> None:
    writer = write(store, lines(1, 2))
    writer.append(LINES, lines(3))
    table = read_columns(store, writer.publish(), LINES, ["number"])
    assert table.to_pydict() == {"number": [1, 2, 3]}


def test_a_changed_part_is_corrupt_and_named(store: Store) -> None:
    receipt = write(store, lines(1)).publish()
    part = receipt.tables["lines"].parts[0].key
    store.put(part, store.read(part)[:-1] + b"?")
    with pytest.raises(Corrupt, match=part):
        rows_of(store, receipt)
    store.delete(part)
    with pytest.raises(Corrupt, match=part):
        rows_of(store, receipt)


def test_sweeping_keeps_the_newest_generations(store: Store) -> None:
    receipts = [write(store, lines(n), batch=f"d{n}").publish() for n in range(5)]
    write(store, lines(9), batch="abandoned")
    sweep(store, KEY, keep=2)
    assert len([name for name in store.folders(KEY.path) if name.startswith("generation=")]) == 2
    assert rows_of(store, current(store, KEY)) == lines(4)
    assert rows_of(store, receipts[3]) == lines(3)
    with pytest.raises(Corrupt):
        rows_of(store, receipts[2])
    assert write(store, lines(5), batch="d5").publish() == current(store, KEY)


def test_another_process_reads_what_was_published(lake_url: str, store: Store) -> None:
    receipt = write(store, lines(1, 2)).publish()
    assert rows_of(open_store(lake_url), current(open_store(lake_url), KEY)) == rows_of(store, receipt)


# -- history


def test_history_answers_questions_over_many_objects(store: Store) -> None:
    parts = [
        part for n in range(3) for part in write(store, lines(n, n + 10), batch=f"d{n}").publish().tables["lines"].parts
    ]
    found = query(
        store, parts, "SELECT source, count(*), max(seen_at) FROM rows WHERE number < ? GROUP BY 1 ORDER BY 1", [12]
    )
    assert found == [
        ("s0", 3, datetime(2025, 5, 4, 18, tzinfo=UTC)),
        ("s1", 2, datetime(2025, 5, 4, 19, tzinfo=UTC)),
    ]
    assert query(store, [], "SELECT count(*) FROM rows") == []


def test_history_names_an_object_that_cannot_be_read(store: Store) -> None:
    broken = put_object(store, "a/broken.parquet", b"not parquet at all")
    for info in (broken, replace(broken, key="a/none.parquet")):
        with pytest.raises(Corrupt, match=info.key):
            query(store, [info], "SELECT * FROM rows")


def test_history_asks_no_object_that_is_not_as_it_was_stored(store: Store) -> None:
    (part,) = write(store, lines(1, 2)).publish().tables["lines"].parts
    (other,) = write(store, lines(3, 4), batch="d2").publish().tables["lines"].parts
    store.put(part.key, store.read(other.key))
    with pytest.raises(Corrupt, match=part.key) as raised:
        query(store, [part], "SELECT * FROM rows")
    assert raised.value.key == part.key


# -- damage


def damage(store: Store, receipt: Receipt, what: str) -> str:
    """Damage an object of the partition; its key."""
    (pointer,) = store.list(f"{KEY.path}/current")
    (name,) = [key for key in store.list(KEY.path) if "/receipt-" in key]
    part = receipt.tables["lines"].parts[0].key
    key = {"pointer": pointer, "receipt": name, "part": part, "gone": part, "cut": part}[what]
    data = store.read(key)
    store.delete(key)
    if what != "gone":
        store.put(key, data[:-9] if what == "cut" else data[:-20] + b"?" + data[-19:])
    return key


@pytest.mark.parametrize("what", ["pointer", "receipt", "part", "gone", "cut"])
def test_what_is_damaged_is_told_and_is_not_fresh_and_can_be_made_again(store: Store, what: str) -> None:
    made_from = {"inputs": {"batch": "d1"}, "version": "v1", "settings": {"floor": "10"}}
    receipt = write(store, lines(1, 2)).publish()
    assert fault_in(store, KEY) == ""
    key = damage(store, receipt, what)

    assert fault_in(store, KEY).startswith(f"{key}: ")
    assert "`mediawatch build --day 2025-05-04` makes it again." in fault_in(store, KEY)
    if what != "part":  # a changed byte costs a look at every byte
        assert is_fresh(store, KEY, **made_from) is None  # type: ignore[arg-type]
    discard(store, KEY)
    again = write(store, lines(1, 2)).publish()
    assert (again, rows_of(store, again), fault_in(store, KEY)) == (receipt, lines(1, 2), "")


def test_a_derived_partition_whose_pointer_cannot_be_read_is_begun_anew(store: Store) -> None:
    receipt = write(store, lines(1)).publish()
    damage(store, receipt, "pointer")
    assert write(store, lines(1)).publish() == current(store, KEY)


def test_a_partition_that_is_a_fact_is_never_thrown_away(store: Store) -> None:
    key = PartitionKey(stage="boilerplate", day=DAY)
    write(store, lines(1), key=key).publish()
    with pytest.raises(BadRequest, match="is a fact"):
        discard(store, key)
    (pointer,) = store.list(f"{key.path}/current")
    store.put(pointer, b"{")
    with pytest.raises(Corrupt, match=f"^{pointer}: .* restore this file from the backup"):
        write(store, lines(1), key=key)
    assert len(store.list(key.path)) == 3
