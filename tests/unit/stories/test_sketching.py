"""Signatures: what they leave out, what they keep, and what is too short for one."""

from __future__ import annotations

import pytest

from mediawatch.stories.sketching import K, read_signature, signature

TEXT = "水务局今天说，春灌用水可以放心。蓄水量比去年同期多出三成，闸门已经试运行了一个月，共放水2,340万立方米。"
ENGLISH = "The harbour reopens on Friday after the storm, the port authority said, with 1,250 berths and 12 cranes."


@pytest.mark.parametrize(
    "same",
    [
        "水務局今天說，春灌用水可以放心。蓄水量比去年同期多出三成，閘門已經試運行了一個月，共放水2,340萬立方米。",
        TEXT.replace("，", " ").replace("。", "\n"),
        TEXT.replace("2,340", "２，３４０"),
    ],
)
def test_script_width_spaces_and_punctuation_do_not_matter(same: str) -> None:
    assert signature("", same) == signature("", TEXT)


def test_case_and_punctuation_of_english_do_not_matter() -> None:
    assert signature("", ENGLISH.upper().replace(",", " ;").replace("1 ;250", "1,250")) == signature("", ENGLISH)


def test_a_signature_is_the_same_on_every_machine() -> None:
    made = signature("水库开闸放水供春灌用水", TEXT)
    assert made[:24].hex() == "272ff245371df8a32a000000010000004bf7df0420e0e804"


def test_numbers_are_kept_apart_without_years_and_single_digits() -> None:
    sketch = read_signature(signature("", TEXT + "2026年3月，共12次，3.5%。"))
    assert sketch.numbers == 3


def test_a_long_text_keeps_the_smallest_hashes() -> None:
    sketch = read_signature(signature("", "".join(chr(0x4E00 + n) for n in range(2000))))
    assert sketch.shingles > 1900
    assert len(sketch.hashes) == K
    assert sorted(set(sketch.hashes.tolist())) == sketch.hashes.tolist()


def test_a_text_that_is_hardly_one_is_signed_with_its_title() -> None:
    assert read_signature(signature("港口今天因为台风而关闭", "详见视频。")).shingles > 0
    assert read_signature(signature("港口今天因为台风而关闭", "")).shingles == 0


@pytest.mark.parametrize(
    ("title", "text"), [("", ""), ("快讯", ""), ("Morning brief", ""), ("快讯", "图"), ("…", "！")]
)
def test_what_is_too_short_has_none(title: str, text: str) -> None:
    assert signature(title, text) == b""


def test_bytes_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="752 bytes, not 3"):
        read_signature(b"abc")
