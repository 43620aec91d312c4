"""A stage may be handed rows that lie in no lake."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.lake.partitions import PartitionKey
from mediawatch.pipeline.stage import Given
from mediawatch.tables.stories import MERGES, STORIES, Merge
from tests.support.lakes import DAY, a_context

ONE, OTHER = Merge(absorbed="a", story_id="b"), Merge(absorbed="c", story_id="d")


def test_rows_at_hand_are_read_like_those_of_a_lake(tmp_path: Path) -> None:
    before = {(DAY - timedelta(days=2)).isoformat(): [ONE], (DAY - timedelta(days=1)).isoformat(): [OTHER]}
    given = Given.of_rows(a_context(tmp_path), PartitionKey(stage="cluster", day=DAY), (MERGES, before))

    assert list(given.rows(MERGES)) == [ONE, OTHER]
    assert {day: list(rows) for day, rows in given.by_day(MERGES)} == {
        DAY - timedelta(days=2): [ONE],
        DAY - timedelta(days=1): [OTHER],
    }
    with pytest.raises(ValueError, match=r"cluster does not declare that it reads cluster\.stories"):
        list(given.rows(STORIES))
    with pytest.raises(TypeError, match="by columns where it is published only"):
        list(given.columns(MERGES, ["absorbed"]))
