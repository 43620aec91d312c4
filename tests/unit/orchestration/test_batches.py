from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from mediawatch.errors import BadRequest
from mediawatch.lake.batches import BatchKey, BatchManifest
from mediawatch.orchestration.batches import facts, packed, summary, unpacked


def test_a_batch_survives_the_way_through_json() -> None:
    batch = BatchKey(day=date(2026, 1, 5), batch="20260105T060000Z-3f9c01ab")
    assert unpacked(json.loads(json.dumps(packed(batch)))) == batch


def test_without_a_batch_there_is_nothing_to_work_on() -> None:
    with pytest.raises(BadRequest, match="open_batch"):
        unpacked(None)


def sealed(counts: dict[str, int], missing: tuple[int, ...] = ()) -> BatchManifest:
    return BatchManifest(
        day=date(2026, 1, 5),
        batch="b",
        opened_at=datetime(2026, 1, 5, 6, tzinfo=UTC),
        expected_shards=4,
        missing_shards=missing,
        shards=(),
        counts=counts,
    )


@pytest.mark.parametrize(
    ("counts", "short", "missing", "line"),
    [
        (
            {"fetched": 40, "candidates": 60},
            {"lost": 3, "pending": 5},
            (),
            "60 candidates, 40 fetched, 3 lost, 5 pending",
        ),
        ({"fetched": 40}, {}, (1, 3), "40 fetched; not finished: shard 1, 3"),
        ({}, {}, (0,), "nothing; not finished: shard 0"),
    ],
)
def test_a_seal_is_said_in_one_line(
    counts: dict[str, int], short: dict[str, int], missing: tuple[int, ...], line: str
) -> None:
    assert summary(sealed(counts, missing), short) == f"sealed harvest/day=2026-01-05/batch=b: {line}"


def test_the_assets_event_has_all_the_numbers() -> None:
    assert facts(sealed({"candidates": 60, "fetched": 40}, (1,)), {"lost": 3, "pending": 5}) == {
        "day": "2026-01-05",
        "batch": "b",
        "candidates": 60,
        "fetched": 40,
        "lost": 3,
        "pending": 5,
        "missing_shards": 1,
    }
