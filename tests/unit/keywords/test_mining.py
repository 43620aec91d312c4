"""Strings that stories share, however many stories there are."""

from __future__ import annotations

import numpy as np

from mediawatch.keywords import mining
from mediawatch.keywords.mining import hash_of, shared_strings
from mediawatch.keywords.reading import PARTED

SHARED = (0x661F, 0x7A79)
"""星穹"""


def test_a_string_of_three_stories_is_found_among_a_hundred_thousand() -> None:
    stories = 100_000
    codes = np.full((stories, 3), PARTED, np.uint32)
    codes[:, 0] = 0x4E00 + np.arange(stories) // 300
    codes[:, 1] = 0x5E00 + np.arange(stories) % 300
    having = [7, 65_536 + 7, 99_999]
    codes[having, :2] = SHARED
    story_of = np.repeat(np.arange(stories, dtype=np.int32), 3)
    publisher_of = np.arange(stories, dtype=np.int32) % 40
    found = {g.length: g for g in shared_strings(codes.ravel(), story_of, publisher_of, stories=3, publishers=2)}
    assert found[2].hashes.tolist() == [hash_of(SHARED)]
    assert found[2].stories.tolist() == [3]


def test_hashes_at_places_are_those_of_their_level() -> None:
    codes = np.random.default_rng(1).integers(0, 50, 2000).astype(np.uint32)
    spread = mining.mixed(codes)
    for length, hashes, _ in mining.levels(codes, 8):
        places = np.arange(len(hashes), dtype=np.int32)
        assert (mining.hashes_at(spread, places, length) == hashes).all()
    assert mining.hash_of(()) == 0
