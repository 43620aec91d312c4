"""A source whose words change overnight is another one; a quiet day, a great event and another script are not."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from mediawatch.pipeline.source_words import words_by_source
from mediawatch.pipeline.taking_over import LEAST, Likeness, likenesses, past_words
from mediawatch.tables.extraction import PageLines, SourceWords

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


def test_it_stays_so_until_too_few_days_of_before_are_in_the_window() -> None:
    window = 14
    days = [day_of(seed, NEWS) for seed in range(window)] + [day_of(100 + seed, SALE) for seed in range(window)]
    verdicts = []
    for today in range(window, len(days)):
        found = likeness(days[today], days[today - window : today])
        verdicts.append(found is not None and found.is_taken_over)
    assert verdicts.count(True) == 7
    assert not any(later and not earlier for earlier, later in pairwise(verdicts))
