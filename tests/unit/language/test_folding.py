from __future__ import annotations

import pytest
from opencc import OpenCC

from mediawatch.language import character_map, fold
from mediawatch.language.folding import _CHINESE, _JAPANESE
from mediawatch.language.marks import printed_length, without_ornament
from tests.support.growth import growth


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
        ("⻓城与⻰⻔石窟", "长城与龙门石窟"),
        ("O´Neill", "o'neill"),
        ("北\u200d京\u200c市", "北京市"),
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
    assert all(len(key) == 1 and len(value) <= 1 and key != value for key, value in characters.items())
    assert len(characters) > 4_000


def test_no_simplified_character_is_in_the_map() -> None:
    assert not {"关", "湾", "后", "里", "国"} & character_map().keys()


def test_the_map_agrees_with_folding_each_character() -> None:
    assert all(fold(key) == value for key, value in character_map().items())


STACKS = {
    "accents above and below": "a" + "\u0301\u0316" * 50,
    "one that becomes two": "a" + "\u0344" * 40,
    "one without a class of its own": "a" + "\u0f73\u0301" * 50,
    "half-width": "ｶ" + "\uff9e\u0301\u0316" * 40,
    "beyond the basic plane": "a" + "\U00010a0f\u0301" * 50,
    "on nothing": "\u0301\u0316" * 50,
}


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_marks_beyond_the_thirtieth_are_left_out(stack: str) -> None:
    folded = fold(f"关{stack}稅")
    assert folded == fold(folded)
    assert folded[0] + folded[-1] == "关税"
    assert len(folded) <= 2 + 1 + 2 * 30


@pytest.mark.parametrize("text", ["ti\u1ebfng Vi\u1ec7t", "שָׁלוֹם", "བསྟན་འཛིན", "e\u0301" * 40, "𠮷" * 40, "🙂" * 40])
def test_marks_as_people_write_them_stay(text: str) -> None:
    assert fold(text) == fold(text + "x")[:-1]
    assert fold(fold(text)) == fold(text)
    assert without_ornament(text) == text


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_the_time_to_fold_grows_with_the_length_only(stack: str) -> None:
    assert growth(lambda size: fold("a" + stack[1:] * (size // len(stack))), small=4_000, times=10) < 30


def test_ornament_is_taken_off_and_marks_are_not_counted() -> None:
    ornate = "".join(letter + "\u0335\u0321\u0316\u0301\u0302\u0303" for letter in "关税又升级")
    assert without_ornament(ornate) == "关税又升级"
    assert without_ornament("\u0301" * 9) == ""
    assert without_ornament("\x1b[2J\x07水\x9b库\tand\nmore") == "[2J水库\tand\nmore"
    assert without_ornament("\x1b]0;plain\x07") == "]0;plain"
    assert printed_length(ornate) == 5
    assert printed_length("Z\u030coë") == 3


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("衞生署", "卫生署"),
        ("粧點", "妆点"),
        ("沉著應對", "沉着应对"),
        ("著火", "着火"),
        ("渡辺恒雄", "渡边恒雄"),
        ("広島県", "广岛县"),
        ("渋谷", "涩谷"),
        ("芸香", "芸香"),
        ("顯著", "显著"),
        ("显著", "显著"),
        ("著名的著作", "著名的著作"),
        ("關\u200b稅", "关税"),
        ("防\xad汛", "防汛"),
        ("GPT\u20115", "gpt-5"),
        ("O’Neill", "o'neill"),
        ("co–op", "co-op"),
        ("關稅——談判", "关税——谈判"),
        ("İstanbul", "istanbul"),
        ("👍🏻好评", "👍好评"),
    ],
)
def test_what_looks_the_same_is_one_spelling(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert fold(folded) == folded


def test_forms_of_japan_are_no_characters_that_chinese_has_and_are_folded_as_opencc_does() -> None:
    japan = OpenCC("jp2t")
    otherwise = dict(zip("挙渋郷鉱闘", "举涩乡矿斗", strict=True))
    for form, simplified in zip(_JAPANESE, _CHINESE, strict=True):
        assert form.encode("shift_jis")
        assert simplified.encode("gb2312")
        for encoding in ("gb2312", "big5"):
            with pytest.raises(UnicodeEncodeError):
                form.encode(encoding)
        assert otherwise.get(form, fold(japan.convert(form))) == simplified


def test_the_map_of_characters_knows_variants_and_what_takes_no_room() -> None:
    known = character_map()

    assert (known["衞"], known["著"], known["\u200b"], known["’"]) == ("卫", "着", "", "'")
