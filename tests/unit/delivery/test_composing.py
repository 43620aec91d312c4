"""Messages that explain themselves, in both languages; foreign text in them stays text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import html as lxml_html

from mediawatch.delivery import MessageStyle, compose
from mediawatch.delivery.wording import sparkline
from mediawatch.records import AlertKind
from tests.support.alerting import ALERT_DAY, a_headline, a_series, an_alert

ZH, EN = MessageStyle(language="zh", timezone="Asia/Taipei"), MessageStyle(language="en", timezone="Europe/London")


def test_tells_all_the_evidence_in_chinese() -> None:
    look = MessageStyle(
        timezone="Asia/Taipei", labels={"tech": "科技"}, kibana="https://kibana.example/app/discover#/?q={term}"
    )
    message = compose([[an_alert(watchlists=("tech",), ratio=4.23, p_value=0.00031, also=("柏岚",))]], look)

    assert message.title == "新词：星穹a1（7 篇，3 个独立来源） · 柏岚发布星穹Pro，续航翻倍（1）"
    for said in (
        "“星穹a1”是新词：此前 28 天的记录里从未出现。",
        "数量：7 篇文章，4 条报道，3 个独立来源",
        "独立来源：城北日报1、海风新闻网、Harbour Times",
        "写法：星穹a1、星穹A1",
        "平时的 4.2 倍（对照 28 天的记录）",
        "偶然概率：约三千二百分之一",
        "首次出现：2026年4月28日",
        "同一话题：柏岚",
        "同时出现：续航、固态电池",
        "- 柏岚发布星穹Pro，续航翻倍（1） (城北日报1 · 4月29日 11:01)\n  https://paper1.example/2026/04/29/1.html",
        "▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▄█（4月2日至4月29日，最多一天 5 篇）",
        "4月28日 2 篇、4月29日 5 篇",
        "https://kibana.example/app/discover#/?q=%E6%98%9F%E7%A9%B9a1",
        "规则“keywords”在 2026年4月29日发现了它；它符合关注名单“科技”",
        'mediawatch alerts dismiss a1 --why "…"',
    ):
        assert said in message.text


def test_tells_all_the_evidence_in_english() -> None:
    alert = an_alert(
        kind=AlertKind.RISING, term="tariff", forms=("tariff", "tariffs"), ratio=12.4, p_value=2e-8, publishers=1
    )
    message = compose([[alert, an_alert("w", kind=AlertKind.WATCH, watchlists=("trade",))]], EN)

    assert message.title == "Rising: tariff (7 articles, 1 publisher) · 柏岚发布星穹Pro，续航翻倍（1）"
    for said in (
        '"tariff" is rising: at least twice its usual rate.',
        "Count: 7 articles, 4 stories, 1 publisher",
        "12 times the usual rate (against 28 days on record)",
        "Odds of chance alone: less than one in a million",
        "First seen: 28 Apr 2026",
        "(城北日报1 · 29 Apr 04:01)",
        "28 Apr: 2, 29 Apr: 5",
        "Other alerts on this topic: Watch: 星穹w (7 articles, 3 publishers)",
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
        publisher_names=(),
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


def test_a_sparkline_tells_none_from_few_and_from_not_collected() -> None:
    assert sparkline(a_series(0, 1, 50, days=5, uncovered=(0,))) == "·▁▁▂█"


def test_every_sentence_about_the_days_before_is_one_of_the_facts() -> None:
    """What is not known is not said; what is, with the days it was counted from and since when there is a record."""
    days = {"counted_from": date(2026, 4, 26), "recorded_since": date(2026, 1, 1), "first_publisher": "城北日报"}
    known = an_alert(usual=0, **days)
    assert "3 publishers (26 Apr to 29 Apr)" in compose([[known]], EN).text
    assert "First seen: 28 Apr 2026 (城北日报; on record since 1 Jan 2026)" in compose([[known]], EN).text
    assert "首次出现：2026年4月28日（城北日报；记录始于 2026年1月1日）" in compose([[known]], ZH).text
    for changes, zh, en in (
        ({"usual": 5}, "是新词：2026年4月28日 首次出现", "is new: first seen on 28 Apr 2026"),
        ({"usual": 0, "baseline_days": 0}, "是新词。", "is new."),
        (
            {"kind": AlertKind.BACK, "last_seen_on": ALERT_DAY, "seen_before_on": date(2026, 1, 5), **days},
            "上一次是 2026年1月5日",
            "last seen on 5 Jan 2026",
        ),
        ({"kind": AlertKind.BACK, "last_seen_on": ALERT_DAY}, "28 天以上没有出现", "more than 28 days of silence"),
        ({"kind": AlertKind.RISING, "ratio": 1.5}, "有所升温", "more than usual"),
        ({"kind": AlertKind.RISING, "ratio": 2.5}, "明显升温", "at least twice"),
    ):
        alert = an_alert(**changes)
        assert zh in compose([[alert]], ZH).text
        assert en in compose([[alert]], EN).text


def test_a_match_of_a_list_tells_of_its_word_and_of_the_list() -> None:
    alert = an_alert(
        kind=AlertKind.WATCH,
        watchlists=("trade",),
        also=("芯片",),
        matched=(9, 8, 7),
        usual=112,
        counted_from=ALERT_DAY,
        seen_before_on=date(2026, 4, 27),
        first_seen_on=date(2026, 1, 5),
        headlines=(a_headline(quote=("Officials said the new ", "tariff", " will hit ports.")),),
        p_value=None,
    )
    look = replace(EN, labels={"trade": "Trade"}, quiet_days=90)
    for said in (
        "of a watch list is in the news of 29 Apr 2026",
        "Count: 7 articles, 4 stories, 3 publishers (29 Apr)",
        "Matches of the list: 9 articles, 8 stories, 7 publishers",
        "Compared with usual: 112 articles in the 28 days on record before",
        "Before that: 27 Apr 2026",
        "Other words of the list: 芯片, 续航, 固态电池",
        '\n  "Officials said the new 【tariff】 will hit ports."\n  https://',
        'To stop alerts about "星穹a1" from the watch list "Trade" (muted for 90 days): mediawatch alerts dismiss a1',
    ):
        assert said in compose([[alert]], look).text
    chinese = compose([[alert]], replace(ZH, labels={"trade": "贸易"}, quiet_days=90)).text
    assert "不再接收名单“贸易”里“星穹a1”的提醒（静音 90 天）：mediawatch alerts dismiss a1" in chinese
    assert "名单命中：9 篇文章，8 条报道，7 个独立来源" in chinese
    assert "Officials said the new <b>tariff</b> will hit ports." in compose([[alert]], look).html


@pytest.mark.parametrize(("dialect", "shown"), [("plain", "a 【*x*】 b"), ("markdown", r"a **\*x\*** b")])
def test_what_is_quoted_is_escaped_and_keeps_its_blanks(dialect: str, shown: str) -> None:
    alert = an_alert(headlines=(a_headline(quote=("a ", "*x*", " b")),))
    assert shown in compose([[alert]], MessageStyle(language="en", dialect=dialect)).text  # type: ignore[arg-type]


def test_the_board_opens_at_the_word_and_its_day_or_at_the_alert_of_a_pattern() -> None:
    look = replace(EN, board="https://board.example/b/")
    message = compose([[an_alert(term="AI & 芯片")]], look)
    address = "https://board.example/b/word?w=AI%20%26%20%E8%8A%AF%E7%89%87&day=2026-04-29"
    assert f"See it on the board: {address}" in message.text
    assert address in lxml_html.document_fromstring(message.html).xpath("//a/@href")
    pattern = an_alert(kind=AlertKind.WATCH, series=(), watchlists=("x",))
    assert "https://board.example/b/alerts?day=2026-04-29&days=1#a1" in compose([[pattern]], look).text
    both = compose([[an_alert("a")], [an_alert("b")]], look).text
    assert both.count("https://board.example/b/word?w=") == 2


def test_a_mail_has_a_line_of_digits_and_a_small_channel_no_quotation() -> None:
    alert = an_alert(series=a_series(2, 5, days=4, uncovered=(0,)), headlines=(a_headline(quote=("", "x" * 80, "")),))
    text = compose([[alert]], replace(EN, has_digits=True)).text
    assert "Articles a day: · 0 2 5 (26 Apr to 29 Apr, at most 5 a day)" in text
    message = compose([[alert]], EN)
    assert "【" in message.text
    cut = message.within(len(message.text) - 10)
    assert "【" not in cut
    assert "https://paper1.example" in cut


def test_two_days_of_a_topic_are_one_topic_of_a_digest() -> None:
    yesterday = an_alert("y", topic="关税", term="关税", day=ALERT_DAY - timedelta(days=1))
    message = compose([[an_alert("t", topic="关税", term="关税")], [yesterday], [an_alert("z")]], ZH)
    assert message.title == "新闻关键词摘要：2 个话题（2026年4月29日）"


def test_the_title_ends_with_the_headline_that_says_best_what_is_reported() -> None:
    first, *others = a_headline(title="柏岚大桥" * 40), a_headline(2, title="别的"), a_headline(3, title="又一")
    title = compose([[an_alert(headlines=(first, *others))]], ZH).title
    assert title.startswith("新词：星穹a1（7 篇，3 个独立来源） · 柏岚大桥柏岚大桥")
    assert title.endswith("…")
    assert len(title.partition(" · ")[2]) == 80
    # Cut first and escaped then: no mark is cut from its escape.
    starred = an_alert(headlines=(a_headline(title="\n" + "柏*" * 80),))
    marked = compose([[starred]], MessageStyle(language="zh", dialect="markdown")).title
    assert marked.partition(" · ")[2] == r"柏\*" * 39 + "柏…"
    assert compose([[an_alert(headlines=())]], ZH).title == "新词：星穹a1（7 篇，3 个独立来源）"
