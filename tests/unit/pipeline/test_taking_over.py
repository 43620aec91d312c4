"""A source whose words change overnight is another one; a quiet day, a great event and another script are not."""

from __future__ import annotations

import random

import pytest

from mediawatch.pipeline.source_words import words_by_source
from mediawatch.pipeline.taking_over import LEAST, Likeness, likenesses, past_words
from mediawatch.tables.extraction import PageLines, PastWords, SourceWords

NEWS = (
    "镇政府昨天说明水库春灌的安排，下游的村民今年可以提前放水，",
    "学校周边的人行道下月开始改善，工程由县里负责，预计秋天完成，",
    "渔会开会讨论夜间捕捞的限额，船主担心油价和收入，",
    "港口的起重机在大风中受损，没有人受伤，修理需要两个星期，",
    "图书馆的新馆本周开放，市民可以借阅十万册书籍，",
    "法院昨天开庭审理桥梁工程的合同纠纷，双方都表示会上诉，",
    "医院公布了今年第一季度的门诊人数，比去年增加了一成，",
    "火车站的第三月台明天起封闭，旅客请改乘公共汽车，",
)
SALE = (
    "本站推荐的平台信誉最好，手机登录即可领取彩金，提现只要三分钟，",
    "真人荷官在线发牌，玩家下注之后马上开奖，赢钱的机会更大，",
    "新会员注册就送奖金，充值越多返还越多，客服全天在线，",
    "电子游戏的大奖每天都会开出，点击旋转就有免费次数，",
    "足球比分直播与赔率分析，高手带你稳赚不赔，马上下载应用，",
)
ENGLISH = (
    "The council opens the lake today and ",
    "Fishermen want higher limits because ",
    "A new library for the town ",
)


def day_of(seed: int, sentences: tuple[str, ...], *, texts: int = 8, source: str = "harbour") -> list[SourceWords]:
    """A day of `texts` reports of some of the `sentences` each."""
    dice = random.Random(seed)  # noqa: S311 - a choice of sentences
    lines = ["".join(dice.sample(sentences, 3)) for _ in range(texts)]
    pages = [PageLines(link_id="", source=source, keys=(f"{n}",), examples=(line,)) for n, line in enumerate(lines)]
    return words_by_source(pages)


PAST = [day_of(seed, NEWS) for seed in range(10)]


def likeness(today: list[SourceWords], past: list[list[SourceWords]] = PAST) -> Likeness | None:
    return likenesses(today, past_words(past)).get("harbour")


@pytest.mark.parametrize("today", [day_of(99, SALE), day_of(99, ENGLISH)])
def test_other_words_are_another_source(today: list[SourceWords]) -> None:
    found = likeness(today)
    assert found is not None
    assert found.is_taken_over
    assert found.share < LEAST / 2


def test_what_is_new_is_named() -> None:
    found = likeness(day_of(99, SALE))
    assert found is not None
    assert found.new_words
    assert not any(word in text for word in found.new_words for text in NEWS)


@pytest.mark.parametrize(
    "today",
    [
        day_of(99, NEWS),
        day_of(99, NEWS[:3]),  # a day on which little else was told
        day_of(99, tuple(text.translate(str.maketrans("镇开说库", "鎮開說庫")) for text in NEWS)),
    ],
)
def test_the_same_words_are_the_same_source(today: list[SourceWords]) -> None:
    found = likeness(today)
    assert found is not None
    assert not found.is_taken_over


def test_too_little_to_compare_is_no_judgement() -> None:
    assert likeness(day_of(99, SALE, texts=4)) is None, "few texts today"
    assert likeness(day_of(99, SALE), PAST[:6]) is None, "few days before"
    assert likeness(day_of(99, SALE), [day_of(n, NEWS, texts=2) for n in range(14)]) is None, "few texts before"
    assert likeness(day_of(99, SALE, source="ferry")) is None, "a source that is new"


def past_of(days: list[list[SourceWords]], window: int = 14) -> list[PastWords]:
    """What is known after `days` of which each was judged by the window before it, and by what was known before."""
    known: list[PastWords] = []
    own: list[list[SourceWords]] = []
    for day in days:
        found = likenesses(day, known).get("harbour")
        own.append([] if found and found.is_taken_over else day)
        known = past_words(own[-window:], known)
    return known


def is_taken_over(today: list[SourceWords], known: list[PastWords]) -> bool:
    found = likenesses(today, known).get("harbour")
    return found is not None and found.is_taken_over


@pytest.mark.parametrize("days", [1, 7, 40])
def test_it_stays_so_however_long_it_lasts(days: int) -> None:
    known = past_of([*PAST, *(day_of(100 + seed, SALE) for seed in range(days))])
    assert is_taken_over(day_of(99, SALE), known)
    assert not is_taken_over(day_of(99, NEWS), known), "its own words are still welcome"


def test_a_domain_that_was_silent_for_long_is_known_by_what_it_said_last() -> None:
    known = past_of([*PAST, *([] for _ in range(100))])
    assert is_taken_over(day_of(99, SALE), known)
    assert not is_taken_over(day_of(99, NEWS), known)


def test_what_a_person_let_in_is_its_own_from_then_on() -> None:
    window = [*PAST[-13:], day_of(100, SALE)]
    known = past_words(window, past_of(PAST))
    assert not is_taken_over(day_of(101, SALE), known), "too little is known of what it says now"
    for seed in range(101, 101 + 14):
        window = [*window[1:], day_of(seed, SALE)]
        known = past_words(window, known)
    assert likenesses(day_of(99, SALE), known)["harbour"].share > LEAST
    assert is_taken_over(day_of(99, NEWS), known)


def test_words_that_change_little_by_little_stay_its_own() -> None:
    days = [day_of(seed, tuple(SALE[: seed // 14]) + NEWS[seed // 14 :]) for seed in range(14 * len(SALE))]
    known = past_of([*PAST, *days])
    assert not is_taken_over(day_of(99, SALE[:4] + NEWS[4:]), known)
