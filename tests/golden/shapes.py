"""Pages of every shape that news sites have, in our own words: markup as such sites write it, and what is true of it.

`python tests/golden/make.py` writes them to tests/golden/pages in simplified and traditional characters and in the
encodings that such pages are served in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ZH = (
    "市图书馆周二宣布，新馆的自习区从下个月起通宵开放，读者凭借书证就能入座，不必另外预约。",
    "馆长说，去年冬天的试运行里，每晚平均有三百多人留到十二点以后，其中一半是附近医院的护士。",
    "“我们把灯光调暗了一些，又添了二十张躺椅，”她说，“热水和充电口每一层都有。”",
    "住在老街的退休教师告诉记者，他打算每周来两个晚上，把年轻时没有读完的县志读完。",
    "公交公司同时表示，途经新馆的两条夜班线路会把末班车推迟到凌晨一点半。",
)
EN = (
    "The city library said on Tuesday that the study hall of its new building will stay open all night from "
    "next month.",
    "Its director said that more than three hundred people a night stayed past twelve during a trial last "
    "winter, half of "
    "them nurses from the hospital nearby.",
    "“We dimmed the lamps and added twenty reclining chairs,” she said, adding that every floor has hot water.",
    "A retired teacher who lives in the old street said he would come twice a week to finish the county annals "
    "at last.",
    "The bus company said that two night lines that pass the building would run until half past one.",
)
OTHERS = (
    "渡口停航三天检修趸船",
    "山区小学收到一车旧书",
    "气象台：周末有两场阵雨",
    "菜市场改造后摊位多出一成",
    "夜跑者在河堤拾到走失的鹦鹉",
    "老茶馆重新开张首日排长队",
    "县志办征集三十年前的照片",
    "一座石桥的名字找到了出处",
)
ENGLISH_OTHERS = (
    "Ferry stops for three days of repairs",
    "A van of old books reaches a hill school",
    "Two showers are expected this weekend",
    "Market has a tenth more stalls after works",
    "Runner finds a lost parrot by the river",
)
TITLE = "新馆自习区下月起通宵开放"
TITLE_EN = "New study hall will stay open all night"
CAPTIONS = ("新馆三层的自习区，灯光在夜里会调暗", "末班车延长后的站牌")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One page: `markup` with its facts, `url` and `timezone`; `encodings` other than UTF-8 that it is served in."""

    name: str
    markup: str
    truth: Mapping[str, Any]
    url: str = "https://news.example/2026/03/04/1001.html"
    timezone: str = "Asia/Shanghai"
    encodings: tuple[str, ...] = ()
    is_chinese: bool = True


def shapes() -> tuple[Shape, ...]:
    """All shapes, in simplified characters where they are Chinese."""
    return (
        aggregator(),
        bilingual(),
        reposter(),
        portal(),
        short(),
        photo(),
        wire(),
        broadsheet(),
        plain(),
        agency(),
        columns(),
    )


def aggregator() -> Shape:
    """Dateline with host and source, captions in brackets on lines of their own, a ranking of many headlines."""
    lines = [ZH[0], f"({CAPTIONS[0]})", *ZH[1:4], f"（{CAPTIONS[1]}）", ZH[4]]
    body = (
        f'<div class="main"><h1>{TITLE}</h1><div class="meta">2026-03-04 02:25:19 · news.example · 来源: 临江晚报</div>'
        f'<div class="content">{_paragraphs(lines)}</div>'
        f'<div class="rank"><h4>24小时新闻排行榜<a href="/rank/">更多&gt;&gt;</a></h4>{_list(OTHERS, "ol")}</div></div>'
    )
    truth = _truth(
        published="2026-03-03T18:25:19+00:00", original_publisher="临江晚报", is_repost=True, captions=list(CAPTIONS)
    )
    return Shape(
        name="aggregator",
        markup=_page(f"{TITLE}_某某头条网", body),
        truth=truth | {"rankings": [_ranked("24小时新闻排行榜", OTHERS)]},
        encodings=("gb18030",),
    )


