"""A filter of a month's strings: it never misses one, and seldom takes a strange one for one of its own."""

from __future__ import annotations

from random import Random

import numpy as np

from mediawatch.keywords.reading import LATIN, PARTED, codes_of
from mediawatch.keywords.string_filter import StringFilter


def units(text: str) -> np.ndarray:  # type: ignore[type-arg]
    return np.array([*codes_of(text), PARTED], np.uint32)


def test_it_holds_what_stands_in_its_texts_at_any_length() -> None:
    held = StringFilter.of([units("沅鹭计划明年开工"), units("norvexa发布新品")])
    for text in ("沅鹭", "沅鹭计划", "沅鹭计划明年开工", "norvexa", "norvexa发布", "新品"):
        assert held.may_hold(codes_of(text)), text


def test_it_does_not_hold_what_stands_nowhere() -> None:
    held = StringFilter.of([units("沅鹭计划明年开工"), units("norvexa发布新品")])
    for text in ("鹭沅", "沅鹭行动", "明年沅鹭计划", "norvex"):
        assert not held.may_hold(codes_of(text)), text


def test_a_text_ends_where_the_next_one_begins() -> None:
    held = StringFilter.of([np.concatenate([units("沅鹭"), units("计划")])])
    assert not held.may_hold(codes_of("鹭计"))


def test_a_single_character_is_not_kept_and_may_be_anywhere() -> None:
    assert StringFilter.of([units("沅鹭")]).may_hold(codes_of("舸"))
    assert StringFilter.of([units("沅鹭")]).may_hold(())


def test_few_strange_strings_are_taken_for_held_ones() -> None:
    drawn = np.random.default_rng(4)
    # News says most of its pairs and triples again and again.
    month = np.tile(drawn.integers(0x4E00, 0x9000, 50_000).astype(np.uint32), 4)
    held = StringFilter.of([month])
    strange = drawn.integers(0x9001, 0x9FFF, (5_000, 3)).tolist()
    assert sum(held.may_hold(string) for string in strange) < 150
    assert len(held.marks) <= len(month)


def test_latin_words_are_told_from_one_another() -> None:
    random = Random(1)  # noqa: S311
    words = [LATIN | random.getrandbits(31) for _ in range(2_000)]
    held = StringFilter.of([np.array(words[:1_000], np.uint32)])
    assert all(held.may_hold((word,)) for word in words[:1_000])
    assert sum(held.may_hold((word,)) for word in words[1_000:]) < 30


def test_texts_read_one_after_the_other_make_the_filter_of_all() -> None:
    drawn = np.random.default_rng(5)
    texts = [drawn.integers(0x4E00, 0x9000, size).astype(np.uint32) for size in (40_000, 0, 25_000)]
    whole = StringFilter.of(texts)
    assert (StringFilter.sized(iter(texts), 65_000).marks == whole.marks).all()
    assert len(whole.marks) == 1 << 15
    assert all(whole.may_hold(texts[2][place : place + 3].tolist()) for place in range(0, 24_000, 7))
