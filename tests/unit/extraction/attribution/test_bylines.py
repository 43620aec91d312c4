from __future__ import annotations

import pytest

from tests.support.articles import ENGLISH, PARAGRAPHS, article_of, html, paragraphs


def ld(author: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": {author}}}</script>'


def test_a_declared_person_is_the_byline() -> None:
    people = '[{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Chan"}]'
    assert article_of(html(head=ld(people))).byline == "Ann Lee, Bo Chan"


def test_a_declared_organisation_is_nobody() -> None:
    assert article_of(html(head=ld('{"@type": "Organization", "name": "某某通讯社"}'))).byline == ""


def test_an_organisation_is_nobody_whatever_it_is_called() -> None:
    assert article_of(html(head=ld('{"@type": "Organization", "name": "Harbour Lane"}'))).byline == ""
    assert article_of(html(head=ld('{"@type": "Person", "name": "Harbour Lane"}'))).byline == "Harbour Lane"


@pytest.mark.parametrize(
    "top",
    [
        "<span class='author-name'>Ann Lee</span>",
        "<div class='writer'>Ann Lee</div>",
        "<div class='blogger'>Ann Lee</div>",
        "<p class='by'>Ann Lee</p>",
        "<a href='/author/17'>Ann Lee</a>",
        "<a href='/reporter/17'>Ann Lee</a>",
        "<p>ANN SUK-LEE</p><p>March 4, 2026</p>",
    ],
)
def test_the_marks_by_which_sites_name_an_author(top: str) -> None:
    found = article_of(html(title="Northern reservoir is full", top=top, body=paragraphs(*ENGLISH))).byline
    assert found in ("Ann Lee", "ANN SUK-LEE")


def test_a_label_of_a_card_for_sharing_says_who_wrote() -> None:
    cards = '<meta name="twitter:{0}1" content="{1}"><meta name="twitter:data1" content="Ann Lee">'
    assert article_of(html(head=cards.format("label", "Written by"))).byline == "Ann Lee"
    assert article_of(html(head=cards.format("label", "Reading time"))).byline == ""


def test_the_site_itself_is_nobody() -> None:
    assert (
        article_of(
            html(head='<meta property="og:site_name" content="Daily Post"><meta name="author" content="Daily Post">')
        ).byline
        == ""
    )


@pytest.mark.parametrize(
    "top",
    [
        "<div>2026-03-04 08:00 来源：某某网 作者：秦望舒</div>",
        "<div class='byline'>文／秦望舒</div>",
        "<p>某某社北京3月4日电（记者 秦望舒）</p>",
        "<div>记者秦望舒／台北报导</div>",
    ],
)
def test_a_name_printed_near_the_headline(top: str) -> None:
    assert article_of(html(top=top)).byline == "秦望舒"


def test_who_is_quoted_is_not_the_author() -> None:
    assert article_of(html(top="<p>住在下游的农民告诉记者，今年的水来得早。</p>")).byline == ""


@pytest.mark.parametrize(
    "top",
    [
        "<p>記者秦望舒／台北報導</p>",
        "<p>秦望舒／綜合報導</p>",
        "<p>台北／記者秦望舒</p>",
        "<p>【某某網記者秦望舒/台中報導】</p>",
        "<p>【秦望舒記者 台南報導】縣府說明，工程下月開始。</p>",
        "<p>（某某社特派記者秦望舒渥太華6日電）縣府說明，工程下月開始。</p>",
        "<p>某某社某地10月7日电（记者秦望舒）县府说明，工程下月开始。</p>",
        "<p>某某娱乐10月7日报道 (文/秦望舒)县府说明，工程下月开始。</p>",
        "<p>文、圖／秦望舒</p>",
        "<p>採訪·撰文=秦望舒</p>",
        "<p><strong>秦望舒</strong><strong>/</strong><strong>作家</strong></p>",
        "<div>秦望舒/某某日报</div>",
        "<ul><li>特約記者&nbsp;秦望舒</li><li>綜合報導</li></ul>",
        "<div class='reporter-box'><a href='/author/26'>秦望舒</a><span> / 綜合報導</span></div>",
        "<div class='author-caption'><h2><span>秦望舒</span><small>某某大學資訊工程學系教授</small></h2></div>",
    ],
)
def test_a_chinese_credit_below_the_headline(top: str) -> None:
    assert article_of(html(top=top)).byline == "秦望舒"


@pytest.mark.parametrize(
    "top",
    [
        "<p>2026-03-04 08:00 秦望舒</p>",
        "<p>秦望舒 | 2026-03-04 08:00</p>",
        "<p>2026-03-04 08:00 某某日报 秦望舒</p>",
        "<p>2026-03-04 08:00</p><p>秦望舒 某某日报</p>",
    ],
)
def test_a_name_alone_beside_the_date_or_its_outlet(top: str) -> None:
    assert article_of(html(top=top)).byline == "秦望舒"


@pytest.mark.parametrize("words", ["石堰镇", "安哥拉", "马上评", "本地 新闻", "某某日报"])
def test_a_place_a_column_or_an_outlet_beside_the_date_is_nobody(words: str) -> None:
    assert article_of(html(top=f"<p>2026-03-04 08:00 {words}</p>")).byline == ""


@pytest.mark.parametrize(
    "top",
    [
        "<p>编辑秦望舒／综合报道</p>",
        "<p>攝影記者秦望舒／台北報導</p>",
        "<p>圖／記者秦望舒</p>",
        "<p>文／臺北市</p>",
        "<p>文／某某週刊</p>",
        "<p>生活中心／綜合報導</p>",
        "<p>引述某某社某地10月7日电（记者秦望舒）的消息。</p>",
        "<p>受訪者提到［記者/秦望舒/大村報導］，此事尚待查證。</p>",
        "<figure><img src='/i.jpg'><figcaption>比賽現場。（特派記者秦望舒／攝影）</figcaption></figure>",
    ],
)
def test_editors_photographers_places_and_desks_are_not_the_author(top: str) -> None:
    assert article_of(html(top=top)).byline == ""


def test_the_printed_reporter_comes_before_a_declared_account() -> None:
    assert (
        article_of(html(head=ld('{"@type": "Person", "name": "网站管理员"}'), top="<p>记者秦望舒／台北报道</p>")).byline
        == "秦望舒"
    )
    assert article_of(html(head=ld('"沈知微"'), top="<p>记者秦望舒／台北报道</p>")).byline == "秦望舒"


def test_who_is_printed_as_editor_is_not_the_author_although_declared() -> None:
    page = html(head='<meta name="author" content="秦望舒">', top="<p>作者：某某温度计｜责任编辑：秦望舒</p>")
    assert article_of(page).byline == ""


def test_all_declared_authors_are_named() -> None:
    head = '<meta name="author" content="秦望舒"><meta name="author" content="沈知微">'
    found = article_of(html(head=head))
    assert (found.authors, found.byline) == (("秦望舒", "沈知微"), "秦望舒, 沈知微")


def test_a_translator_beside_the_author_is_named_too() -> None:
    top = "<div><span class='byline'>By Ann Lee</span><span class='byline'>Translated by Bo Chan</span></div>"
    assert article_of(html(head='<meta name="author" content="Ann Lee">', top=top)).byline == "Ann Lee, Bo Chan"


@pytest.mark.parametrize(
    "end",
    [
        "<p>记者：秦望舒</p>",
        "<p>文字记者：秦望舒</p><p>海报设计：沈知微</p>",
        "<p>（秦望舒 上海报道）</p>",
        "<p>作者：秦望舒</p>",
    ],
)
def test_a_credit_at_the_end_of_the_text(end: str) -> None:
    assert article_of(html(bottom=end)).byline == "秦望舒"


def test_the_author_of_a_book_at_the_end_is_not_that_of_the_article() -> None:
    assert article_of(html(bottom="<p>书名：某某史<br>作者：秦望舒<br>出版社：某某出版中心</p>")).byline == ""


def test_the_credit_of_the_next_article_on_the_page_is_not_its_own() -> None:
    assert article_of(html(bottom="<article><p>【某某时报／秦望舒报道】另一则新闻。</p></article>")).byline == ""


@pytest.mark.parametrize(
    ("ending", "byline"),
    [
        ("工程下月开始。记者秦望舒", "秦望舒"),
        ("工程下月开始。本报记者 秦望舒 俞北", "秦望舒, 俞北"),
        ("工程下月开始。(青禾/编译)", "青禾"),
        ("工程下月开始。某某日报记者 秦望舒", "秦望舒"),
        ("两侧的路灯和护栏也都装好了，工程下月开始。记者注意到", ""),
    ],
)
def test_who_signs_behind_the_last_sentence(ending: str, byline: str) -> None:
    markup = html(bottom=f"<p>县府说明，路面已经铺好，{ending}</p>")
    assert article_of(markup).byline == byline


def test_the_name_in_the_address_is_nobody() -> None:
    markup = html(head='<meta name="author" content="Har.bour">')
    assert article_of(markup, url="https://www.har.bour/2026/1.html").byline == ""
    assert article_of(markup, url="https://news.example/2026/1.html").byline == "Har.bour"


def test_elements_that_meet_without_a_blank_are_two_words() -> None:
    top = "<div class='author'><span>Ann Lee</span><time>March 4, 2026</time></div>"
    assert article_of(html(title="Northern reservoir is full", top=top, body=paragraphs(*ENGLISH))).byline == "Ann Lee"


@pytest.mark.parametrize("name", ["dable:author", "mediator_author", "og:article:author", "citation_author"])
def test_metas_whose_names_end_in_author(name: str) -> None:
    assert article_of(html(head=f'<meta name="{name}" content="秦望舒">')).byline == "秦望舒"
    for other in ("book", "theme", "quote"):
        assert article_of(html(head=f'<meta name="{other}:{name}" content="秦望舒">')).byline == ""


@pytest.mark.parametrize(
    "author",
    [
        '{"@id": "#p1"}',
        '[{"@id": "#p1"}]',
        '{"@type": "Person", "name": {"@value": "秦望舒"}}',
        '"", "creator": ["秦望舒"]',
    ],
)
def test_the_shapes_of_a_declared_author(author: str) -> None:
    person = '<script type="application/ld+json">{"@type": "Person", "@id": "#p1", "name": "秦望舒"}</script>'
    assert article_of(html(head=ld(author) + person)).byline == "秦望舒"


def test_a_declared_author_that_refers_to_an_organisation_is_nobody() -> None:
    paper = '<script type="application/ld+json">{"@type": "Organization", "@id": "#o", "name": "Harbour Lane"}</script>'
    assert article_of(html(head=ld('{"@id": "#o"}') + paper)).byline == ""


def test_a_name_that_only_a_meta_in_the_markup_has() -> None:
    top = "<div itemprop='author' itemscope><meta itemprop='name' content='秦望舒'></div>"
    assert article_of(html(top=top)).byline == "秦望舒"


@pytest.mark.parametrize(
    "bottom",
    [
        "<ol><li><div class='comment-author vcard'><cite class='fn'>秦望舒</cite></div><p>写得很好。</p></li></ol>",
        "<div class='related'><a href='/n/2'>另一则新闻的标题在这里</a><span class='author'>秦望舒</span></div>",
        "<aside><h3>专栏</h3><ul><li><a href='/author/5'>秦望舒</a></li></ul></aside>",
    ],
)
def test_who_wrote_comments_and_other_articles_is_not_the_author(bottom: str) -> None:
    assert article_of(html(bottom=bottom)).byline == ""


@pytest.mark.parametrize(
    "end",
    [
        "<p>（本文作者秦望舒为某某大学教授）</p>",
        "<p>※作者秦望舒係某某大學副教授。本文為作者個人意見。</p>",
        "<p>（譯者：秦望舒/核稿：沈知微）1150302</p>",
    ],
)
def test_what_is_said_of_the_author_below_the_text(end: str) -> None:
    assert article_of(html(bottom=end)).byline == "秦望舒"


@pytest.mark.parametrize("end", ["作者曾经是一名记者，后来种了水稻。", "《水》作者：林晓舟 译者：秦望舒"])
def test_what_is_said_of_another_author_below_the_text(end: str) -> None:
    assert article_of(html(bottom=f"<p>{end}</p>")).byline == ""


def test_a_long_english_credit_below_the_text() -> None:
    end = "<p>Reported by Ann Lee for the Mandarin desk of RFA. Translated by Bo Chan. Edited by Cy Wu and Di Ross.</p>"
    page = html(title="Northern reservoir is full", body=paragraphs(*ENGLISH), bottom=end)
    assert article_of(page).byline == "Ann Lee, Bo Chan"


def test_a_name_alone_in_brackets_behind_a_dateline() -> None:
    assert article_of(html(top="<p>某某网某地10月7日电 （秦望舒）县府说明，工程下月开始。</p>")).byline == "秦望舒"
    for words in ("国际观察", "马拉松", "高考季", "黄金周", "高桥古镇"):
        assert article_of(html(top=f"<p>某某网某地10月7日电 （{words}）县府说明，工程下月开始。</p>")).byline == ""


def test_a_line_break_before_an_element_parts_two_credits() -> None:
    top = "<p><span>作者：秦望舒</span><br><span>职称，某某中文记者</span><br><span>某地</span></p>"
    assert article_of(html(top=top)).byline == "秦望舒"


def test_an_agency_credit_in_brackets_below_the_text() -> None:
    end = "<p>(Reporting by Ann Lee and Bo Chan in Northbridge; Editing by Cy Wu)</p>"
    page = html(title="Northern reservoir is full", body=paragraphs(*ENGLISH), bottom=end)
    assert article_of(page).byline == "Ann Lee, Bo Chan"


@pytest.mark.parametrize(
    "top",
    [
        "<table><tr><td>作者</td><td>秦望舒</td></tr><tr><td>日期</td><td>2026-03-04</td></tr></table>",
        "<dl><dt>记者：</dt><dd>秦望舒</dd><dt>来源</dt><dd>某某日报</dd></dl>",
        "<em id='author'>秦望舒</em>",
    ],
)
def test_a_label_and_a_name_in_places_of_their_own(top: str) -> None:
    assert article_of(html(top=top)).byline == "秦望舒"


def test_a_section_about_the_author_is_no_name() -> None:
    top = "<section id='author'><p>Advice by Jan, keeping fish since 1995</p></section>"
    assert article_of(html(title="Northern reservoir is full", top=top, body=paragraphs(*ENGLISH))).byline == ""


@pytest.mark.parametrize(
    "cells",
    [
        ("作者", "本报编辑部"),
        ("记者", "会议室"),
        ("作者", "更多"),
        ("编者", "秦望舒"),
        ("作者：", "高考"),
        ("记者", "马上评"),
    ],
)
def test_a_label_beside_what_is_no_name(cells: tuple[str, str]) -> None:
    top = f"<table><tr><td>{cells[0]}</td><td>{cells[1]}</td></tr></table>"
    assert article_of(html(top=top)).byline == ""


def test_a_declared_name_in_character_references() -> None:
    declared = '{"@type": "NewsArticle", "author": {"@type": "Person", "name": "&#31206;&#26395;&#33298;"}}'
    head = f"<script type='application/ld+json'>{declared}</script>"
    assert article_of(html(head=head)).byline == "秦望舒"


@pytest.mark.parametrize("name", ["right-sidebar", "rel", "hot"])
def test_the_class_of_what_holds_the_article_hides_no_author(name: str) -> None:
    author, text = "<p class='byline'>秦望舒</p>", f"<article>{paragraphs(*PARAGRAPHS)}</article>"
    whole = f"<html><head><title>水库</title></head><body class='{name}'><div>{author}{text}</div></body></html>"
    around = f"<html><head><title>水库</title></head><body><div class='{name}'>{author}{text}</div></body></html>"
    assert [article_of(page).byline for page in (whole, around)] == ["秦望舒"] * 2
    cards = f"<article><a href='/n/2'>另一则新闻的标题在这里</a>{author}</article>" * 2
    one = f"<article><h3>另一则新闻的标题在这里</h3>{author}</article>"
    for other in (f"<p><a href='/n/2'>另一则新闻的标题在这里</a></p>{author}", cards, one):
        assert article_of(html(bottom=f"<div class='{name}'>{other}</div>")).byline == ""


@pytest.mark.parametrize(
    "place",
    [
        "<p>Von Ute Land</p>",
        "<p class='autorenzeile'>Ute Land</p>",
        "<div class='auteur'>Ute Land</div>",
        "<aside class='post-author'>Ute Land</aside>",
        "<a href='/autoren/17'>Ute Land</a>",
        '<div class="field--name-field-authors"><p>Authors: Ute Land</p></div>',
    ],
)
def test_the_marks_of_other_languages(place: str) -> None:
    page = html(title="Northern reservoir is full", top=place, body=paragraphs(*ENGLISH))
    assert article_of(page).byline == "Ute Land"


def test_a_label_of_other_languages_in_a_card() -> None:
    head = '<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Ute Land">'
    page = html(title="Northern reservoir is full", head=head, body=paragraphs(*ENGLISH))
    assert article_of(page).byline == "Ute Land"


def test_a_credit_in_other_languages_below_the_text() -> None:
    page = html(title="Northern reservoir is full", body=paragraphs(*ENGLISH), bottom="<p><em>Von Ute Land</em></p>")
    assert article_of(page).byline == "Ute Land"


@pytest.mark.parametrize("line", ["Von Anfang an", "Von Siegern und Verlierern", "By Harrow", "By Harrow and Bay"])
def test_a_line_that_begins_like_a_credit_names_nobody(line: str) -> None:
    page = html(title="Northern reservoir is full", top=f"<p>{line}</p>", body=paragraphs(*ENGLISH))
    assert article_of(page).byline == ""


@pytest.mark.parametrize(
    ("name", "url", "head"),
    [
        ("Bahía Nueva", "https://bahianueva.example/a/1", ""),
        ("Harbour Lane", "https://www.harbour-lane.example.co/a/1", ""),
        ("Harbour Lane", "https://h.example/a", '<meta name="application-name" content="Harbour Lane">'),
    ],
)
def test_the_site_is_nobody_whatever_it_declares(name: str, url: str, head: str) -> None:
    page = html(title="Northern reservoir is full", head=head + ld(f'"{name}"'), body=paragraphs(*ENGLISH))
    assert article_of(page, url=url).byline == ""


@pytest.mark.parametrize(
    ("kind", "byline"), [('"Organization"', ""), ('["Person", "Organization"]', "Ann Lee"), ('"Person"', "Ann Lee")]
)
def test_a_publisher_is_nobody_unless_the_pages_are_somebodys_own(kind: str, byline: str) -> None:
    publisher = f'"Ann Lee", "publisher": {{"@type": {kind}, "name": "Ann Lee"}}'
    page = html(title="Northern reservoir is full", head=ld(publisher), body=paragraphs(*ENGLISH))
    assert article_of(page).byline == byline


def test_a_host_of_peoples_own_pages_begins_with_their_name() -> None:
    page = html(title="Northern reservoir is full", head=ld('"Ann Lee"'), body=paragraphs(*ENGLISH))
    assert article_of(page, url="https://annlee.substack.com/p/reservoir").byline == "Ann Lee"


def test_the_licence_of_a_picture_is_nobodys_byline() -> None:
    top = "<a class='license-author'>Lord Bay</a>"
    page = html(title="Northern reservoir is full", top=top, body=paragraphs(*ENGLISH))
    assert article_of(page).byline == ""
