"""Whether a page's canonical address may stand for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediawatch.extraction import accepted_canonical
from mediawatch.records import Seed, Source
from tests.support.articles import article_of, html


def source(*hosts: str) -> Source:
    return Source(
        name="paper",
        title="Paper",
        home=f"https://{hosts[0]}/",
        hosts=hosts,
        timezone="UTC",
        languages=("zh-Hans",),
        country="CN",
        discovery=(Seed(kind="auto", url=f"https://{hosts[0]}/"),),
    )


def accepted(canonical: str, *hosts: str) -> str | None:
    article = replace(article_of(html()), canonical_url=canonical)
    return accepted_canonical(article, source(*hosts))


@pytest.mark.parametrize("host", ["www.paper.example", "m.paper.example", "paper.example", "amp.paper.example"])
@pytest.mark.parametrize("named", ["www.paper.example", "m.paper.example", "paper.example"])
def test_it_counts_on_every_edition_of_the_sources_host(host: str, named: str) -> None:
    assert accepted(f"https://{named}/a/1", host) == "https://paper.example/a/1"


@pytest.mark.parametrize(
    "canonical", ["https://other.example/a/1", "https://www.paper.example/", "https://news.paper.example/a/1", "", "x"]
)
def test_elsewhere_or_on_a_home_page_it_says_nothing(canonical: str) -> None:
    assert accepted(canonical, "www.paper.example") is None
