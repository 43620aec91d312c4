from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediawatch.extraction.shared_dates import CONFIDENCE, less_sure, shared_instants
from mediawatch.records import Article
from tests.support.articles import article_of, html

ARTICLE = article_of(html(top="<div>2026-03-04 18:20</div>"))
INSTANT = datetime(2026, 3, 4, 10, 20, tzinfo=UTC)


def articles(count: int, *, apart: int = 0, text: str = "{}", source: str = "paper") -> list[Article]:
    """`count` articles with the instant of ARTICLE, and further ones that are `apart` minutes from one another."""
    same = [INSTANT] * count
    others = [INSTANT + timedelta(minutes=minute + 1) for minute in range(apart)]
    return [
        replace(ARTICLE, source=source, published_at=at, text_digest=text.format(number))
        for number, at in enumerate([*same, *others])
    ]


@pytest.mark.parametrize(
    ("given", "is_shared"),
    [
        (articles(5), True),
        (articles(5, apart=5), True),
        (articles(4), False),
        (articles(5, apart=6), False),
        (articles(5, text="a copy"), False),
        ([*articles(3), *articles(3, source="other")], False),
    ],
)
def test_many_different_articles_of_a_source_share_an_instant(given: list[Article], is_shared: bool) -> None:
    assert (("paper", INSTANT) in shared_instants(given)) == is_shared


def test_what_is_shared_is_less_sure_and_stays() -> None:
    given = articles(6, apart=1)
    shared = shared_instants(given)
    found = [less_sure(article, shared) for article in given]
    assert [article.published_at for article in found] == [article.published_at for article in given]
    assert [article.published_confidence for article in found] == [CONFIDENCE] * 6 + [ARTICLE.published_confidence]


def test_what_tells_no_instant_is_left() -> None:
    day = article_of(html(top="<div>2026-03-04</div>"))
    assert shared_instants([day] * 9) == frozenset()
    assert less_sure(day, frozenset({("paper", INSTANT)})) == day
