"""The rules of each shipped source, on a page of our own in the markup of such a site."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch.extraction import extract_all
from mediawatch.records import Article, Source
from mediawatch.sources import read_catalogue
from mediawatch.sources.publishers import Publishers
from tests.support.articles import ENGLISH, PARAGRAPHS, html, page

RULED = {source.name: source for source in read_catalogue(Path("include/sources")).sources if source.rules}
TITLE, TITLE_EN = "城北水库春灌水量充足", "Northern reservoir is full for the spring"
UNWANTED = "这一句不属于正文，也不该出现在文章里。"


def paragraphs(*lines: str, tag: str = "p", attributes: str = "") -> str:
    return "".join(f"<{tag}{attributes}>{line}</{tag}>" for line in lines)


EMBED = f'<div class="wsw__embed">{UNWANTED}</div>'
_PARTED = f"{paragraphs(*PARAGRAPHS[:2])}{EMBED}{paragraphs(*PARAGRAPHS[2:])}"
WSW = f"<div id='article-content'><div class='wsw'>{_PARTED}</div></div>"
DONATION = f"<div class='donation-box__Container-sc-1'>{UNWANTED}</div>"
PAGES = {
    "voachinese": html(title=TITLE, body=WSW),
    "voanews": html(title=TITLE, body=WSW),
    "twreporter": html(title=TITLE, body=paragraphs(*PARAGRAPHS) + DONATION),
    "guardian": html(
        title=TITLE_EN,
        body=f"<div class='article-body-viewer-selector'>{paragraphs(*ENGLISH)}<aside>{UNWANTED}</aside></div>",
    ),
    "apnews": html(
        title=TITLE_EN,
        body=f"<div class='RichTextStoryBody'>{paragraphs(*ENGLISH)}<div><p>{UNWANTED}</p></div></div>",
    ),
    "nytimes-chinese": html(
        title=TITLE,
        body=(
            f"<section class='article-body'>{paragraphs(*PARAGRAPHS, tag='div', attributes=' class=article-paragraph')}"
            f"</section><footer class='author-info'>{UNWANTED}</footer>"
        ),
    ),
}

OTHER_CREDIT, OTHER_SOURCE = "<p>文／俞北</p>", "<div>来源：河口晚报</div>"
"""Of a teaser between headline and text, which the generic path takes for the article's."""
CREDITED = {
    "thepaper": (
        "<div class='index_headerContent__a1'><div class='index_left__b2'><div>秦望舒/临江晚报</div></div></div>"
    ),
    "udn": "<div class='article-content__author'>臨江晚報／ 記者秦望舒／台北即時報導</div>",
    "tvbs": "<ul><li data-section='article-contributors'>作者：秦望舒｜責任編輯：林晓舟</li></ul>",
    "people": "<div class='rm_txt'><div class='author cf'>本报记者  秦望舒</div><div>某频道</div></div>",
}
SOURCED = {
    "cctv": "<div class='title_area'><div class='info'><span class='source'>临江晚报</span></div></div>",
    "xinhua": "<div class='mheader'><div class='info'>2026-03-04 08:00<span>来源：临江晚报</span></div></div>",
}
TEXTS = {name: html(title=TITLE, top=OTHER_CREDIT + top) for name, top in CREDITED.items()}
TEXTS |= {name: html(title=TITLE, top=OTHER_SOURCE + top) for name, top in SOURCED.items()}
TEXTS["taipeitimes"] = html(
    title=TITLE_EN,
    top="<p>By Bo Chan</p><ul class='archives'><li class='boxTitle'><div class='name'>By Ann Lee</div></li></ul>",
    body=paragraphs(*ENGLISH),
)
APHORISM = f"<p class='aphorism'>{UNWANTED}</p>"
TEXTS["ftvnews"] = html(title=TITLE, body=f"<div id='newscontent'>{paragraphs(*PARAGRAPHS)}{APHORISM}</div>")
PAGES |= TEXTS


def test_each_source_with_rules_has_a_page() -> None:
    assert set(PAGES) == set(RULED)


def article(source: Source) -> Article:
    url = f"{source.home}2026/03/04/1234567.html"
    found = extract_all(page(url=url), PAGES[source.name].encode(), source, Publishers()).outcome
    assert isinstance(found, Article)
    return found


@pytest.mark.parametrize("name", sorted(RULED))
def test_its_text_is_whole_and_what_the_rules_keep_out_is_not_in_it(name: str) -> None:
    found = article(RULED[name])
    lines = ENGLISH if name in ("guardian", "apnews", "taipeitimes") else PARAGRAPHS
    assert [line for line in lines if line not in found.text] == []
    assert UNWANTED not in found.text


@pytest.mark.parametrize("name", [*sorted(CREDITED), "taipeitimes"])
def test_its_author_is_the_one_that_the_rule_points_to(name: str) -> None:
    author, other = ("Ann Lee", "Bo Chan") if name == "taipeitimes" else ("秦望舒", "俞北")
    assert article(RULED[name]).authors == (author,)
    assert article(RULED[name].model_copy(update={"rules": None})).authors == (other,)


@pytest.mark.parametrize("name", sorted(SOURCED))
def test_its_original_publisher_is_the_one_that_the_rule_points_to(name: str) -> None:
    assert article(RULED[name]).original_publisher == "临江晚报"
    assert article(RULED[name].model_copy(update={"rules": None})).original_publisher == "河口晚报"
