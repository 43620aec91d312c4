"""How much of a text was meant by somebody."""

from __future__ import annotations

import pytest

from mediawatch.language.plausibility import readable_share

CHINESE = "水库在夜里放水，下游三个村子的居民连夜转移，镇政府说没有人受伤。"
ENGLISH = "The mayor’s plan isn’t new — café owners don’t like it, and the council’s own “report” says so."


@pytest.mark.parametrize("text", [CHINESE, ENGLISH, "", "Plain words.", "Größe, façade, naïve: mañana será así"])
def test_what_somebody_wrote_is_readable(text: str) -> None:
    assert readable_share(text) == 1.0


@pytest.mark.parametrize(
    ("text", "written", "read"),
    [
        (CHINESE, "utf-8", "gb18030"),
        (CHINESE, "gb18030", "utf-8"),
        (CHINESE, "utf-8", "cp1252"),
        (CHINESE, "big5hkscs", "gb18030"),
        (ENGLISH, "utf-8", "cp1252"),
    ],
)
def test_what_was_read_in_another_encoding_is_not(text: str, written: str, read: str) -> None:
    assert readable_share(text.encode(written, "ignore").decode(read, "replace")) < 0.6


def test_a_rare_name_in_an_english_text_is_no_damage() -> None:
    assert readable_share("The company was founded by Kwok Pui-ying (郭珮瑛).") == 1.0
