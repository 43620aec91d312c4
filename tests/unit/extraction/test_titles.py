from __future__ import annotations

import pytest

from tests.support.articles import ENGLISH, PARAGRAPHS, article_of, html, paragraphs


def markup(page_title: str, headings: str = "", head: str = "", body: str = "") -> str:
    body = body or paragraphs(*PARAGRAPHS)
    return f"<html><head><title>{page_title}</title>{head}</head><body><div>{headings}{body}</div></body></html>"


@pytest.mark.parametrize(
    ("page_title", "headings", "title"),
    [
        ("城北水库水量充足 - 某某日报", "<h1>城北水库水量充足</h1>", "城北水库水量充足"),
        ("城北水库水量充足_新闻_某某网", "<h1>某某网</h1><h2>城北水库水量充足</h2>", "城北水库水量充足"),
        ("城北水库水量充足 | 生活 | 某某網", "", "城北水库水量充足"),
        ("城北水库水量充足 - 新浪网 - 新闻", "", "城北水库水量充足"),
        (
            "城北水库水量充足 农民放心 民生_某某网",
            "<h1>【现场】城北水库水量充足 农民放心</h1>",
            "【现场】城北水库水量充足 农民放心",
        ),
        ("歼-20飞越城北水库上空拍照-军事-某某网", "", "歼-20飞越城北水库上空拍照"),
        (
            "某某網：城北水庫水量充足 農民放心春灌",
            "<h1>城北水庫水量充足 農民放心春灌</h1>",
            "城北水庫水量充足 農民放心春灌",
        ),
        ("Reservoir fills early – and farmers rejoice | The Daily", "", "Reservoir fills early – and farmers rejoice"),
        ("Reservoir fills early - The Daily", "", "Reservoir fills early"),
        (
            "Reservoir: the story",
            "<h1>Reservoir fills early, farmers rejoice</h1>",
            "Reservoir fills early, farmers rejoice",
        ),
    ],
)
def test_headline_rules(page_title: str, headings: str, title: str) -> None:
    english = paragraphs(*ENGLISH) if page_title.startswith("Res") else ""
    assert article_of(markup(page_title, headings, body=english)).title == title


def test_a_page_without_title_takes_what_it_declares_and_then_what_was_announced() -> None:
    declared = '<meta property="og:title" content="城北水库水量充足 - 某某日报">'
    assert article_of(markup("", head=declared)).title == "城北水库水量充足"
    assert article_of(markup(""), announced_title="水库报道").title == "水库报道"


def test_white_space_is_one_space_and_length_is_bounded() -> None:
    found = article_of(markup("城北\n  水库" + "满" * 1_000))
    assert found.title.startswith("城北 水库满")
    assert found.title_length == len(found.title) == 400


def test_the_english_heading_of_a_bilingual_page_is_kept() -> None:
    both = paragraphs(*(text for pair in zip(ENGLISH, PARAGRAPHS, strict=False) for text in pair))
    headings = "<h1>城北水库水量充足</h1><h2>Northern reservoir is full for spring</h2>"
    found = article_of(markup("城北水库水量充足 | 双语", headings, body=both))
    assert (found.title, found.title_en) == ("城北水库水量充足", "Northern reservoir is full for spring")


def test_an_english_article_has_its_title_in_both_places() -> None:
    found = article_of(markup("Reservoir fills early - The Daily", body=paragraphs(*ENGLISH)))
    assert found.title == found.title_en == "Reservoir fills early"


def test_a_chinese_article_has_no_english_title() -> None:
    assert article_of(markup("城北水库水量充足 - 某某日报", "<h2>VIP</h2>")).title_en == ""


STACK = "\u0335\u0321\u0316\u0301\u0302\u0303"


@pytest.mark.parametrize("ornament", [STACK, STACK * 50], ids=["six", "many"])
def test_ornament_on_a_title_costs_neither_it_nor_the_article(ornament: str) -> None:
    article = article_of(html(title=f"城北水库{ornament}春灌{ornament}水量充足"))
    assert (article.title, article.title_length) == ("城北水库春灌水量充足", 10)


def test_a_title_is_read_so_far_and_costs_no_time() -> None:
    assert article_of(html(title=f"城北水库{STACK * 20_000}春灌水量充足")).title == "城北水库"


