from __future__ import annotations

import pytest

from mediawatch.language import character_map, fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("關稅", "关税"),
        ("ＡＢＣ１２３", "abc123"),
        ("ﾄﾗﾝﾌﾟ", "トランプ"),
        ("Tariff ㈱", "tariff (株)"),
        ("乾隆與乾淨", "乾隆与干净"),
        ("豈", "岂"),
        ("STRAßE", "straße"),
        ("", ""),
    ],
)
def test_one_spelling_for_script_width_and_case(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_chain_of_conversions_is_followed_to_its_end() -> None:
    assert fold("薴") == fold("苧") == fold("苎")


def test_lone_surrogates_are_replaced_and_nul_is_kept() -> None:
    assert fold("關\ud800稅\0") == "关�税\0"


def test_the_map_holds_single_traditional_characters() -> None:
    characters = character_map()
    assert characters["關"] == "关"
    assert characters["灣"] == "湾"
    assert all(len(key) == len(value) == 1 and key != value for key, value in characters.items())
    assert len(characters) > 4_000


def test_no_simplified_character_is_in_the_map() -> None:
    assert not {"关", "湾", "后", "里", "国"} & character_map().keys()


def test_the_map_agrees_with_folding_each_character() -> None:
    assert all(fold(key) == value for key, value in character_map().items())
