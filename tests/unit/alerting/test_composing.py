"""Messages that explain themselves, in both languages; foreign text in them stays text."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html as lxml_html

from mediawatch.alerting import Look, compose
from mediawatch.alerting.wording import chance_words, ratio_words, sparkline
from mediawatch.records import AlertKind
from tests.support.alerting import a_headline, a_series, an_alert

ZH, EN = Look(language="zh", timezone="Asia/Taipei"), Look(language="en", timezone="Europe/London")


def test_tells_all_the_evidence_in_chinese() -> None:
    look = Look(
        timezone="Asia/Taipei", labels={"tech": "科技"}, kibana="https://kibana.example/app/discover#/?q={term}"
    )
    message = compose([[an_alert(watchlists=("tech",), ratio=4.23, p_value=0.00031, also=("柏岚",))]], look)

    assert message.title == "新词：星穹a1（7 篇，3 个独立来源）"
    for said in (
        "“星穹a1”是新词：此前 28 天的记录里从未出现。",
        "数量：7 篇文章，4 篇不同的报道，3 个独立来源",
        "来源：城北日报1、海风新闻网、Harbour Times",
        "写法：星穹a1、星穹A1",
        "平时的 4.2 倍（对照 28 天的记录）",
        "约 3200 分之一",
        "首次见到：2026年4月28日",
        "同一话题：柏岚",
        "一起出现的词：续航、固态电池",
        "- 柏岚发布星穹Pro，续航翻倍（1） (城北日报1 · 4月29日 11:01)\n  https://paper1.example/2026/04/29/1.html",
        "▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▄█（4月2日至4月29日，最多一天 5 篇）",
        "4月28日 2 篇、4月29日 5 篇",
        "https://kibana.example/app/discover#/?q=%E6%98%9F%E7%A9%B9a1",
        "规则“keywords”在 2026年4月29日 发现了它；它符合关注名单“科技”",
        'mediawatch alerts dismiss a1 --why "…"',
    ):
        assert said in message.text


def test_tells_all_the_evidence_in_english() -> None:
    alert = an_alert(
        kind=AlertKind.RISING, term="tariff", forms=("tariff", "tariffs"), ratio=12.4, p_value=2e-8, voices=1
    )
    message = compose([[alert, an_alert("w", kind=AlertKind.WATCH, watchlists=("trade",))]], EN)

    assert message.title == "Rising: tariff (7 articles, 1 voice)"
    for said in (
        '"tariff" is rising: at least twice its usual rate.',
        "Count: 7 articles, 4 stories, 1 voice",
        "12 times the usual rate (against 28 days on record)",
        "Odds of chance alone: less than one in a million",
        "First seen: 28 Apr 2026",
        "(城北日报1 · 29 Apr 04:01)",
        "28 Apr: 2, 29 Apr: 5",
        "Other alerts on this topic: Watch: 星穹w (7 articles, 3 voices)",
        'the rule "keywords" found it on 29 Apr 2026; it matches the watch list "trade".',
    ):
        assert said in message.text


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        (
            {"kind": AlertKind.BACK, "last_seen_on": date(2026, 1, 5)},
            "上一次是 2026年1月5日",
            "last seen on 5 Jan 2026",
        ),
        ({"kind": AlertKind.BACK}, "28 天以上没有出现", "after more than 28 days of silence"),
        ({"kind": AlertKind.WATCH, "watchlists": ("x",)}, "关注名单里的", "of a watch list is in the news"),
        ({"step": 1}, "新词续报：", "New (update): "),
        ({"series": a_series(1, uncovered=(3, 4))}, "“·”表示当天没有采集", '"·" marks a day without collection'),
    ],
)
def test_each_kind_says_what_it_is(changes: dict[str, object], zh: str, en: str) -> None:
    for look, said in ((ZH, zh), (EN, en)):
        message = compose([[an_alert(**changes)]], look)
        assert said in f"{message.title}\n{message.text}"


def test_an_alert_with_little_evidence_is_a_message_as_well() -> None:
    bare = an_alert(
        forms=(),
        voice_names=(),
        p_value=None,
        first_seen_on=None,
        series=(),
        headlines=(),
        co_terms=(),
        baseline_days=0,
    )
    for look in (ZH, EN):
        message = compose([[bare]], look)
        assert "\n\n\n" not in message.text
        assert "None" not in message.text + message.html


def test_the_page_is_whole_and_holds_what_the_text_holds() -> None:
    message = compose([[an_alert(series=a_series(1, 5, uncovered=(2,)))]], ZH)
    page = lxml_html.document_fromstring(message.html)

    assert page.get("lang") == "zh-Hans"
    assert page.xpath("//h1/text()") == ["星穹a1"]
    assert page.xpath("//a/@href") == [f"https://paper{n}.example/2026/04/29/{n}.html" for n in (1, 2, 3)]
    assert len(page.xpath("//td[@title]")) == 28
    assert page.xpath("//td[@title]/@title")[-1] == "4月29日 5 篇"
    assert "4月4日 无数据" in page.xpath("//td[@title]/@title")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://a.example/ b",
        "ftp://a.example/",
        "https://user@evil.example/",
        "https://a.example/\u202e",
        "http://[",
        "",
    ],
)
def test_links_are_http_or_left_out(url: str) -> None:
    message = compose([[an_alert(headlines=(a_headline(url=url),))]], ZH)
    assert "href" not in message.html
    assert "evil" not in message.text


def test_an_address_cannot_end_early() -> None:
    message = compose([[an_alert(headlines=(a_headline(url="https://a.example/\"onclick='x'<b>(c)"),))]], ZH)
    (href,) = lxml_html.document_fromstring(message.html).xpath("//a/@href")
    assert href == "https://a.example/%22onclick=%27x%27%3Cb%3E%28c%29"


def test_a_digest_numbers_its_topics() -> None:
    message = compose([[an_alert("a")], [an_alert("b", kind=AlertKind.RISING)]], ZH)
    assert message.title == "新闻关键词摘要：2 个话题（2026年4月29日）"
    assert "1. 新词：星穹a" in message.text
    assert "2. 升温：星穹b" in message.text
    assert message.text.endswith("这是你订的摘要，共 2 个话题。")
    assert len(lxml_html.document_fromstring(message.html).xpath("//h1")) == 2


@pytest.mark.parametrize(
    ("characters", "octets"), [(2000, 0), (5000, 2048), (600, 0), (300, 0), (5000, 500), (10, 0), (1, 0)]
)
def test_a_short_channel_gets_what_matters_most(characters: int, octets: int) -> None:
    message = compose([[an_alert(term="长" * 60)]], ZH)
    text = message.within(characters, octets)
    assert len(text) <= characters
    assert not octets or len(text.encode()) <= octets
    if characters >= 300:
        assert text.startswith(message.text.split("\n\n", maxsplit=1)[0])
    if characters >= 600 and (not octets or octets > 1000):
        assert "mediawatch alerts dismiss a1" in text
        assert "数量：" in text


@pytest.mark.parametrize(
    ("p_value", "zh", "en"),
    [
        (None, "", ""),
        (float("nan"), "", ""),
        (0.05, "约 20 分之一", "about one in 20"),
        (3.1e-5, "约 3.2 万 分之一", "about one in 32,000"),
        (0.0, "不到一百万分之一，几乎不可能是巧合", "less than one in a million"),
    ],
)
def test_odds_in_words(p_value: float | None, zh: str, en: str) -> None:
    assert (chance_words(p_value, "zh"), chance_words(p_value, "en")) == (zh, en)


def test_ratios_in_words() -> None:
    assert [ratio_words(ratio, "en") for ratio in (None, float("inf"), 2.04, 23.4)] == [
        "",
        "",
        "2.0 times the usual rate",
        "23 times the usual rate",
    ]


def test_a_sparkline_tells_none_from_few_and_from_not_collected() -> None:
    assert sparkline(a_series(0, 1, 50, days=5, uncovered=(0,))) == "·▁▁▂█"