@pytest.mark.parametrize("nothing", [STACK * 20, "\u0301" * 200, "\u200b\u2060\ufeff" * 5, "\u200d" * 9, "…… !"])
def test_what_has_no_letter_is_no_title(nothing: str) -> None:
    declared = '<meta property="og:title" content="城北水库春灌水量充足">'
    assert article_of(html(title=nothing, head=declared)).title == "城北水库春灌水量充足"
    assert article_of(html(title=nothing), announced_title="城北水库春灌水量充足").title == "城北水库春灌水量充足"
    assert article_of(html(title=nothing)).title == PARAGRAPHS[0].rstrip("。")


def test_a_heading_is_the_title_of_a_page_whose_title_is_empty() -> None:
    page = html().replace("城北水库春灌水量充足 - 某某日报", "", 1)
    assert article_of(page).title == "城北水库春灌水量充足"


def test_a_page_whose_title_is_its_section_or_its_site_has_its_heading_for_a_title() -> None:
    headline, body = "城北水库春灌水量充足", paragraphs(*PARAGRAPHS)
    og = f'<meta property="og:title" content="{headline}">'
    section = f"<html><head><title>本地新闻 - 某某日报</title>{og}</head><body><h1>{headline}</h1>{body}</body></html>"
    assert article_of(section).title == headline
    site = f"<html><head><title>某某日报</title></head><body><h1>{headline}</h1>{body}</body></html>"
    assert article_of(site).title == headline


@pytest.mark.parametrize(
    ("page_title", "headings", "head", "title"),
    [
        # The site's name is no headline, linked to the home page or declared.
        (
            "Lessons of Water: The full reservoir",
            "<h1><a href='https://news.example/'>Lessons of Water</a></h1><h3>The full reservoir</h3>",
            "<meta property='og:title' content='The full reservoir'>",
            "The full reservoir",
        ),
        (
            "Harbour Hub » The reservoirs of this year in a list",
            "<h2>Harbour Hub</h2><h1>The reservoirs of this year in a list</h1>",
            "<meta property='og:site_name' content='Harbour  Hub'>",
            "The reservoirs of this year in a list",
        ),
        ("水鄉衛視-水鄉新聞", "<h1>城北水庫水量充足 農民放心春灌</h1>", "", "城北水庫水量充足 農民放心春灌"),
        # What is printed comes before what <title> says to search engines.
        (
            "Seven Reservoirs That Fill Early in Spring",
            "<h1>Seven Reservoirs That Fill Early (and one that is late)</h1><h2>Seven Reservoirs</h2>",
            "",
            "Seven Reservoirs That Fill Early (and one that is late)",
        ),
        (
            "Seven Reservoirs That Fill Early in Spring",
            "<h1>Seven Reservoirs That Fill Early Every Spring</h1><h1>Who opens the gates?</h1>",
            "",
            "Seven Reservoirs That Fill Early Every Spring",
        ),
        # The site's name before the declared title is no headline, whatever link is around it.
        (
            "Lessons of Water: The full reservoir",
            "<h1>Lessons of Water</h1><h3>The full reservoir</h3>",
            "<meta property='og:title' content='The full reservoir'>",
            "The full reservoir",
        ),
        (
            "Lessons of Water: The full reservoir",
            "<h1><a href='https://news.example/'><a href='https://news.example/'>Lessons of Water</a></a></h1>"
            "<h3>The full reservoir</h3>",
            "",
            "The full reservoir",
        ),
        # A heading of the template has nothing of the title that is declared twice.
        (
            "Talk With Your Neighbours About The Solution",
            "<h1>The Blog Single</h1>",
            "<meta property='og:title' content='Talk With Your Neighbours About The Solution'>",
            "Talk With Your Neighbours About The Solution",
        ),
        (
            "Questions To Ask About Your Reservoir",
            "<h1>The Blog Single</h1>",
            "<meta property='og:title' content='Questions To Ask About Your Reservoir'>",
            "Questions To Ask About Your Reservoir",
        ),
        (
            "城北水库水量充足_某某网",
            "<h1>某某网 〉要闻 〉城北水库水量充足</h1>",
            "",
            "城北水库水量充足",
        ),
    ],
)
def test_headings_of_sites_and_templates_are_told_from_headlines(
    page_title: str, headings: str, head: str, title: str
) -> None:
    assert article_of(markup(page_title, headings, head)).title == title


LD = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "城北水库春灌水量充足"}</script>'
SITE = "<meta property='og:site_name' content='某某新闻'>"


@pytest.mark.parametrize("mark", [" :: ", "：", " · ", "•", " > ", "/", "——", " - ", "_", "｜"])
def test_the_name_of_the_site_behind_any_mark(mark: str) -> None:
    assert article_of(markup(f"城北水库春灌水量充足{mark}某某新闻", "", SITE)).title == "城北水库春灌水量充足"


