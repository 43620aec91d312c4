"""docs/glossary.md holds every field of the records and of the index, and one word for each thing."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from mediawatch.records import Alert, AlertKind, Article, DayCount, Headline, Link, Page, Ranking, Story
from mediawatch.search import KINDS
from tests.support.papers import DOCS, bare, headings, rows, section, text_of

PAGE = DOCS / "glossary.md"
TERMS = re.findall(r"^\*\*(.+?)\*\*", section(PAGE, "Words"), re.MULTILINE)
EXPECTED = """
alert, alias, article, article id, audit, backtest, baseline, batch, board, byline, catalogue, checkpoint, closed day,
counted_on, dashboard, day, digest, dismissal, episode, evaluation, exclusion, exposure, fact, final outcome, first
seen, function, gate, generation, head word, held back, lake, languages, lease, ledger, letter, link, link id, loss,
manifest, open day, original_publisher, outbox, outcome, page, partition, pending, publisher, quarantine, re-check,
receipt, recipient, register, revision, rule, scorecard, seal, seed, segment, shard, signature, site, source, stage,
stage boundary, story, tally, term, tombstone, topic, unit, visit, watch list, window
"""


def listed(title: str) -> dict[str, str]:
    """{field: meaning} of the table below the heading."""
    return {bare(name): meaning for name, meaning in rows(section(PAGE, title))}


RECORDS = (Link, Page, Article, Ranking, Story, Alert, Headline, DayCount)


@pytest.mark.parametrize("record", RECORDS)
def test_the_fields_of_a_record_are_there_in_its_order(record: type) -> None:
    assert list(listed(record.__name__)) == [field.name for field in fields(record)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_fields_of_an_index_are_those_of_its_mapping(kind: object) -> None:
    found = listed(kind.name)  # type: ignore[attr-defined]

    assert set(found) == set(kind.mapping["properties"])  # type: ignore[attr-defined]
    assert f"`mediawatch-{kind.name}`" in section(PAGE, kind.name)  # type: ignore[attr-defined]


def test_further_forms_of_a_field_are_named_with_it() -> None:
    for kind in KINDS:
        for name, mapping in kind.mapping["properties"].items():
            for form in mapping.get("fields", {}):
                assert f"`{name}.{form}`" in listed(kind.name)[name]


def test_the_kinds_of_alerts_are_there() -> None:
    assert list(listed("AlertKind")) == [kind.value for kind in AlertKind]


def test_there_is_a_section_for_every_index_and_no_other() -> None:
    after = headings(PAGE)[headings(PAGE).index("Fields of the index") + 1 :]

    assert after == [kind.name for kind in KINDS]


def test_every_field_has_a_meaning() -> None:
    assert all(
        meaning
        for title in (*(record.__name__ for record in RECORDS), "AlertKind", *(kind.name for kind in KINDS))
        for meaning in listed(title).values()
    )


def test_the_words_that_others_use_are_explained_in_the_order_of_the_alphabet() -> None:
    singles = {single for term in TERMS for single in term.split(", ")}

    assert {term.strip() for term in EXPECTED.replace("\n", " ").split(",")} <= singles
    order = [term.lower().replace("_", " ").replace("-", "") for term in TERMS]
    assert order == sorted(order)


def test_the_times_are_named_by_their_type() -> None:
    for kind in KINDS:
        for name, mapping in kind.mapping["properties"].items():
            is_day = mapping.get("format") == "strict_date"
            assert name.endswith("_at") == (mapping.get("type") == "date" and not is_day), name
            assert (name.endswith("_on") or name == "day") == is_day, name
            assert name.startswith("is_") == (mapping.get("type") == "boolean"), name
    assert "`*_at`" in text_of(PAGE)
