"""Chinese names and their Pinyin."""

from __future__ import annotations

import pytest

from mediawatch.language.romanisation import is_same_name


@pytest.mark.parametrize(
    ("han", "latin"),
    [
        ("王晓明", "wang xiaoming"),
        ("王晓明", "xiaoming wang"),
        ("王晓明", "wang xiao-ming"),
        ("欧阳修文", "ouyang xiuwen"),
        ("吕安", "lv an"),
        ("吕安", "lu an"),
        ("吕安", "lyu an"),
        ("单小乐", "shan xiaole"),
        ("西安", "xi'an"),
    ],
)
def test_a_name_is_its_pinyin_whichever_comes_first(han: str, latin: str) -> None:
    assert is_same_name(han, latin)
    assert is_same_name(latin, han)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王晓明", "wang xiao"),
        ("王晓明", "wang xiaomin"),
        ("王晓明", "wang xiaoming jr"),
        ("王", "wang"),
        ("特朗普", "trump"),
        ("王晓明", "王晓明"),
        ("wang", "wang"),
        ("", ""),
    ],
)
def test_other_terms_are_not(one: str, other: str) -> None:
    assert not is_same_name(one, other)