@pytest.mark.parametrize(
    ("page_title", "headings", "head"),
    [
        ("某某新闻 - 城北水库春灌水量充足", "", ""),
        ("某某新闻", "", "<meta property='og:title' content='城北水库春灌水量充足 - 某某新闻'>"),
        ("某某新闻", "<h2>城北水库春灌水量充足</h2>", ""),
        ("undefined", "<h1>城北水库春灌水量充足</h1>", "<meta property='og:title' content='null'>"),
        ("城北水库春灌…-某某新闻", "<h1>城北水库春灌水量充足</h1>", ""),
        ("某某新闻", "", LD),
    ],
)
def test_a_title_that_is_the_site_or_nothing(page_title: str, headings: str, head: str) -> None:
    assert article_of(markup(page_title, headings, SITE + head)).title == "城北水库春灌水量充足"


def test_what_was_escaped_twice() -> None:
    assert article_of(markup("水库 &amp;amp; 春灌水量充足", "", "")).title == "水库 & 春灌水量充足"


def test_a_long_name_of_the_site_is_the_title() -> None:
    name = "城北水库春灌水量充足下游农民多种水稻"
    head = f"<meta property='og:site_name' content='{name}'>"
    assert article_of(markup(name, "", head)).title == name


@pytest.mark.parametrize("mark", [" :: ", " ‹ ", " • ", " · ", " / ", " >> ", " ─ ", " ︱ ", "丨", " ∣ ", " ~ ", " ‧ "])
def test_marks_between_a_headline_and_the_site(mark: str) -> None:
    assert article_of(markup(f"城北水库春灌水量充足{mark}某某日报", "", "")).title == "城北水库春灌水量充足"


@pytest.mark.parametrize(
    ("page_title", "title"),
    [
        ("某某日报 | 城北水库春灌水量充足", "城北水库春灌水量充足"),
        ("【某某新闻】城北水库春灌水量充足", "城北水库春灌水量充足"),
        ("城北水库春灌水量充足(某某新闻)", "城北水库春灌水量充足"),
        ("城北水库春灌水量充足-某某新闻网 -新闻中心", "城北水库春灌水量充足"),
        ("独家 | 城北水库春灌水量充足 | 某某日报", "独家 | 城北水库春灌水量充足"),
        ("某某时评丨城北水库春灌水量充足今年", "某某时评丨城北水库春灌水量充足今年"),
        ("评论 · 城北水库春灌水量充足", "评论 · 城北水库春灌水量充足"),
    ],
)
def test_a_site_in_front_or_in_brackets(page_title: str, title: str) -> None:
    heading = f"<h1>{title}</h1>" if page_title.startswith("独家") else ""
    assert article_of(markup(page_title, heading, SITE)).title == title


@pytest.mark.parametrize("page_title", ["新闻详情", "文章内容页-某某网", "Loading...", "某某日报"])
def test_a_title_of_the_template_gives_way_to_what_is_declared(page_title: str) -> None:
    head = "<meta property='og:title' content='城北水库春灌水量充足'>"
    assert article_of(markup(page_title, "", head)).title == "城北水库春灌水量充足"


@pytest.mark.parametrize(
    "heading",
    [
        "<h1><span>Water supply</span> {}</h1>",
        "<h1><em>Water</em><span>{}</span></h1>",
        "<h1>{} <small>2 March 2026 • Harbour, News</small></h1>",
        "<h1><style>.a{{color:red}}</style>{}</h1>",
        "<h1><i>Water</i> <b>Northern <em>reservoir</em></b> is full before spring</h1>",
        "<h1><a href='/water/'>Water</a> 〉{}</h1>",
    ],
)
def test_a_kicker_or_a_date_in_an_element_of_its_own_is_no_part_of_the_title(heading: str) -> None:
    title = "Northern reservoir is full before spring"
    page = f"<title>{title} | Harbour Post</title><h1></h1>{heading.format(title)}{paragraphs(*ENGLISH)}"
    assert article_of(page).title == title


def test_a_kicker_that_the_title_has_as_well_stays() -> None:
    heading = "<h1><span>Water supply:</span> Northern reservoir is full</h1>"
    page = f"<title>Water supply: Northern reservoir is full | Harbour Post</title>{heading}{paragraphs(*ENGLISH)}"
    assert article_of(page).title == "Water supply: Northern reservoir is full"
