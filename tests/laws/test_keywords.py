"""Laws of the detector's parts, on texts and counts of any kind."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.keywords.candidates import false_discovery, tails
from mediawatch.keywords.mining import Sought, hash_of, levels, shared_strings, sought_in
from mediawatch.keywords.reading import LATIN, PARTED, codes_of, units_of
from mediawatch.keywords.string_filter import StringFilter
from mediawatch.keywords.string_search import StringSearch
from mediawatch.language import fold

TEXTS = st.text(st.sampled_from("紧急戒严总统沅鹭计划的在·, 。\nabPro-7１２"), max_size=40)
CODES = st.lists(st.integers(0, 6), max_size=60)


@given(st.text(max_size=60))
def test_units_lie_in_the_text_in_order_and_do_not_overlap(text: str) -> None:
    units = units_of(fold(text))
    bounds = list(zip(units.starts.tolist(), units.ends.tolist(), strict=True))
    assert all(0 <= start < end <= len(fold(text)) for start, end in bounds)
    assert all(end <= start for (_, end), (start, _) in pairwise(bounds))
    assert len(units.codes) == len(units.opens) == len(units.closes) == len(units.classes)


@given(TEXTS)
def test_a_unit_is_a_character_or_a_latin_token(text: str) -> None:
    folded = fold(text)
    units = units_of(folded)
    for start, end, code in zip(units.starts.tolist(), units.ends.tolist(), units.codes.tolist(), strict=True):
        if code != PARTED and not code & LATIN:
            assert (end - start, code) == (1, ord(folded[start]))


@given(TEXTS)
def test_a_text_and_its_codes_agree(text: str) -> None:
    assert codes_of(fold(text)) == tuple(code for code in units_of(fold(text)).codes.tolist() if code != PARTED)


@given(st.lists(CODES, min_size=1, max_size=6), st.integers(1, 3))
def test_shared_strings_are_those_that_counting_finds(texts: list[list[int]], least: int) -> None:
    codes = np.array([code for text in texts for code in (*text, PARTED)], np.uint32)
    story = np.array([number for number, text in enumerate(texts) for _ in (*text, PARTED)], np.int32)
    publishers = np.array([number % 2 for number in range(len(texts))], np.int32)
    found = {
        value: int(count)
        for grams in shared_strings(codes, story, publishers, stories=least, publishers=1, longest=4)
        for value, count in zip(grams.hashes.tolist(), grams.stories.tolist(), strict=True)
    }
    having: defaultdict[tuple[int, ...], set[int]] = defaultdict(set)
    for number, text in enumerate(texts):
        for length in range(2, 5):
            for start in range(len(text) - length + 1):
                piece = tuple(text[start : start + length])
                if PARTED not in piece:
                    having[piece].add(number)
    assert found == {hash_of(piece): len(stories) for piece, stories in having.items() if len(stories) >= least}


@given(CODES, st.integers(2, 4))
def test_what_is_sought_is_found_where_it_stands(given_codes: list[int], length: int) -> None:
    codes = np.array(given_codes, np.uint32)
    for reached, hashes, whole in levels(codes, length):
        if reached == length and whole.any():
            wanted = np.unique(hashes[whole][:1])
            places, which = Sought(wanted).found(hashes, whole)
            assert places.tolist() == np.flatnonzero((hashes == wanted[0]) & whole).tolist()
            assert set(which.tolist()) == {0}


@given(st.lists(CODES, min_size=2, max_size=5), st.lists(CODES, min_size=1, max_size=3))
def test_shared_strings_are_found_in_other_texts_as_by_looking_at_every_place(
    texts: list[list[int]], others: list[list[int]]
) -> None:
    codes = np.array([code for text in texts for code in (*text, PARTED)], np.uint32)
    story = np.array([number for number, text in enumerate(texts) for _ in (*text, PARTED)], np.int32)
    publishers = np.zeros(len(texts), np.int32)
    shared = shared_strings(codes, story, publishers, stories=2, publishers=1)
    sought = {grams.length: Sought(grams.hashes) for grams in shared if len(grams.hashes)}
    day = np.array([code for text in others for code in (*text, PARTED)], np.uint32)
    found = {length: (places.tolist(), which.tolist()) for length, places, which in sought_in(day, sought)}
    for length, hashes, whole in levels(day):
        places, which = sought[length].found(hashes, whole) if length in sought else (np.zeros(0), np.zeros(0))
        assert found.get(length, ([], [])) == (places.tolist(), which.tolist())


@given(st.integers(1, 60), st.integers(0, 200), st.floats(1, 60))
def test_more_is_more_surprising_and_a_larger_baseline_less(seen: int, before: int, exposures: float) -> None:
    def tail(count: int, usual: int) -> float:
        return float(tails(np.array([float(count)]), np.array([float(usual)]), np.array([exposures]))[0])

    assert 0 <= tail(seen + 1, before) <= tail(seen, before) <= 1
    assert tail(seen, before) <= tail(seen, before + 1) + 1e-12


@given(st.lists(st.floats(0, 1), max_size=40))
def test_discovery_rates_are_no_smaller_than_their_tails_and_keep_their_order(values: list[float]) -> None:
    found = false_discovery(values)
    assert all(value <= rate + 1e-12 and rate <= 1 for value, rate in zip(values, found, strict=True))
    ranked = sorted(zip(values, found, strict=True))
    assert all(one[1] <= other[1] for one, other in pairwise(ranked))


@given(st.lists(CODES, min_size=1, max_size=4), st.integers(0, 59), st.integers(1, 8))
def test_a_filter_never_says_new_for_a_string_it_holds(days: list[list[int]], start: int, length: int) -> None:
    held = StringFilter.of([np.array(day, np.uint32) for day in days])
    for day in days:
        string = tuple(day[start : start + length])
        assert held.may_hold(string) or PARTED in string


@given(
    st.lists(st.integers(1, 3), max_size=40), st.sets(st.lists(st.integers(1, 3), min_size=1, max_size=5).map(tuple))
)
def test_strings_searched_for_together_are_those_that_stand_there(
    day: list[int], strings: set[tuple[int, ...]]
) -> None:
    standing = {
        string
        for string in strings
        if any(tuple(day[at : at + len(string)]) == string for at in range(len(day) - len(string) + 1))
    }
    assert StringSearch(strings).found(np.array(day, np.uint32)) == standing
