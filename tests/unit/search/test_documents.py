"""What is sent to the index fits its mappings, and nothing in a mapping can cost a whole document."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from mediawatch.records import Article, Reason, Story, Tally
from mediawatch.records.article import Listed
from mediawatch.records.ledger import ledger_rows
from mediawatch.search import (
    KINDS,
    article_document,
    ledger_document,
    ledger_id,
    quality_document,
    quality_id,
    run_document,
    run_id,
    story_document,
    story_id,
)
from mediawatch.search.articles import MAPPING
from mediawatch.search.catalog import kind_named
from tests.support.index import MORNING, an_article
from tests.support.rows import DAY, RULE, RUN

LARGEST_TERM_BYTES = 32_766


def fields(mapping: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, field in mapping.items():
        yield path + name, field
        yield from fields({**field.get("fields", {}), **field.get("properties", {})}, f"{path}{name}.")


ALL_FIELDS = [(f"{kind.name}.{name}", field) for kind in KINDS for name, field in fields(kind.mapping["properties"])]


@pytest.mark.parametrize(("name", "field"), [(n, f) for n, f in ALL_FIELDS if f.get("type") == "keyword"])
def test_no_keyword_can_be_too_long_for_the_server(name: str, field: Mapping[str, Any]) -> None:
    assert field["ignore_above"] * len("😀".encode()) <= LARGEST_TERM_BYTES, name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_mappings_are_strict(kind: Any) -> None:
    assert kind.mapping["dynamic"] == "strict"


@pytest.mark.parametrize("kind", ["quality", "runs"])
def test_a_pass_flag_is_kept_twice(kind: str) -> None:
    properties = kind_named(kind).mapping["properties"]
    assert properties["is_passed"] == {"type": "boolean"}
    assert properties["passed"] == {"type": "byte"}


NOT_INDEXED = {
    "text": "`body_zh` and `body_en` are its parts",
    "labels": "which line is of which language, for those that cut the text",
}


def test_every_field_of_an_article_is_in_the_index_or_left_out_for_a_reason() -> None:
    names = {field.name for field in dataclasses.fields(Article)}
    assert names - set(kind_named("articles").mapping["properties"]) == set(NOT_INDEXED)


def test_a_full_article_fills_every_field_of_its_mapping() -> None:
    article = an_article(
        "標題",
        "正文",
        title_en="Title",
        body_en="Body",
        canonical_url="https://harbour.example/1",
        byline="Ann Arden",
        authors=("Ann Arden",),
        credits=("writer:Ann Arden", "editor:Bo Chan"),
        published_origin="meta",
        published_precision="minute",
        section="World",
        original_publisher="Bay Wire",
        publisher_id="bay-wire",
        captions=("Boats in the bay",),
        published_on=DAY,
        announced_at=MORNING,
        text_digest="d",
    )

    document = article_document(article, story_id="s", publisher="bay-wire", title_before="Boats stay in the bay")

    assert set(document) == set(kind_named("articles").mapping["properties"])
    assert json.loads(json.dumps(document)) == document


def test_what_is_not_known_is_left_out() -> None:
    document = article_document(an_article("標題", "正文", published_at=None))

    assert not {"byline", "published_at", "published_on", "body_en", "title_en"} & set(document)
    assert document["han_share"] == 0
    assert document["text_length"] == 2


def test_the_searched_text_is_folded_and_the_shown_text_is_not() -> None:
    document = article_document(an_article("關稅", "ＡＢＣ公司繳納關稅"))

    assert document["title"] == "關稅"
    assert document["body_zh"] == "ＡＢＣ公司繳納關稅"
    assert document["search_text"] == "关税 ᛥ abc公司缴纳关税"


def test_a_body_in_another_language_can_be_searched_too() -> None:
    document = article_document(an_article("Le port rouvre", "Le port rouvre vendredi.", "fr"))

    assert document["body_en"] == "Le port rouvre vendredi."


def test_ledger_rows_count_nothing_twice() -> None:
    tally = Tally(
        stage="fetch",
        source="harbour",
        received=10,
        passed=6,
        lost={Reason.GONE: 2, Reason.ROBOTS: 1},
        pending={Reason.TOO_SLOW: 1},
    )
    rows = ledger_rows(DAY, [tally])
    documents = [ledger_document(row) for row in rows]

    sums = {key: sum(d.get(key, 0) for d in documents) for key in ("received", "passed", "pending", "lost", "waiting")}
    assert sums == {"received": 10, "passed": 6, "pending": 1, "lost": 3, "waiting": 1}
    assert len({ledger_id(row) for row in rows}) == 4
    assert all(set(d) <= set(kind_named("ledger").mapping["properties"]) for d in documents)


def test_quality_rows() -> None:
    document = quality_document(RULE)

    assert set(document) <= set(kind_named("quality").mapping["properties"])
    assert (document["is_passed"], document["passed"]) == (False, 0)
    assert quality_id(RULE) != quality_id(replace(RULE, source="bay"))
    assert quality_id(RULE) == quality_id(replace(RULE, observed="0.8"))


def test_run_rows() -> None:
    document = run_document(RUN)

    assert set(document) <= set(kind_named("runs").mapping["properties"])
    assert document["duration_seconds"] == 90
    assert run_id(RUN) == run_id(replace(RUN, is_passed=False, detail="again"))


STORY = Story(
    story_id="a1",
    day=DAY,
    first_on=DAY,
    title="標題",
    url="https://harbour.example/1",
    language="zh-Hant",
    publisher="bay-wire",
    articles=3,
    sites=2,
    publishers=1,
    earliest_at=MORNING,
    newest_at=MORNING,
)


def test_story_rows() -> None:
    document = story_document(STORY, ("a2",), best_rank=3)

    assert set(document) == set(kind_named("stories").mapping["properties"])
    assert document["absorbed"] == ["a2"]
    assert {"absorbed", "best_rank"}.isdisjoint(story_document(STORY))
    assert story_id(STORY) == story_id(replace(STORY, articles=4)) != story_id(replace(STORY, story_id="a2"))


def test_credits_are_kept_by_role() -> None:
    document = article_document(an_article("標題", "正文", credits=("writer:甲", "editor:乙", "editor:丙")))

    assert document["credits"] == {"writer": ["甲"], "editor": ["乙", "丙"]}
    assert "credits" not in article_document(an_article("標題", "正文"))


def test_what_lists_show_is_of_the_article_and_in_the_index() -> None:
    listed = {field.name for field in dataclasses.fields(Listed)}
    assert listed <= {field.name for field in dataclasses.fields(Article)}
    assert listed <= set(MAPPING["properties"])
