"""One article of a source has one link id, under whichever of its addresses it is announced."""

from __future__ import annotations

import pytest

from mediawatch.sources.identity import article_address, link_of
from mediawatch.sources.urls import address_id, link_id
from tests.support.announcing import a_source

PAPER = a_source(hosts=("www.paper.example", "sport.paper.example"), article_id=("/news/*/{id}", "/*-{id}.html"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.paper.example/news/life/5590597", "http://m.paper.example/news/city/5590597?utm_source=x"),
        ("https://www.paper.example/news/life/5590597", "https://sport.paper.example/news/sport/5590597/"),
        ("https://www.paper.example/水库-031821645.html", "https://www.paper.example/水库见底-031821645.html"),
        ("https://www.paper.example/news/life/5590597?rec=a", "https://www.paper.example/news/life/5590597?rec=b"),
    ],
)
def test_addresses_that_share_the_number_are_one_link(one: str, other: str) -> None:
    assert link_of(one, PAPER) == link_of(other, PAPER)
    assert link_of(one, a_source()) != link_of(other, a_source())
    assert article_address(article_address(one, PAPER), PAPER) == article_address(one, PAPER)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.paper.example/news/life/5590597", "https://www.paper.example/news/life/5590598"),
        ("https://www.paper.example/news/life/5590597", "https://www.paper.example/x-5590597.html"),
        ("https://www.paper.example/news/life/5590597", "https://other.example/news/life/5590597"),
        ("https://www.paper.example/news/life/front", "https://www.paper.example/news/city/front"),
    ],
)
def test_what_no_template_brings_together_stays_apart(one: str, other: str) -> None:
    assert link_of(one, PAPER) != link_of(other, PAPER)


def test_without_a_source_or_template_it_is_the_link_id_of_the_address() -> None:
    address = "https://www.paper.example/news/life/5590597"
    assert link_of(address, None) == link_of(address, a_source()) == link_id(address)
    assert link_of("https://www.paper.example/about", PAPER) == link_id("https://www.paper.example/about")


def test_what_is_no_address_has_an_id_too() -> None:
    assert link_of("mailto:x", PAPER) == address_id("mailto:x")
    with pytest.raises(ValueError, match="not an http"):
        article_address("mailto:x", PAPER)
