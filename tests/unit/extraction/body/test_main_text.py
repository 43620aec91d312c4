from __future__ import annotations

import numpy as np
import pytest

from mediawatch.extraction.body.line_classifier import best_runs
from mediawatch.extraction.body.main_text import main_text
from mediawatch.extraction.page.tree import parse
from mediawatch.records import Article
from tests.support.articles import ENGLISH, PARAGRAPHS, article_of, html, outcome_of, paragraphs

LINKS = "".join(f"<li><a href='/{n}.html'>昨日要闻第{n}条的一个标题</a></li>" for n in range(12))


def body(markup: str) -> list[str]:
    root = parse(markup)
    return main_text(root, headline=root.find(".//h1")).splitlines()


@pytest.mark.parametrize("text", [PARAGRAPHS, PARAGRAPHS[:1], PARAGRAPHS[:2], ENGLISH])
def test_the_body_is_taken_from_among_lists_and_the_sites_own_words(text: tuple[str, ...]) -> None:
    around = f"<ul class='nav'>{LINKS}</ul>", f"<div>责任编辑：某某</div><div class='hot'><ul>{LINKS}</ul></div>"
    assert body(html(top=around[0], body=paragraphs(*text), bottom=around[1])) == list(text)


def test_breaks_make_paragraphs_as_blocks_do() -> None:
    assert body(html(body="<div>" + "<br><br>　　".join(PARAGRAPHS) + "</div>")) == list(PARAGRAPHS)


def test_copyright_notes_below_a_short_article_are_not_of_it() -> None:
    note = "本网站所有内容版权归某某网所有，未经授权不得转载，违者将依法追究责任。"
    assert body(html(body=paragraphs(*PARAGRAPHS[:2]), bottom=f"<div class='footer'><p>{note}</p></div>")) == list(
        PARAGRAPHS[:2]
    )


def test_a_page_without_lines_has_no_body() -> None:
    assert main_text(parse("<html><body><img src='x.png'></body></html>"), headline=None) == ""


@pytest.mark.parametrize(
    ("odds", "expected"),
    [
        ([3, -0.3, 3], [True, True, True]),
        ([3, -5, 3], [True, False, True]),
        ([-3, 0.2, -3], [False, False, False]),
        ([-3, 4, -3], [False, True, False]),
        ([], []),
    ],
)
def test_runs_bridge_small_doubts_only(odds: list[float], expected: list[bool]) -> None:
    weight = np.full(len(odds), 12.0)
    assert best_runs(np.array(odds, dtype=float), weight, np.full(len(odds), True)) == expected


def test_an_aside_within_a_chinese_article_is_not_of_it() -> None:
    aside = "<aside><p>推荐阅读：图书馆整修期间将借阅服务移到活动中心，读者可以在平日下午办理。</p></aside>"
    assert article_of(html(body=paragraphs(*PARAGRAPHS) + aside)).text == "\n".join(PARAGRAPHS)


def test_an_appeal_for_support_is_not_of_the_article() -> None:
    appeal = "<div class='donation-box'><p>你的支持能帮助《某某者》持续追踪国内外新闻事件的真相。</p></div>"
    assert article_of(html(body=paragraphs(*PARAGRAPHS) + appeal)).text == "\n".join(PARAGRAPHS)


def test_other_articles_are_no_text_where_the_headline_stands_alone() -> None:
    title = "城北水库春灌水量充足"
    others = f"<aside><article>{paragraphs(*PARAGRAPHS)}</article></aside>"
    page = f"<html><head><title>{title}</title></head><body><main><h1>{title}</h1></main>{others}</body></html>"
    assert not isinstance(outcome_of(page), Article)


def test_counters_are_not_of_a_text_that_holds_their_digits() -> None:
    title = "河口湿地评估"
    counters = "".join(f"<li><span>{number}</span></li>" for number in ("0", "0", "5-8"))
    article = f"<h1>{title}</h1><article><div><p>{title}</p><p>1105358 说明来处</p></div></article>"
    root = parse(f"<title>{title}</title><body><div>{article}<div><ul>{counters}</ul></div></div></body>")
    text = main_text(root, headline=root.find(".//h1"), title=title)
    assert text.splitlines() == [title, title, "1105358 说明来处"]
