"""docs/reasons.md is the closed vocabulary: the same words, classes and meanings as the code, in its order."""

from __future__ import annotations

import re

from mediawatch.records import Reason, ReasonClass
from tests.support.papers import DOCS, bare, rows, section, text_of

PAGE = DOCS / "reasons.md"


def test_every_reason_has_its_class_and_meaning() -> None:
    listed = [(bare(word), kind, meaning) for word, kind, meaning in rows(section(PAGE, "Reasons")) if len(kind) < 12]

    assert listed == [(reason.value, reason.kind.value, reason.meaning) for reason in Reason]


def test_every_class_is_explained() -> None:
    assert re.findall(r"^- \*\*(\w+)\*\*:", text_of(PAGE), re.MULTILINE) == [kind.value for kind in ReasonClass]


def test_the_advice_is_about_reasons_that_exist() -> None:
    advised = {
        word for cell, *_ in rows(section(PAGE, "What to do about the common ones")) for word in cell.split(", ")
    }

    assert {bare(word) for word in advised} <= {reason.value for reason in Reason}
    assert len(advised) > 10


def test_the_decision_on_pending_names_the_reasons_that_are_retried_by_fetching() -> None:
    text = (DOCS / "decisions/0006-pending.md").read_text(encoding="utf-8")
    named = re.search(r"can be retried \(([^)]*)\)", text)
    assert named
    by_building = {Reason.HELD_BACK, Reason.NOT_INDEXED_YET}

    assert set(re.findall(r"`(\w+)`", named[1])) == {r.value for r in Reason if not r.is_final and r not in by_building}
