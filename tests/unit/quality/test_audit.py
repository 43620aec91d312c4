"""A day judged part by part is judged as a whole: who fails, what is told of each source, and in which order."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from mediawatch.quality import AuditRow, audit
from tests.unit.quality.suites.test_articles import FETCHED, SOUND

pytestmark = pytest.mark.slow  # loads Great Expectations


def rows_of(source: str, articles: int) -> list[AuditRow]:
    """Articles of a source, of which the first is too short and the last two have the same title and text."""
    rows = [
        replace(
            SOUND,
            source=source,
            link_id=f"{source}-{number}",
            article_id=f"{source}-{number}",
            title=f"港口第{number}号泊位重新开放",
            text_digest=f"{number:064}",
        )
        for number in range(articles)
    ]
    twin = replace(rows[-1], link_id=f"{source}-twin", article_id=f"{source}-twin")
    return [replace(rows[0], text_length=1), *rows[1:], twin]


def test_parts_of_whole_sources_are_judged_as_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    held = [rows_of(source, 2 + number) for number, source in enumerate(("tram", "ferry", "harbour", "market"))]
    # As batches bring them: the sources in turn.
    rows = [row for turn in range(6) for of_source in held for row in of_source[turn : turn + 1]]
    whole = audit(rows, FETCHED.date())
    assert {link for link, rules in whole.failures.items() if "chinese_text_length" in rules} == {
        "tram-0",
        "ferry-0",
        "harbour-0",
        "market-0",
    }
    copies = [result for result in whole.results if result.rule == "text_is_no_copy"]
    assert [(result.source, result.failed) for result in copies] == [
        ("ferry", 2),
        ("harbour", 2),
        ("market", 2),
        ("tram", 2),
    ]
    for size in (1, 5, 9):
        monkeypatch.setattr(sys.modules["mediawatch.quality.audit"], "PART", size)
        assert audit(rows, FETCHED.date()) == whole