def bilingual() -> Shape:
    """English and Chinese paragraphs by turns, an English byline in capitals, a day without time, related below."""
    body = (
        f'<article><div class="article-header"><header><h1>{TITLE}</h1><h2 class="en-title">{TITLE_EN}</h2></header>'
        '<div class="byline-box"><address>MARA ELLISON</address> <time datetime="2026-03-04">2026年3月4日</time>'
        "</div></div>"
        '<section class="article-body">'
        + "".join(f'<div class="article-paragraph">{t}</div>' for pair in zip(EN, ZH, strict=True) for t in pair)
        + f"<figure><img src='/a.jpg'><figcaption>{CAPTIONS[0]}。 (Ida Wren/Harbour Pictures)</figcaption></figure>"
        "</section></article>"
        f'<div class="more"><h3>同类信息</h3>{_list(OTHERS[:5], "ul")}<p><a href="/dual/">查看全部</a></p></div>'
        "<div class='newsletter'><h3>邮件订阅</h3><p>输入您的邮件地址，每周一封。</p></div>"
    )
    truth = _truth(
        title_en=TITLE_EN,
        byline="MARA ELLISON",
        published="2026-03-04",
        languages=["zh-Hans", "en"],
        body_en="\n".join(EN),
        captions=[f"{CAPTIONS[0]}。 (Ida Wren/Harbour Pictures)"],
    )
    return Shape(
        name="bilingual",
        markup=_page(f"{TITLE} | 某某雙語網", body),
        truth=truth,
        url="https://dual.example/mh-1001/",
    )


def reposter() -> Shape:
    """A blog whose title's tail names the station that wrote it."""
    body = (
        f'<article class="post"><h1 class="entry-title">{TITLE} - 法国国际广播电台</h1>'
        '<div class="entry-meta"><time class="published" datetime="2026-03-04T21:15:00+01:00">2026年03月04日 '
        "21:15</time></div>"
        f'<div class="entry-content">{_paragraphs(ZH)}</div></article>'
        f"<aside><h3>近期文章</h3>{_list(OTHERS[:4], 'ul')}</aside>"
    )
    head = '<meta property="og:site_name" content="某某札记">'
    truth = _truth(
        published="2026-03-04T20:15:00+00:00",
        original_publisher="法国国际广播电台",
        publisher_id="rfi",
        is_repost=True,
    )
    return Shape(
        name="reposter",
        markup=_page(f"{TITLE} - 法国国际广播电台 | 某某札记", body, head=head),
        truth=truth,
        url="https://notes.example/2026/03/04/x/",
    )


def portal() -> Shape:
    """A portal of tables with hot list, related reading, editor, sharing and copyright notes."""
    body = (
        "<table><tr><td valign='top'><div>您的位置： <a href='/'>首页</a> &gt; <a href='/gn/'>国内</a> &gt; 正文</div>"
        f"<h1>{TITLE}</h1><div>2026年03月04日 09:30 　来源：<a href='/x/'>临江日报</a>　作者：秦望舒</div>"
        f"<div id='zoom'>{_paragraphs(ZH)}<p align='right'>(责任编辑：汪小禾)</p></div>"
        "<div>分享到：<span>微博</span> <span>微信扫一扫</span></div>"
        f"<div><h3>相关阅读</h3>{_list(OTHERS[:4], 'ul')}</div></td>"
        f"<td valign='top'><h3>热点排行</h3>{_list(OTHERS[2:8], 'ol')}</td></tr></table>"
        "<div>版权声明：凡本网注明“来源：某某网”的稿件，均为本网独家版权所有。</div>"
    )
    truth = _truth(
        published="2026-03-04T01:30:00+00:00", original_publisher="临江日报", byline="秦望舒", is_repost=True
    )
    return Shape(
        name="portal",
        markup=_page(f"{TITLE}_国内新闻_某某网", body),
        truth=truth | {"rankings": [_ranked("热点排行", OTHERS[2:8])]},
        encodings=("gb2312", "gb18030"),
    )


def short() -> Shape:
    """Two sentences between a dateline and a list of links as long as they are."""
    body = (
        f"<article><h1>{TITLE}</h1><div class='meta'>2026-03-04 18:20 来源：临江广播</div><p>{ZH[0]}</p><p>"
        f"{ZH[4]}</p></article>"
        f"<div class='more'><h3>延伸阅读</h3>{_list(OTHERS[:6], 'ul')}</div>"
    )
    truth = _truth(
        body_zh=f"{ZH[0]}\n{ZH[4]}",
        published="2026-03-04T10:20:00+00:00",
        original_publisher="临江广播",
        is_repost=True,
    )
    return Shape(name="short", markup=_page(f"{TITLE}-某某网", body), truth=truth, encodings=("gbk",))


