"""Which sitemaps of an index are read first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mediawatch.harvest.discovery.sitemap_order import Child, last_instant_of, newest_first

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OLDEST = NOW - timedelta(days=3)
SITE = "https://www.paper.example/"


def order(*names: str, changed: datetime | None = None, bound: int = 20) -> list[str]:
    found = newest_first((Child(SITE + name, changed) for name in names), oldest=OLDEST, bound=bound)
    return [url.removeprefix(SITE) for url in found]


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("sitemap-2026-11-30.xml", "2026-12-01"),
        ("sitemap_20261130.xml", "2026-12-01"),
        ("2026/11/sitemap.xml", "2026-12-01"),
        ("sitemap-202611.xml.gz", "2026-12-01"),
        ("post-2026-3.xml", "2026-04-01"),
        ("sitemap-2026w48.xml", "2026-11-30"),
        ("sitemap-2025.xml", "2026-01-01"),
        ("sitemap.xml?yyyy=2026&mm=11&dd=29", "2026-11-30"),
        ("sitemap-7.xml", None),
        ("sitemap-2026w99.xml", None),
        ("sitemap-1122026110.xml", None),
        ("sitemap-2026-02-30.xml", None),
    ],
)
def test_the_days_that_an_address_names(name: str, end: str | None) -> None:
    found = last_instant_of(SITE + name)
    assert (found and f"{found:%Y-%m-%d}") == end


def test_by_when_they_changed_where_that_tells_them_apart() -> None:
    old, new = Child(SITE + "2026-11.xml", NOW - timedelta(days=1)), Child(SITE + "a.xml", NOW)
    assert newest_first([old, new, Child(SITE + "b.xml", NOW - timedelta(days=9))], oldest=OLDEST, bound=20) == [
        new.url,
        old.url,
    ]


@pytest.mark.parametrize("changed", [None, NOW, NOW - timedelta(days=30)])
def test_by_the_days_they_name_where_all_changed_at_once(changed: datetime | None) -> None:
    months = [f"sitemap-2026-{month:02}.xml" for month in range(1, 12)]
    assert order(*months, "sitemap-2019.xml", changed=changed) == ["sitemap-2026-11.xml"]


def test_what_names_no_day_may_be_anything() -> None:
    assert order("pages.xml", "sitemap-2026-11.xml", "news.xml", "sitemap-2019.xml") == [
        "sitemap-2026-11.xml",
        "news.xml",
        "pages.xml",
    ]


def test_where_nothing_tells_the_order_stays_news_first() -> None:
    assert order("p/1", "p/2", "p/3") == ["p/1", "p/2", "p/3"]
    assert order("p/1", "news.xml", "p/3") == ["news.xml", "p/1", "p/3"]


def test_of_too_many_without_any_sign_both_ends_come_first() -> None:
    names = [f"sitemap-{number}.xml" for number in range(1, 101)]
    first = order(*names, bound=4)[:4]
    assert first == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-99.xml", "sitemap-100.xml"]
    assert sorted(order(*names, bound=4)) == sorted(names)
