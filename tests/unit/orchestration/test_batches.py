from __future__ import annotations

import json
from datetime import date

import pytest

from mediawatch.errors import BadRequest
from mediawatch.lake.batches import BatchKey
from mediawatch.orchestration.batches import packed, unpacked


def test_a_batch_survives_the_way_through_json() -> None:
    batch = BatchKey(day=date(2026, 1, 5), batch="20260105T060000Z-3f9c01ab")
    assert unpacked(json.loads(json.dumps(packed(batch)))) == batch


def test_without_a_batch_there_is_nothing_to_work_on() -> None:
    with pytest.raises(BadRequest, match="open_batch"):
        unpacked(None)
