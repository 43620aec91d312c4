"""Texts as units."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mediawatch.keywords.reading import FUNCTION, LATIN, PARTED, PackedCodes, codes_of, units_of


def pieces(text: str) -> list[str]:
    units = units_of(text)
    rows = zip(units.starts, units.ends, units.codes, strict=True)
    return [text[start:end] for start, end, code in rows if code != PARTED]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("星穹pro发布", ["星", "穹", "pro", "发", "布"]),
        ("gpt-7和f-35", ["gpt-7", "和", "f-35"]),
        ("伊隆·马斯克", ["伊", "隆", "马", "斯", "克"]),
        ("1131204", []),
        ("", []),
        ("o'neill, at&t", ["o'neill", "at&t"]),
    ],
)
def test_a_latin_token_is_one_unit_and_a_number_is_none(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize("spelling", ["星穹 pro", "星穹pro"])
def test_a_space_beside_a_latin_token_changes_nothing(spelling: str) -> None:
    assert codes_of(spelling) == codes_of("星穹pro")


def test_a_space_between_han_characters_parts_them() -> None:
    units = units_of("紧急 戒严")
    assert list(units.codes == PARTED) == [False, False, True, False, False]


def test_a_run_of_punctuation_parts_once() -> None:
    codes = units_of("戒严。」\n\n总统").codes.tolist()
    assert all(one or other for one, other in pairwise(codes))


def test_latin_codes_never_equal_those_of_characters() -> None:
    assert all(code & LATIN for code in codes_of("gpt-7 pro max"))
    assert not any(code & LATIN for code in codes_of("紧急戒严"))


def test_function_words_are_known_by_their_class() -> None:
    units = units_of("在议会")
    assert units.classes[0] == FUNCTION
    assert FUNCTION not in units.classes[1:]


def test_a_word_longer_than_any_is_none() -> None:
    units = units_of(f"港口 {'x' * 65_536} {'y' * 65_535} 船只")
    assert [bool(code & LATIN) for code in units.codes if code != PARTED] == [False, False, True, False, False]


@pytest.mark.parametrize(("kinds", "width"), [(200, 1), (60_000, 2), (70_000, 4)])
def test_codes_are_the_same_packed(kinds: int, width: int) -> None:
    codes = np.random.default_rng(4).permutation(np.arange(kinds, dtype=np.uint32) * 11)
    packed = PackedCodes.of(codes)
    places = np.array([kinds - 1, 0, 7, 7], np.int32)
    assert packed.numbers.dtype.itemsize == width
    assert (len(packed), packed[5]) == (kinds, codes[5])
    assert packed[places].tolist() == codes[places].tolist()
    assert packed[3:9].tolist() == codes[3:9].tolist()
