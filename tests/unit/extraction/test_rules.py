from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mediawatch.extraction import Extracted, extract_all
from mediawatch.extraction.article import NO_PUBLISHERS, page_context_of
from mediawatch.extraction.drift import drift_of
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.reading import PageReading, read_page
from mediawatch.records import Article, SiteRules
from mediawatch.sources.catalogue import read_catalogue
from tests.golden.shapes import OTHERS, agency, bilingual, columns
from tests.support.articles import FETCHED_AT, PARAGRAPHS, html, page, paragraphs, source


def by_rules(markup: str, **rules: object) -> tuple[Article, Extracted]:
    site = source().model_copy(update={"rules": SiteRules.model_validate(rules)})
    found = extract_all(page(), markup.encode(), site)
    assert isinstance(found.outcome, Article), found.outcome
    return found.outcome, found


PAGE = html(
    title="某某频道",
    top="<div class='t'>真正的标题在这里</div><span class='w'>2026-03-01 07:30</span>"
    "<b class='who'>记者秦望舒</b><i class='from'>临江晚报</i>",
    body=f"<div id='story'>{paragraphs(*PARAGRAPHS)}<p class='ad'>点击领取优惠券，数量有限先到先得。</p></div>",
    bottom="<div class='hot'>"
    + "".join(f"<a href='/{n}.html'>{title}</a>" for n, title in enumerate(OTHERS))
    + "</div>",
)


def test_rules_in_css_and_xpath_decide() -> None:
    article, found = by_rules(
        PAGE,
        title=".t",
        date="span.w",
        byline="//b[@class='who']",
        source="//i[@class='from']/text()",
        body="#story",
        ranking=".hot",
        drop=[".ad"],
    )
    assert article.title == "真正的标题在这里"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-02-28T23:30:00+00:00"
    assert (article.byline, article.original_publisher, article.is_repost) == ("秦望舒", "临江晚报", True)
    assert article.text == "\n".join(PARAGRAPHS)
    assert [line.title for line in found.rankings] == list(OTHERS)
    assert found.drift == ()


def test_a_rule_that_finds_nothing_falls_back_and_is_reported() -> None:
    plain, _ = by_rules(PAGE)
    article, found = by_rules(PAGE, title=".gone", body="#gone", date=".gone")
    assert (article.title, article.text, article.published_at) == (plain.title, plain.text, plain.published_at)
    assert sorted(found.drift) == [f"the rule for {name} finds nothing" for name in ("body", "date", "title")]


def test_a_body_rule_that_finds_next_to_nothing_falls_back() -> None:
    article, found = by_rules(PAGE, body=".t", drop=[".ad"])
    assert article.text == "\n".join(PARAGRAPHS)
    assert found.drift == ("the rule for body finds 8 characters",)


def test_drift_is_where_rules_and_generic_path_disagree() -> None:
    known = page_context_of(
        page(), source().model_copy(update={"rules": SiteRules(title=".t", body="#story")}), NO_PUBLISHERS
    )
    assert drift_of(PAGE.encode(), known) == ("title: the rule says '真正的标题在这里', the generic path '某某频道'",)
    assert drift_of(html().encode(), replace(known, rules=SiteRules(title="h1", body="article"))) == ()


GOLDEN_OF = {"nytimes-chinese": bilingual, "apnews": agency, "guardian": columns}
"""Golden pages in the markup of sites whose rules give what the generic path gives; `test_shipped_rules` has all."""

RULED = {source.name: source.rules for source in read_catalogue(Path("include/sources")).sources if source.rules}


@pytest.mark.parametrize("name", GOLDEN_OF)
def test_the_rules_of_a_site_and_the_generic_path_agree(name: str) -> None:
    shape, rules = GOLDEN_OF[name](), RULED[name]
    known = PageContext(url=shape.url, asked=shape.url, fetched_at=FETCHED_AT, rules=rules)
    assert drift_of(shape.markup.encode(), known) == ()
    found = read_page(shape.markup.encode(), known)
    assert isinstance(found, PageReading)
    assert (found.body.body_en, found.body.body_zh) == (shape.truth["body_en"], shape.truth["body_zh"])
    titles = (found.headline.title, found.headline.title_en or found.headline.title)
    assert (*titles, found.byline.name) == tuple(shape.truth[name] for name in ("title", "title_en", "byline"))
    assert list(found.captions) == shape.truth["captions"]
