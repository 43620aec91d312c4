"""Strings that stories share, however many stories there are."""

from __future__ import annotations

import numpy as np
import pytest

from mediawatch.keywords import mining
from mediawatch.keywords.mining import Sought, UnitIndex, hash_of, shared_strings
from mediawatch.keywords.reading import PARTED, PackedCodes

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
    for length, hashes, _ in mining.levels(codes, 8):
        places = np.arange(len(hashes), dtype=np.int32)
        assert (mining.hashes_at(codes, places, length) == hashes).all()
    assert mining.hash_of(()) == 0


def test_strings_are_found_piece_by_piece_as_in_the_whole_text(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = np.random.default_rng(1).integers(0, 9, 2000).astype(np.uint32)
    sought, expected = {}, {}
    for length, hashes, whole in mining.levels(codes, 5):
        if length != 3:
            sought[length] = mining.Sought(np.unique(hashes[whole])[::2])
            expected[length] = sought[length].found(hashes, whole)
    monkeypatch.setattr(mining, "_PIECE", 37)
    found = {length: ([], []) for length in sought}
    for length, places, which in mining.sought_anywhere(codes, sought):
        for held, part in zip(found[length], (places, which), strict=True):
            held.extend(part.tolist())
    assert found == {length: tuple(column.tolist() for column in columns) for length, columns in expected.items()}
    assert all(places for places, _ in found.values())


def test_a_string_is_found_however_many_stories_a_window_has() -> None:
    """Of more than a million stories, the numbers of three that have a string in common differ in high bits alone."""
    having = [5, 5 + (1 << 20), 5 + (1 << 21)]
    codes = np.array([*SHARED, PARTED] * len(having), np.uint32)
    story_of = np.repeat(np.array(having, np.int32), 3)
    publisher_of = np.zeros((1 << 21) + 6, np.int32)
    publisher_of[having] = (0, 1, 1)
    found = {g.length: g for g in shared_strings(codes, story_of, publisher_of, stories=3, publishers=2)}
    assert found[2].hashes.tolist() == [hash_of(SHARED)]
    assert found[2].stories.tolist() == [3]


@pytest.mark.parametrize(("name", "size"), [("_PIECE", 4), ("_AT_A_TIME", 60)])
def test_strings_are_counted_alike_in_however_many_parts(monkeypatch: pytest.MonkeyPatch, name: str, size: int) -> None:
    """In a thousand parts, as a window of 67 million places has, or by their first units."""
    random = np.random.default_rng(7)
    codes = random.integers(0, 30, 4_000).astype(np.uint32)
    story_of = np.repeat(np.arange(400, dtype=np.int32), 10)
    publisher_of = np.arange(400, dtype=np.int32) % 5

    def counted() -> dict[int, dict[int, int]]:
        found = shared_strings(codes, story_of, publisher_of, stories=3, publishers=2)
        held = {grams.length: (grams.hashes.tolist(), grams.stories.tolist()) for grams in found}
        assert all(hashes == sorted(hashes) for hashes, _ in held.values())
        return {length: dict(zip(hashes, stories, strict=True)) for length, (hashes, stories) in held.items()}

    whole = counted()
    monkeypatch.setattr(mining, name, size)
    assert counted() == whole
    assert len(whole[2]) > 500


@pytest.mark.parametrize("count", [0, 1, 255, 256, 5_000])
def test_what_is_sought_is_found_however_much_is_sought(count: int) -> None:
    known = np.unique(mining.finished(mining.mixed(np.arange(1, count + 1).astype(np.uint32))))
    others = mining.finished(mining.mixed(np.arange(10_000, 10_500).astype(np.uint32)))
    asked = np.concatenate([known, others])
    places, which = Sought(known).found(asked, np.ones(len(asked), np.bool_))
    assert places.tolist() == list(range(count))
    assert which.tolist() == list(range(count))


def test_strings_that_do_not_count_are_part_of_none() -> None:
    codes = np.array([*SHARED, PARTED] * 4, np.uint32)
    story_of, publisher_of = np.repeat(np.arange(4, dtype=np.int32), 3), np.arange(4, dtype=np.int32)
    counts = np.ones(len(codes), np.bool_)
    for left_out, wanted in ((slice(0, 0), [4]), (slice(0, 3), [3]), (slice(1, 2), [3]), (slice(0, 6), [])):
        found = shared_strings(
            codes, story_of, publisher_of, stories=3, publishers=1, counts=_without(counts, left_out)
        )
        assert [count for grams in found for count in grams.stories.tolist()] == wanted


def _without(counts: mining.Flags, left_out: slice) -> mining.Flags:
    found = counts.copy()
    found[left_out] = False
    return found


@pytest.mark.parametrize("few", [1 << 12, 250, 10])
def test_an_index_finds_every_place_of_a_string(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Whether the places of all units are held, of some, or of none."""
    monkeypatch.setattr(mining, "_FEW", few)
    monkeypatch.setattr(mining, "_PIECE", 700)
    codes = np.random.default_rng(3).integers(0, 12, 3_000).astype(np.uint32)
    index = UnitIndex(PackedCodes.of(codes))
    for string in ([], [5], [5, 5], [1, 2, 3], [11, 0, 11], [99], [7, 99], codes[:40].tolist(), codes[-3:].tolist()):
        windows = (codes[place : place + len(string)].tolist() for place in range(len(codes) - len(string) + 1))
        wanted = [place for place, held in enumerate(windows) if string and held == string]
        assert index.places_of(string).tolist() == wanted
    assert UnitIndex(PackedCodes.of(codes[:0])).places_of([1]).tolist() == []
