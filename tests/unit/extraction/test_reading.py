"""A page that leads to an error of ours is that page's own outcome."""

from __future__ import annotations

import gc
import logging
from datetime import datetime

import pytest

from mediawatch.extraction.kinds import Refusal
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.reading import read_page, read_page_or_raise
from mediawatch.records import Reason
from tests.support.articles import PARAGRAPHS, html, paragraphs

DATED = html(
    head="<meta property='article:published_time' content='2026-03-05T08:00:00+08:00'>", body=paragraphs(*PARAGRAPHS)
).encode()
MISTAKEN = PageContext(url="https://news.example/1.html", asked="", fetched_at=datetime(2026, 3, 5))  # noqa: DTZ001
"""An instant without a zone, which no date with one can be compared to."""


def test_an_error_is_a_refusal_and_the_log_has_the_address(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = read_page(DATED, MISTAKEN)
    assert found == Refusal(reason=Reason.UNPARSABLE, sign="TypeError in mediawatch.extraction.dates")
    assert "https://news.example/1.html: TypeError in mediawatch.extraction.dates: " in caplog.text


def test_whoever_looks_for_errors_sees_them() -> None:
    with pytest.raises(TypeError):
        read_page_or_raise(DATED, MISTAKEN)


@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize("markup", [html().encode(), b"\x00\x01"])
def test_the_search_for_cycles_is_afterwards_as_it_was(markup: bytes, is_on: bool) -> None:
    was_on = gc.isenabled()
    try:
        (gc.enable if is_on else gc.disable)()
        read_page(markup, MISTAKEN)
        assert gc.isenabled() is is_on
    finally:
        (gc.enable if was_on else gc.disable)()
