"""Golden pages come out as they should, and the share of exact fields never falls."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mediawatch.extraction import Extracted, extract_all
from mediawatch.records import Article, Source
from mediawatch.sources.publishers import Publishers, read_publishers
from tests.golden.make import PAGES, TRUTH, golden
from tests.support.articles import page, source

FLOOR = Path(__file__).with_name("floor.json")
NAMES = sorted(file.stem for file in PAGES.glob("*.html"))
FIELDS = [
    "title",
    "title_en",
    "body_zh",
    "body_en",
    "languages",
    "published",
    "byline",
    "original_publisher",
    "publisher_id",
    "is_repost",
    "captions",
    "rankings",
    "next_page",
]


@cache
def truths() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(TRUTH.read_text(encoding="utf-8"))["pages"]
    return found


@cache
def publishers() -> Publishers:
    return read_publishers(Path("include/sources/publishers"))


@cache
def facts_of(name: str) -> dict[str, Any]:
    """What extraction finds on a golden page, in the form of its truth."""
    truth = truths()[name]
    site: Source = source(timezone=truth["timezone"], host=truth["url"].split("/")[2])
    found = extract_all(
        page(url=truth["url"], content_type="text/html"), (PAGES / f"{name}.html").read_bytes(), site, publishers()
    )
    return _facts(found)


def _facts(found: Extracted) -> dict[str, Any]:
    article = found.outcome
    assert isinstance(article, Article), article
    lists: dict[str, list[str]] = {}
    for line in found.rankings:
        lists.setdefault(line.heading, []).append(line.title)
    published = article.published_at or article.published_on
    return {
        "title": article.title,
        "title_en": article.title_en,
        "body_zh": article.body_zh,
        "body_en": article.body_en,
        "languages": list(article.languages),
        "published": published.isoformat() if published else "",
        "byline": article.byline,
        "original_publisher": article.original_publisher,
        "publisher_id": article.publisher_id,
        "is_repost": article.is_repost,
        "captions": list(article.captions),
        "rankings": [{"heading": heading, "titles": titles} for heading, titles in lists.items()],
        "next_page": found.next_page,
    }


def test_the_pages_are_what_the_command_makes() -> None:
    made = {made.name: made for made in golden()}
    assert sorted(made) == NAMES
    assert all((PAGES / f"{name}.html").read_bytes() == made[name].body for name in NAMES)
    assert truths() == {name: made[name].truth for name in NAMES}


def test_every_shape_is_there_in_both_scripts_and_old_encodings() -> None:
    kinds = {tuple(name.split(".")[1:]) for name in NAMES}
    assert {
        ("hans", "utf-8"),
        ("hant", "utf-8"),
        ("en", "utf-8"),
        ("hans", "gbk"),
        ("hans", "gb18030"),
        ("hant", "big5"),
    } <= kinds
    assert len({name.partition(".")[0] for name in NAMES}) >= 9


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_page_is_no_worse_than_it_was(name: str) -> None:
    floor = json.loads(FLOOR.read_text(encoding="utf-8"))
    truth, found = truths()[name], facts_of(name)
    wrong = [field for field in FIELDS if found[field] != truth[field]]
    allowed = floor["known_misses"].get(name, [])
    assert not set(wrong) - set(allowed), {field: (truth[field], found[field]) for field in wrong}


def test_the_floor_rises() -> None:
    """A miss that is gone must be taken out of the floor, which so never falls."""
    floor = json.loads(FLOOR.read_text(encoding="utf-8"))
    gone = [
        (name, field)
        for name, fields in floor["known_misses"].items()
        for field in fields
        if facts_of(name)[field] == truths()[name][field]
    ]
    assert not gone
