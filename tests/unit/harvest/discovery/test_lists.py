from __future__ import annotations

import pytest

from mediawatch.harvest.discovery import Findings, read_announcement
from tests.support.announcing import a_source, an_announcement, an_answer

LIST = "https://www.paper.example/world/"


def read(body: bytes | str, *, pattern: str | None = None, content_type: str = "text/html") -> Findings:
    announcement = an_announcement("list_page", LIST, link_pattern=pattern)
    return read_announcement(announcement, an_answer(body, LIST, content_type=content_type), a_source())


def urls(found: Findings) -> list[str]:
    return [item.url.removeprefix("https://www.paper.example") for item in found.items]


PAGE = """
<html><head><title>World</title></head><body class="page">
<nav><a href="/2025/04/29/navigation-link-that-looks-like-news/">A link of the navigation, long enough</a></nav>
<ul class="main-menu"><li><a href="/2025/04/29/menu">一个看起来像新闻标题的菜单链接</a></li></ul>
<div class="list">
 <a href="/2025/04/29/tariffs-rise-again/"><img src="x.jpg" alt="A port"></a>
 <h2><a href="/2025/04/29/tariffs-rise-again/#top">Tariffs rise again after talks fail</a></h2>
 <a href="show.php?id=4711">两国领导人就关税问题举行会谈</a>
 <a href="/n/874512.html">央行宣布下调存款准备金率</a>
 <a href="/a-very-long-slug-about-the-budget">The budget passes after a night of debate in parliament</a>
 <a href="/n/874513.html">更多</a>
 <a href="/tag/20250429/">一个标签页面的名字也可以很长</a>
 <a href="/2025/04/29/chart.pdf">The whole report as a document to read at home</a>
 <a href="https://www.other.example/2025/04/29/elsewhere">An article of somebody else, not of this paper</a>
 <a href="javascript:void(0)">一个脚本而不是一个地址的链接</a>
 <a href="mailto:desk@paper.example">写信给编辑部的同事们请点这里</a>
 <a href="https://[broken/2025/04/29/x">An address that nobody can read at all, really</a>
 <a href="/">The front page of our paper for all readers</a>
</div>
<footer><a href="/2025/04/29/imprint-and-more">Who we are and how to reach the desk</a></footer></body></html>
"""


def test_headlines_are_told_from_navigation() -> None:
    found = read(PAGE)
    assert urls(found) == [
        "/2025/04/29/tariffs-rise-again/",
        "/world/show.php?id=4711",
        "/n/874512.html",
        "/a-very-long-slug-about-the-budget",
    ]
    assert found.items[0].title == "Tariffs rise again after talks fail"
    assert found.items[0].announced_at is None
    assert found.items[0].discovered_by == f"list_page {LIST}"
    assert found.problem == ""


def test_a_pattern_decides_alone() -> None:
    assert urls(read(PAGE, pattern=r"/n/\d+\.html$")) == ["/n/874512.html", "/n/874513.html"]
    assert urls(read(PAGE, pattern=r"other\.example")) == ["https://www.other.example/2025/04/29/elsewhere"]
    assert "/2025/04/29/navigation-link-that-looks-like-news/" in urls(read(PAGE, pattern=r"/2025/"))


def test_the_base_element_is_honoured() -> None:
    page = '<base href="/zh/"><a href="874512.html">央行宣布下调存款准备金率</a>'
    assert urls(read(page)) == ["/zh/874512.html"]
    broken = '<base href="http://[x"><a href="874512.html">央行宣布下调存款准备金率</a>'
    assert urls(read(broken)) == ["/world/874512.html"]


