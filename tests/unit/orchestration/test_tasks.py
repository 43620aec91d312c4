from __future__ import annotations

from datetime import timedelta

from mediawatch.orchestration.tasks import fetching
from mediawatch.settings import Settings


def test_fetching_outlasts_its_own_time_box() -> None:
    assert fetching(Settings(time_box_seconds=60)) > timedelta(seconds=60)
    assert fetching(Settings(time_box_seconds=7200)) > timedelta(hours=2)
