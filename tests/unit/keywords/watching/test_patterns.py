"""Patterns people write: bounded, folded, refused where they could run away."""

from __future__ import annotations

import pytest

from mediawatch.keywords.watching.patterns import LONGEST_TEXT, compile_bounded


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"加徵\s*\d+%", "宣布加征 25%关税", "加征 25%"),
        (r"GPT-\d(?:\.\d)?", "openai的gpt-5.1发布", "gpt-5.1"),
        (r"[A-Z]{2,4}-?\d+", "出动f-35与su57", "su57"),
        (r"(?:逮捕|拘留).{0,5}记者", "警方拘留两名记者", "拘留两名记者"),
        (r"第\d+?届", "第十八届后是第19届", "第19届"),
        (r"a{2}b", "aab", "aab"),
        (r"[]\]x]+", "]x]", "]x]"),
        (r"x*+y", "xxy", "xxy"),
        (r"\bpro\b", "星穹 pro", "pro"),
        (r"\S+網站", "某网站", "某网站"),
    ],
)
def test_finds_in_folded_text(pattern: str, text: str, found: str) -> None:
    match = compile_bounded(pattern).search(text)
    assert match is not None
    assert match[0] == found


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|b)+",
        "((a?)b){2}",
        "(?=a)",
        "(?<!a)b",
        r"(a)\1",
        "(?P<n>a)",
        "(?i)a",
        "a*a*a*b",
        "x" * 201,
        "(",
        "a{9,1}",
        "(?:a|b)" * 20,
        "(a?){50}b",
    ],
)
def test_refuses_what_could_take_for_ever_or_is_no_pattern(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"refused|repeats|ways|longer|regular expression"):
        compile_bounded(pattern)


def test_what_repeats_reaches_a_hundred_characters_and_no_more() -> None:
    pattern = compile_bounded("a.*b")
    assert pattern.search("a" + "x" * 99 + "b")
    assert not pattern.search("a" + "x" * 100 + "b")


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "pattern", ["a*a*b", "a{0,20}a{0,20}a{0,20}b", "(?:a?a?a?a?a?)a{0,99}b", "(a|a)(a|a)(a|a)(a|a)(a|a)a*b"]
)
def test_the_worst_that_is_allowed_ends(pattern: str) -> None:
    assert compile_bounded(pattern).search("a" * LONGEST_TEXT) is None
