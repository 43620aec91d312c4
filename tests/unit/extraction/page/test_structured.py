"""Structured data of any depth, width and length is read within bounds, and what a page needs of it stays."""

from __future__ import annotations

import json

import pytest

from mediawatch.extraction.page.structured import CHARACTERS, DEPTH, NODES, VALUES, objects_in
from tests.support.articles import article_of, html
from tests.support.growth import growth


def script(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


def nested(depth: int, opening: str, closing: str, inner: str = '"x"') -> str:
    return opening * depth + inner + closing * depth


@pytest.mark.parametrize("depth", [20, 450, 700, 5_000, 100_000])
@pytest.mark.parametrize(
    "key", ["articleSection", "author", "headline", "datePublished", "@type", "@graph", "mainEntity"]
)
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"name":', "}"), ('{"@graph":[', "]}")])
def test_no_depth_costs_the_article(depth: int, key: str, opening: str, closing: str) -> None:
    data = f'{{"@type": "NewsArticle", "{key}": {nested(depth, opening, closing)}}}'
    assert "闸门" in article_of(html(head=script(data))).text


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        f"[{','.join(['1'] * 400_000)}]",
        f'{{"@graph": [{",".join(["{}"] * 200_000)}]}}',
        f"[{'[],' * 200_000}1]",
        "[" * 900_000,
    ],
    ids=["integers", "objects", "lists", "never closed"],
)
def test_no_width_costs_the_article(data: str) -> None:
    assert "闸门" in article_of(html(head=script(data))).text


def test_the_outer_objects_are_kept_before_the_inner_ones() -> None:
    article = {"@type": "NewsArticle", "author": {"name": "张三"}}
    wide = [{"@type": "Thing", "filler": [0] * (2 * VALUES)}, article]
    kept = objects_in([json.dumps(wide)])
    assert len(kept[0]["filler"]) < VALUES
    assert kept[1]["@type"] == "NewsArticle"


def test_depth_is_cut_and_siblings_stay() -> None:
    (kept,) = objects_in([f'{{"deep": {nested(2 * DEPTH, "[", "]")}, "name": "a"}}'])
    assert kept["name"] == "a"
    assert json.dumps(kept["deep"]).count("[") <= DEPTH


def test_objects_and_characters_of_all_scripts_are_counted_together() -> None:
    assert len(objects_in(['{"a": 1}'] * (2 * NODES))) == NODES
    filler = f'{{"a": "{"x" * (CHARACTERS // 2)}"}}'
    assert len(objects_in([filler, filler, '{"b": 1}'])) == 2


@pytest.mark.parametrize("piece", ["1,", "{},", '{"@graph":[', "[", '"a",'])
def test_the_time_grows_with_the_length_only(piece: str) -> None:
    assert growth(lambda size: objects_in(["[" + piece * (size // len(piece)) + "1]"]), small=20_000, times=10) < 30


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "datePublished": "2026-03-04", "author": {"name": "秦望舒"},}',
        '//<![CDATA[\n{"@type": "NewsArticle", "datePublished": "2026-03-04"}\n//]]>',
        '/* <![CDATA[ */{"@type": "NewsArticle", "datePublished": "2026-03-04"}/* ]]> */',
        '<!-- {"@type": "NewsArticle", "datePublished": "2026-03-04"} -->',
        '{"@type": "NewsArticle", "headline": "他说"够了"", "datePublished": "2026-03-04"}',
    ],
)
def test_json_as_pages_write_it(script: str) -> None:
    (node,) = objects_in([script])
    assert (node["@type"], node["datePublished"]) == ("NewsArticle", "2026-03-04")


def test_what_is_no_json_is_passed_over() -> None:
    assert objects_in(["var a = 1;", "", "{]"]) == ()