def photo() -> Shape:
    """Pictures with photographer's lines of their own, a reporter with place, an agency's dateline."""
    lines = [
        f"{CAPTIONS[0]}。 秦望舒 摄",
        f"新华社临江3月4日电（记者 秦望舒、陆远）{ZH[0]}",
        *ZH[1:3],
        f"▲{CAPTIONS[1]}（资料图片）",
        *ZH[3:],
    ]
    info = "<div class='info'>时间：2026-03-04 08:05</div>"
    body = f"<div><h2>{TITLE}</h2>{info}<div class='text'>{_paragraphs(lines)}</div></div>"
    truth = _truth(
        body_zh="\n".join((lines[1], *ZH[1:])),
        published="2026-03-04T00:05:00+00:00",
        original_publisher="新华社",
        publisher_id="xinhua",
        is_repost=True,
        byline="秦望舒, 陆远",
        captions=[lines[0], lines[4]],
    )
    return Shape(name="photo", markup=_page(f"{TITLE} - 某某网", body), truth=truth)


def wire() -> Shape:
    """An English paper with an agency's story, a list of what is read most, and structured data."""
    head = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "'
        + TITLE_EN
        + '", "datePublished": "2026-03-04T09:30:00+01:00", "author": {"@type": "Person", "name": "Jo Hale"}}</script>'
    )
    lines = [f"LINJIANG (Reuters) - {EN[0]}", *EN[1:]]
    body = (
        f"<article><h1>{TITLE_EN}</h1><p class='byline'>By Jo Hale</p>{_paragraphs(lines)}</article>"
        f"<aside><h3>Most read</h3>{_list(ENGLISH_OTHERS, 'ol')}</aside>"
    )
    truth = _truth(
        title=TITLE_EN,
        title_en=TITLE_EN,
        body_zh="",
        body_en="\n".join(lines),
        languages=["en"],
        published="2026-03-04T08:30:00+00:00",
        byline="Jo Hale",
        original_publisher="Reuters",
        publisher_id="reuters",
        is_repost=True,
    )
    return Shape(
        name="wire",
        markup=_page(f"{TITLE_EN} | The Example Courier", body, head=head),
        truth=truth | {"rankings": [_ranked("Most read", ENGLISH_OTHERS)]},
        timezone="Europe/London",
        is_chinese=False,
    )


def broadsheet() -> Shape:
    """A paper of its own: reporter and place in one line, captions in figures, further pages."""
    body = (
        f"<main><h1>{TITLE}</h1><section class='meta'><time>2026-03-04 10:50</time> <span>某某日报 记者秦望舒／台"
        "北报导</span></section>"
        f"<section>{_paragraphs(ZH[:2])}<figure><img src='/b.jpg'><figcaption>{CAPTIONS[1]}。图／陆远</figcaption"
        "></figure>"
        f"{_paragraphs(ZH[2:])}</section><div class='pages'><span>1</span> <a href='1001_2.html'>2</a> <a "
        "href='1001_2.html'>下一页</a></div></main>"
    )
    truth = _truth(published="2026-03-04T02:50:00+00:00", byline="秦望舒", captions=[f"{CAPTIONS[1]}。图／陆远"])
    return Shape(
        name="broadsheet",
        markup=_page(f"{TITLE} | 地方 | 某某日报", body),
        truth=truth | {"next_page": "https://news.example/2026/03/04/1001_2.html"},
        timezone="Asia/Taipei",
    )


def plain() -> Shape:
    """An old page without headings: the headline is bold text, paragraphs are line breaks."""
    text = "<br><br>".join(f"　　{line}" for line in ZH)
    body = (
        f"<center><font size='5'><b>{TITLE}</b></font></center><center>2026-03-04 14:00:00</center>"
        f"<div><font size='3'>{text}</font></div><div><a href='/a.html'>上一篇</a> <a href='/b.html'>下一篇</a></div>"
    )
    truth = _truth(published="2026-03-04T06:00:00+00:00")
    return Shape(name="plain", markup=_page(f"{TITLE}-某某网-新闻", body), truth=truth, encodings=("gbk",))


