"""The demo newsroom's pages of every kind come out exact."""

from __future__ import annotations

from datetime import date

import pytest

from demo.newsroom.ranking import ranking
from mediawatch.extraction import join_pages
from mediawatch.extraction.body.bilingual import pairs_of
from mediawatch.records import Article
from tests.support.truths import Told, read, told

DAY = date(2026, 3, 4)


@pytest.fixture(scope="module")
def pages() -> list[Told]:
    return list(told(DAY))


@pytest.fixture(scope="module")
def articles(pages: list[Told]) -> list[tuple[Told, Article]]:
    found = [(page, page.found.outcome) for page in pages if page.truth.outcome == "article"]
    losses = [page.truth.url for page, outcome in found if not isinstance(outcome, Article)]
    assert not losses
    return [(page, outcome) for page, outcome in found if isinstance(outcome, Article)]


def test_all_six_sites_and_all_kinds_of_pages_are_there(pages: list[Told]) -> None:
    assert len({page.truth.site for page in pages}) == 6
    assert {"article", "wire", "revised", "paged", "video", "live", "challenge"} <= {page.truth.kind for page in pages}


def test_what_is_no_article_is_a_loss_for_the_right_reason(pages: list[Told]) -> None:
    others = [page for page in pages if page.truth.outcome != "article"]
    assert [(p.truth.url, getattr(p.found.outcome, "reason", None)) for p in others] == [
        (p.truth.url, p.truth.outcome) for p in others
    ]


@pytest.mark.parametrize("field", ["title", "byline", "original_publisher", "language"])
def test_fields_are_as_printed(articles: list[tuple[Told, Article]], field: str) -> None:
    assert [(a.url, getattr(a, field)) for _, a in articles] == [
        (p.truth.url, getattr(p.truth, field)) for p, _ in articles
    ]


def test_the_body_is_exact(articles: list[tuple[Told, Article]]) -> None:
    for page, article in articles:
        until = page.truth.breaks[0] if page.truth.breaks else None
        assert (article.url, article.body_zh) == (page.truth.url, "\n".join(page.truth.zh[:until]))
        assert (article.url, article.body_en) == (page.truth.url, "\n".join(page.truth.en[:until]))


def test_captions_are_kept_apart(articles: list[tuple[Told, Article]]) -> None:
    whole = [(page, article) for page, article in articles if not page.truth.breaks]
    assert any(page.truth.captions for page, _ in whole)
    assert [a.captions for _, a in whole] == [p.truth.captions for p, _ in whole]


def test_instants_have_their_minute_and_days_stay_days(articles: list[tuple[Told, Article]]) -> None:
    for page, article in articles:
        if page.truth.published_at is None:
            assert (article.published_at, article.published_on) == (None, page.truth.published_on)
            continue
        assert article.published_at is not None
        is_exact = page.outlet.masthead.prints_seconds
        wanted = page.truth.published_at if is_exact else page.truth.published_at.replace(second=0)
        assert (article.published_at if is_exact else article.published_at.replace(second=0)) == wanted


def test_a_repost_is_what_another_publisher_wrote(articles: list[tuple[Told, Article]]) -> None:
    for page, article in articles:
        wanted = page.truth.original_publisher not in ("", page.outlet.masthead.name)
        assert (article.url, article.is_repost) == (page.truth.url, wanted)


def test_the_aggregators_ranking_comes_out_whole_and_stays_out_of_the_body(
    articles: list[tuple[Told, Article]],
) -> None:
    lines = ranking("baichuan", DAY)
    found = [(page, article) for page, article in articles if page.truth.site == "baichuan"]
    assert found
    for page, article in found:
        assert [(r.rank, r.title) for r in page.found.rankings] == [(line.rank, line.title) for line in lines]
        assert {r.heading for r in page.found.rankings} == {"24小时新闻排行榜"}
        assert page.found.rankings[0].url == page.outlet.url(lines[0].story)
        assert not {line.title for line in lines} & set(article.text.splitlines())


@pytest.mark.parametrize(
    ("site", "heading"), [("langang", "點閱排行"), ("yanzhou", "热点排行"), ("harrow", "Most read")]
)
def test_other_sites_rankings_are_found_by_their_headings(pages: list[Told], site: str, heading: str) -> None:
    found = [page for page in pages if page.truth.site == site and page.truth.outcome == "article"]
    assert found
    assert all({ranked.heading for ranked in page.found.rankings} == {heading} for page in found)


def test_paragraphs_of_a_bilingual_page_are_paired(articles: list[tuple[Told, Article]]) -> None:
    found = [(page, article) for page, article in articles if page.truth.site == "hyacinth"]
    assert found
    for page, article in found:
        lines = article.text.splitlines()
        pairs = [(lines[en], lines[zh]) for en, zh in pairs_of(lines, article.labels)]
        assert pairs == list(zip(page.truth.en, page.truth.zh, strict=True))
        assert set(article.languages) == {"zh-Hans", "en"}
        assert article.title_en in ("", page.truth.title_en)
    assert any(article.title_en for _, article in found)


def test_a_paged_article_is_followed_and_joined(articles: list[tuple[Told, Article]]) -> None:
    page, article = next((page, article) for page, article in articles if page.truth.breaks)
    parts, address = [article], page.found.next_page
    while address:
        assert len(parts) < 10
        found = read(page.outlet, page.source, address, DAY)
        assert isinstance(found.outcome, Article)
        parts.append(found.outcome)
        address = found.next_page
    joined = join_pages(parts)
    assert joined.text == "\n".join(page.truth.zh)
    assert (joined.pages, joined.url) == (len(page.truth.breaks) + 1, article.url)
    assert joined.captions == page.truth.captions
