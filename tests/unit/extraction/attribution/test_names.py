from __future__ import annotations

import pytest

from mediawatch.extraction.attribution.names import (
    is_organisation,
    is_person,
    is_place,
    name_after_organisation,
    name_before_place,
    plain,
)


@pytest.mark.parametrize("words", ["陳以安", "陈以安", "欧阳以安", "阿卜杜拉·哈桑", "Ann Lee", "CHOE SANG-HUN", "石磊"])
def test_a_person(words: str) -> None:
    assert is_person(words)


@pytest.mark.parametrize(
    "words",
    [
        "时事",
        "高清",
        "台北",
        "新北市",
        "某某社",
        "讀者投書",
        "Staff Writer",
        "News Desk",
        "Wednesday",
        "of the article",
        "newspapers has changed",
    ],
)
def test_nobody(words: str) -> None:
    assert not is_person(words)


def test_a_pen_name_needs_a_label() -> None:
    assert not is_person("貓頭鷹也")
    assert not is_person("驍豚")
    assert is_person("驍豚", is_labelled=True)


@pytest.mark.parametrize("words", ["台北", "臺北", "新北市", "台灣台北", "渥太華", "休斯頓", "灣區", "瓜地馬拉"])
def test_places_in_either_script(words: str) -> None:
    assert is_place(words)


def test_a_name_is_not_a_place() -> None:
    assert not is_place("陳以安")


@pytest.mark.parametrize("words", ["某某日报", "財經頻道", "社會中心", "某某科技股份有限公司", "US Lantern Watch"])
def test_organisations(words: str) -> None:
    assert is_organisation(words)


def test_a_name_glued_to_a_place() -> None:
    assert name_before_place("陳以安台灣台北", is_sure=False) == "陳以安"
    assert name_before_place("陳安渥太華", is_sure=False) == "陳安"
    assert name_before_place("陳以安柏原鎮", is_sure=False) == ""
    assert name_before_place("陳以安柏原鎮", is_sure=True) == "陳以安"


def test_a_name_glued_to_an_outlet() -> None:
    assert name_after_organisation("某某論壇陳以安") == "陳以安"


def test_folding_by_characters_keeps_their_places() -> None:
    words = "記者：ＡＢ陳㎞"
    assert len(plain(words)) == len(words)
