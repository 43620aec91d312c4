"""docs/decisions: one page each, numbered without gaps, of one form, and listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.papers import DOCS, headings, links, section, text_of

FOLDER = DOCS / "decisions"
FACTS = {"harvest/", "register/", "boilerplate/", "tombstones/", "looks/", "dismissals/", "rules/", "outbox/"}
"""Folders of the lake that hold what cannot be made again."""
DECISIONS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")


def test_numbers_run_from_one_without_gaps() -> None:
    assert [path.name[:5] for path in DECISIONS] == [f"{number:04d}-" for number in range(1, len(DECISIONS) + 1)]
    assert len(DECISIONS) >= 12


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_one_page_of_the_usual_form(decision: Path) -> None:
    title, *parts = headings(decision)

    assert title.startswith(f"{int(decision.name[:4])}. ")
    assert parts == ["Context", "Decision", "Consequences"]
    assert re.search(r"^Accepted \d{4}-\d\d-\d\d\.", text_of(decision), re.MULTILINE)
    assert len(text_of(decision).split()) < 450


def test_each_is_listed_with_its_title_in_order() -> None:
    listed = [(link.target, link.text) for link in links(FOLDER / "README.md")]

    assert listed == [(path.name, headings(path)[0].partition(". ")[2]) for path in DECISIONS]


def test_code_that_a_decision_names_exists() -> None:
    root = DOCS.parent
    package = root / "include/mediawatch"
    for decision in DECISIONS:
        for path in re.findall(r"`([\w./-]+\.py|[\w./-]+/)`", text_of(decision)):
            if path.startswith("/"):
                continue
            assert (root / path).exists() or (package / path).exists() or path in FACTS, f"{decision.name}: {path}"


def test_what_is_pinned_is_what_the_decision_says() -> None:
    from launch.elasticsearch_download import TRIMMED_SHA256
    from mediawatch.extraction.register import WINDOW
    from mediawatch.harvest.seed_visits import FULL_EVERY
    from mediawatch.harvest.selecting import RECHECK_WITHIN

    assert re.fullmatch(r"[0-9a-f]{64}", TRIMMED_SHA256)
    assert f"every {FULL_EVERY.total_seconds() / 3600:.0f} hours" in squeezed("0008-checkpoints-and-validators.md")
    assert f"looked up {WINDOW.days} days back" in squeezed("0005-two-ids-and-a-register.md")
    glossary = " ".join(text_of(DOCS / "glossary.md").split())
    assert f"within {RECHECK_WITHIN.total_seconds() / 3600:.0f} hours" in glossary


def test_the_reasons_for_our_own_warc_are_those_that_were_measured() -> None:
    from mediawatch.lake import warc

    measured = re.findall(r"[\d.]+ ms", warc.__doc__ or "")
    assert len(measured) >= 3
    assert all(figure in squeezed("0012-own-warc.md") for figure in measured)


def test_looks_episodes_and_letters_are_as_decided() -> None:
    from mediawatch.delivery.outbox import MOST_ATTEMPTS, STALE_SECONDS
    from mediawatch.keywords import Rules

    words = {2: "two", 3: "three", 5: "five", 6: "six"}
    assert f"and {words[Rules().quiet_days]} days more" in squeezed("0020-looks-and-episodes.md")
    assert f"are {words[round(Rules().follow_up)]} times those" in squeezed("0020-looks-and-episodes.md")
    assert f"tried {words[MOST_ATTEMPTS]} times" in squeezed("0021-outbox-of-letters.md")
    assert f"after {STALE_SECONDS / 3600:.0f} hours" in squeezed("0021-outbox-of-letters.md")


def test_the_facts_are_in_the_decision_and_in_the_backup() -> None:
    backup = section(DOCS / "operating.md", "Back up the lake")

    for fact in FACTS:
        assert f"`{fact}`" in text_of(FOLDER / "0001-facts-and-functions.md")
        assert f"`{fact}`" in backup


def squeezed(name: str) -> str:
    """A decision's text on one line."""
    return " ".join(text_of(FOLDER / name).split())
