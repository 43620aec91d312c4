"""Which words are one event."""

from __future__ import annotations

import pytest

from mediawatch.keywords.topics import is_overlap


@pytest.mark.parametrize(
    ("shared", "stories", "share", "is_one"),
    [
        (2, 4, 0.01, True),
        (2, 4, 0.3, False),  # of four reports, two are about what a third of the day is about
        (5, 5, 0.3, True),
        (3, 3, 0.2, True),
        (3, 5, 0.15, False),
        (3, 5, 0.3, False),
        (1, 4, 0.001, False),  # too few, however rare
        (40, 80, 0.2, True),
        (3, 3, 1.0, False),
    ],
)
def test_stories_in_common_count_beyond_chance(shared: int, stories: int, share: float, is_one: bool) -> None:
    assert is_overlap(shared, stories, share, 0.5) is is_one