def agency() -> Shape:
    """An agency's own page: a place and its name lead in, advertisements and a list of its pages between paragraphs."""
    lines = [f"LINJIANG (AP) — {EN[0]}", *EN[1:]]
    others = _list(ENGLISH_OTHERS, "ul")
    related = f'<div class="PageListEnhancementGeneric Enhancement"><h3>Related stories</h3>{others}</div>'
    body = (
        f'<div class="Page-content"><h1 class="Page-headline">{TITLE_EN}</h1>'
        '<div class="Page-byline"><div class="Page-authors">By <a href="/author/jo-hale">JO HALE</a></div></div>'
        f'<main><div class="RichTextStoryBody RichTextBody">{_paragraphs(lines[:2])}'
        f'<div class="SovrnAd Advertisement">Advertisement</div>{related}{_paragraphs(lines[2:])}</div></main></div>'
    )
    head = (
        '<script type="application/ld+json">{"@context": "http://schema.org", "@type": "NewsArticle", "headline": "'
        + TITLE_EN
        + '", "datePublished": "2026-03-04T14:30:00Z"}</script>'
    )
    truth = _truth(
        title=TITLE_EN,
        title_en=TITLE_EN,
        body_zh="",
        body_en="\n".join(lines),
        languages=["en"],
        published="2026-03-04T14:30:00+00:00",
        byline="JO HALE",
        original_publisher="AP",
        publisher_id="ap",
        is_repost=True,
    )
    return Shape(
        name="agency",
        markup=_page(f"{TITLE_EN} | Example Agency", body, head=head),
        truth=truth,
        timezone="America/New_York",
        is_chinese=False,
    )


def columns() -> Shape:
    """A paper whose class names are made by a program: an address names the writer, a newsletter cuts the text."""
    letter = "<figure><p>Sign up to the morning letter, free every weekday</p><a href='#after'>skip past</a></figure>"
    body = (
        f'<main><article><div data-gu-name="headline"><h1 class="dcr-1">{TITLE_EN}</h1></div>'
        '<aside data-gu-name="meta"><address><a rel="author" href="/profile/johale">Jo Hale</a></address>'
        "<details><summary>Wed 4 Mar 2026 17.07 CET</summary></details></aside>"
        '<div class="article-body-commercial-selector article-body-viewer-selector dcr-2">'
        f"{_paragraphs(EN[:3])}{letter}{_paragraphs(EN[3:])}</div></article></main>"
        f"<aside><h2>Most viewed</h2>{_list(ENGLISH_OTHERS, 'ol')}</aside>"
    )
    truth = _truth(
        title=TITLE_EN,
        title_en=TITLE_EN,
        body_zh="",
        body_en="\n".join(EN),
        languages=["en"],
        published="2026-03-04T16:07:00+00:00",
        byline="Jo Hale",
    )
    return Shape(
        name="columns",
        markup=_page(
            f"{TITLE_EN} | Culture | The Example",
            body,
            head='<meta property="article:published_time" content="2026-03-04T16:07:00.000Z">',
        ),
        truth=truth | {"rankings": [_ranked("Most viewed", ENGLISH_OTHERS)]},
        timezone="Europe/London",
        is_chinese=False,
    )


def _truth(**facts: Any) -> dict[str, Any]:
    return {
        "title": TITLE,
        "title_en": "",
        "body_zh": "\n".join(ZH),
        "body_en": "",
        "languages": ["zh-Hans"],
        "published": "",
        "byline": "",
        "original_publisher": "",
        "publisher_id": "",
        "is_repost": False,
        "captions": [],
        "rankings": [],
        "next_page": "",
    } | facts


def _ranked(heading: str, titles: tuple[str, ...]) -> dict[str, Any]:
    return {"heading": heading, "titles": list(titles)}


def _page(title: str, body: str, *, head: str = "") -> str:
    return (
        f'<!doctype html>\n<html><head><meta charset="utf-8"><title>{title}</title>{head}</head>\n<body>'
        '<header><a href="/">首页</a> <a href="/gn/">国内</a> <a href="/sh/">社会</a> <a href="/ty/">体育</a>'
        "</header>\n"
        f"{body}\n<footer>版权所有 未经授权不得转载</footer></body></html>\n"
    )


def _paragraphs(lines: Any) -> str:
    return "\n".join(f"<p>{line}</p>" for line in lines)


def _list(titles: tuple[str, ...], tag: str) -> str:
    items = "".join(f'<li><a href="/2026/03/03/{n}.html">{title}</a></li>' for n, title in enumerate(titles, start=1))
    return f"<{tag}>{items}</{tag}>"