@pytest.mark.parametrize(
    ("encoding", "meta", "header"),
    [
        ("gb18030", '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "text/html"),
        ("gb18030", "", "text/html; charset=GBK"),
        ("gb18030", "", ""),
        ("utf-8", "", ""),
        ("utf-8", '<meta charset="nonsense">', "text/html; charset=undefined"),
        ("utf-16", "", "text/html"),
    ],
)
def test_titles_in_the_encodings_of_old_sites(encoding: str, meta: str, header: str) -> None:
    page = f'<html><head>{meta}</head><body><a href="/n/874512.html">央行宣布下调存款准备金率</a></body></html>'
    (item,) = read(page.encode(encoding), content_type=header).items
    assert item.title == "央行宣布下调存款准备金率"


def test_traditional_pages_in_big5() -> None:
    page = '<a href="/n/874512.html">臺灣證券交易所今日開紅盤</a>'.encode("big5")
    assert read(page, content_type="text/html; charset=Big5").items[0].title == "臺灣證券交易所今日開紅盤"


def test_a_title_attribute_or_picture_text_serves_where_there_are_no_words() -> None:
    page = (
        '<a href="/n/874512.html" title="央行宣布下调存款准备金率"><img></a>'
        '<a href="/n/874513.html"><img alt="两国领导人就关税举行会谈"></a>'
    )
    assert [item.title for item in read(page).items] == ["央行宣布下调存款准备金率", "两国领导人就关税举行会谈"]


@pytest.mark.parametrize("body", ["<p>Nothing here</p>", "\0\0", "<!-- -->", "<?xml version='1.0'?>"])
def test_a_page_without_articles_says_so(body: str) -> None:
    found = read(body)
    assert found.items == ()
    assert found.problem in {"no link that looks like an article", "not a page"}


SCRIPTED = """
<ul><li><a href="javascript:void(0)" onclick="location.href='/2025/04/29/1.html'">渔业合作社试行夜间捕捞限额</a></li>
<li data-href="/2025/04/29/2.html"><b>旧石桥加固工程完工通车</b></li>
<li><a data-url="/2025/04/29/3.html">图书馆换新馆长并延长开放</a></li>
<li><a href="#" onclick="open_it(4)">点击以后才算出来的地址</a></li>
<li><a href="/2025/04/29/5.html" onclick="track('/2025/04/29/6.html')">有地址的链接不看它的脚本</a></li></ul>
"""


def test_addresses_that_a_click_leads_to_are_links() -> None:
    assert urls(read(SCRIPTED)) == [f"/2025/04/29/{n}.html" for n in (1, 2, 3, 5)]


@pytest.mark.parametrize(
    "path",
    [
        "/zhongwen/articles/c4g8x0p1jx0o/trad",
        "/zhongwen/articles/cx2vl9nq7p4o",
        "/news/2026A04W0372",
        "/%E7%A4%BE%E6%9C%83/60301235/%E8%88%8A%E6%A9%8B",
        "/show.php?new_sn=77",
        "/view?whatever=123456",
    ],
)
def test_numbers_of_articles_in_other_places(path: str) -> None:
    assert urls(read(f'<a href="{path}">两国领导人就关税问题举行会谈</a>')) == [path]


@pytest.mark.parametrize("path", ["/special/olympics2024", "/covid19news", "/list?page=123456", "/world/europe"])
def test_words_with_a_year_and_numbers_of_pages_are_none(path: str) -> None:
    assert urls(read(f'<a href="{path}">两国领导人就关税问题举行会谈</a>')) == []


def test_a_fragment_that_is_an_address_is_kept() -> None:
    body = '<a href="/2025/04/29/#/detail/8891">渔业合作社试行夜间捕捞限额</a>'

    assert urls(read(body)) == ["/2025/04/29/#/detail/8891"]


@pytest.mark.parametrize(
    "card",
    [
        '<a href="/n/89425"><p>2025/04/29 15:45</p><h3>{}</h3><p>这是内文摘要不可当成标题</p></a>',
        '<a href="/n/89425"><time>04-29</time><figcaption>{}</figcaption><p>这是内文摘要不可当成标题</p></a>',
        '<a href="/n/89425">2025-04-29 15:45 {}</a>',
        '<a href="/n/89425">·{}</a>',
        '<a href="/n/89425"><em>3小时前</em> {}</a>',
        '<a href="/n/89425">{} <em>刚刚</em></a>',
        '<a href="/n/89425">{} 2025.04.29 15:00</a>',
        '<article><a href="/n/89425"><span></span></a><time>04-29</time><div class="title"><p>{}</p></div></article>',
    ],
)
def test_the_title_of_a_card_is_its_headline_alone(card: str) -> None:
    [item] = read(card.format("两国领导人就关税问题举行会谈")).items

    assert (item.url, item.title) == ("https://www.paper.example/n/89425", "两国领导人就关税问题举行会谈")


@pytest.mark.parametrize(
    "links",
    [
        "<dt><a href='{1}'>{0}</a></dt><dd><a href='{1}'>摘要说明两国领导人会谈的背景和双方此前的分歧。</a></dd>",
        "<a href='{1}'><img alt='会谈现场两国国旗并列会场外聚集了许多记者'></a><a href='{1}'>{0}</a>",
        "<a href='{1}'>会谈背景和双方此前的分歧在此说明。</a><h3><a href='{1}'>{0}</a></h3>",
        "<a href='{1}'>两国领导人就关税问…</a><a href='{1}'>{0}</a>",
        "<a href='{1}' title='{0}'><img></a><a href='{1}'>两国领导人就关税问题…</a>",
        "<a href='{1}'>阅读更多</a><a href='{1}'>{0}</a>",
        "<a href='{1}'>2 hours ago · 5 min read</a><a href='{1}'>{0}</a>",
        "<a href='{1}'>1,204 comments · 3 days ago</a><a href='{1}'>{0}</a>",
        "<a href='{1}'>两国领导人就<em>关税</em>问题举行会谈</a>",
        "<a href='{1}'><b>两国</b>领导人就关税问题举行会谈</a>",
        "<a href='{1}'><em>1</em>{0}</a>",
        "<a href='{1}'><svg><title>arrow</title></svg>{0}</a>",
    ],
)
def test_the_title_among_several_links_to_one_page(links: str) -> None:
    title = "两国领导人就关税问题举行会谈"
    [item] = read(f"<div>{links.format(title, '/n/89425')}</div>").items
    assert item.title == title


FLIGHT = r"""<div id="root"></div><script>self.__next_f.push([1,"a:[\"$\",\"a\",null,{\"href\":\"/news/12345\",
\"children\":\"x\"}] {\"href\":\"\/n\/67890\",\"title\":\"央行宣布下调存款准备金率\"} {\"url\":\"/about\"}
{\"url\":\"https://other.example/n/99999\"}"])</script>"""


def test_a_page_drawn_by_scripts_announces_what_its_data_names() -> None:
    found = read(FLIGHT)

    assert urls(found) == ["/news/12345", "/n/67890"]
    assert found.items[1].title == "央行宣布下调存款准备金率"


HEADLINE = "渔业合作社试行夜间捕捞限额"


@pytest.mark.parametrize(
    "card",
    [
        f"<a href='/n/874512.html' title='{HEADLINE}'>渔业合作社试…</a>",
        f"<a href='/n/874512.html' aria-label='{HEADLINE}'></a>",
        f"<div><h3>{HEADLINE}</h3><p>摘要</p><a href='/n/874512.html'>阅读全文 &gt;</a></div>",
        f"<a href='/n/874512.html'><span>1</span>{HEADLINE}</a>",
        f"<a href='javascript:void(0)' onclick=\"show('/n/874512.html')\">{HEADLINE}</a>",
        f"<a href='\\n\\874512.html'>{HEADLINE}</a>",
        f"<a href='https:\\\\www.paper.example\\n\\874512.html'>{HEADLINE}</a>",
        f"<a href='/jump?url=https%3A%2F%2Fwww.paper.example%2Fn%2F874512.html'>{HEADLINE}</a>",
        f"<a href='/go.php?https://www.paper.example/n/874512.html'>{HEADLINE}</a>",
        f"<script>var list = [{{title: '{HEADLINE}', url: '/n/874512.html'}}];</script>",
        f'<script>{{"list": [{{"headline": "{HEADLINE}", "path": "/n/874512.html"}}]}}</script>',
        '<script>x = "[{\\"title\\":\\"'
        + HEADLINE
        + '\\",\\"url\\":\\"https:\\\\/\\\\/www.paper.example\\\\/n\\\\/874512.html\\"}]"</script>',
    ],
)
def test_headlines_and_addresses_of_cards_and_scripts(card: str) -> None:
    found = read(f"<html><body><p>今日要闻</p>{card}</body></html>")
    assert [(item.url, item.title) for item in found.items] == [("https://www.paper.example/n/874512.html", HEADLINE)]


@pytest.mark.parametrize(
    "path",
    [
        "/#/detail/8891",
        f"/news/{HEADLINE}",
        "/%E6%BC%81%E6%9C%83%E8%A9%A6%E8%A1%8C%E5%A4%9C%E9%96%93%E6%8D%95%E6%92%88",
    ],
)
def test_addresses_with_a_route_or_a_headline_in_them(path: str) -> None:
    assert len(read(f"<html><body><a href='{path}'>{HEADLINE}</a></body></html>").items) == 1


@pytest.mark.parametrize("path", ["/terms-and-conditions-of-use", "/privacy-policy-and-cookies-notice"])
def test_the_rules_of_a_site_are_no_articles(path: str) -> None:
    assert read(f"<html><body><a href='{path}'>What you may do with all of our pages</a></body></html>").items == ()


def test_a_page_of_frames_leads_to_them() -> None:
    frames = "<frame src='/list.html'><frame src='https://ads.example/1'><frame src='/world/'>"
    found = read(f"<html><frameset>{frames}</frameset></html>")
    assert [each.url for each in found.follow] == ["https://www.paper.example/list.html"]


OTHER = "旧石桥加固工程完工恢复通车"


@pytest.mark.parametrize(
    "card",
    [
        "<div><div><h3>{0}</h3><p>摘要</p></div><div><a href='{1}'>阅读更多</a></div></div>",
        "<li><h3>{0}</h3><p>摘要文字。<a href='{1}'>[详情]</a></p></li>",
        "<table><tr><td class='title'>{0}</td><td><a href='{1}'>查看</a></td></tr></table>",
        "<div><h3>{0}</h3><a href='/tag/1'>地方</a><a href='{1}#comments'>3 条评论</a><a href='{1}'>更多</a></div>",
        "<div><h3>{0}</h3><a href='{1}'><span>阅读</span><span>更多</span></a></div>",
        "<div><div><h3>{0}</h3></div><div><a href='{1}'></a></div></div>",
        "<h3>{0}</h3><p>摘要</p><a href='{1}'>阅读更多</a>",
        "<a href='{1}'><img></a><h3>{0}</h3>",
        "<a href=\"javascript:window.open('{1}')\">{0}</a>",
    ],
)
def test_cards_whose_link_has_no_words_of_its_own(card: str) -> None:
    cards = card.format(HEADLINE, "/n/874512.html") + card.format(OTHER, "/n/874513.html")
    found = read(f"<html><body><div>{cards}</div></body></html>")
    assert [(item.url[-11:], item.title) for item in found.items] == [("874512.html", HEADLINE), ("874513.html", OTHER)]


@pytest.mark.parametrize(
    "block",
    [
        # Whose headline it is nobody can tell.
        f"<h3>{HEADLINE}</h3><h3>{OTHER}</h3><a href='/n/874512.html'>更多</a><a href='/n/874513.html'>更多</a>",
        # The heading of a section, whose articles are announced beside it.
        f"<h2>{HEADLINE}</h2><p><a href='/n/874512.html'>更多</a></p><p><a href='/n/874513.html'>更多</a></p>",
        # The headline of another article.
        f"<h3><a href='/tag/1'>{HEADLINE}</a></h3><p><a href='/n/874512.html'>更多</a></p>",
        "<p>没有标题的一段文字，后面只有一个链接。</p><a href='/n/874512.html'>查看</a>",
        '<a href="javascript:open_it(874512)">点击以后才算出来的地址是没有的</a>',
    ],
)
def test_links_without_words_take_no_headline_of_others(block: str) -> None:
    assert urls(read(f"<html><body><div>{block}</div></body></html>")) == []


@pytest.mark.parametrize("slashes", ["\\", "\\\\"])
def test_titles_of_scripts_with_escaped_characters(slashes: str) -> None:
    escaped = "".join(f"{slashes}u{ord(character):04x}" for character in HEADLINE) + f"{slashes}ud842{slashes}udfb7"
    found = read(f'<html><body><script>x = {{"title":"{escaped}","url":"/n/874512.html"}}</script></body></html>')
    assert [item.title for item in found.items] == [f"{HEADLINE}𠮷"]


@pytest.mark.parametrize("written", ["渔业合作社 u6e14 试行", "100% user 渔业合作社", "渔业 U.S. 合作社"])
def test_titles_of_scripts_without_escapes_stay_as_they_are(written: str) -> None:
    found = read(f'<html><body><script>x = {{"title":"{written}","url":"/n/874512.html"}}</script></body></html>')
    assert [item.title for item in found.items] == [written]
