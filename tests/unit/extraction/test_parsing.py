from __future__ import annotations

import pytest

from mediawatch.extraction.parsing import CHARACTERS, DEPTH, ELEMENTS, TEXT, UnparsableError, parse
from mediawatch.records import Reason
from tests.support.articles import html, loss_of


@pytest.mark.parametrize(
    "text",
    [
        "<p>" + "<div>" * (DEPTH + 1),
        "<div>" * 10_000,
        "<br>" * (ELEMENTS + 1),
        "<p>" + "字" * (TEXT + 1),
        f"<p title='{'x' * CHARACTERS}'>",
        "",
        "<!-- nothing -->",
    ],
    ids=["depth", "depth bomb", "elements", "text", "markup", "empty", "comment only"],
)
def test_pages_beyond_bounds_are_refused(text: str) -> None:
    with pytest.raises(UnparsableError):
        parse(text)


def test_what_is_nested_deeper_than_usual_is_kept() -> None:
    root = parse("<div>" * 400 + "deep" + "</div>" * 400 + "<p>after</p>")
    assert root.text_content() == "deepafter"


def test_the_encoding_that_a_page_declares_has_no_say() -> None:
    root = parse('<?xml version="1.0" encoding="gbk"?><html><meta charset="gbk"><p>水库</p></html>')
    assert root.text_content() == "水库"


def test_an_unparsable_page_is_a_loss_that_says_why() -> None:
    loss = loss_of(html(body="<b>" * 3_000))
    assert (loss.reason, loss.detail) == (Reason.UNPARSABLE, f"nested deeper than {DEPTH}")


def test_an_empty_answer_is_a_loss() -> None:
    assert loss_of(b"").reason is Reason.UNPARSABLE


def test_bytes_that_are_no_text_are_a_loss() -> None:
    assert loss_of(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20).reason is Reason.UNDECODABLE
