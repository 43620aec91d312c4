"""What makes a line template text, and what makes it forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest

from mediawatch.extraction.boilerplate import DaySketch, held_by_source, learn, page_lines, sketch
from mediawatch.tables.extraction import PageLines, TemplateLine

FIRST = date(2026, 4, 1)
OWN = "说的是只有这一家在这一天才写的事情，别处没有，所以谁也不会把它当成版式。"
FOOTER = "读者热线工作日有人接听，来信请寄城北区水库路"


def on(number: int) -> date:
    return FIRST + timedelta(days=number)


def pages(day: int, count: int, *lines: str, source: str = "paper") -> list[PageLines]:
    """So many pages of the day with `lines` below a text of their own."""
    return [
        page_lines(f"{day}.{n}", source, "\n".join((f"{source}第{day}天第{n}篇报道的正文，{OWN}", *lines)))
        for n in range(count)
    ]


def sketches(days: Mapping[int, Sequence[PageLines]]) -> dict[date, DaySketch]:
    return {on(number): sketch(found) for number, found in days.items()}


def examples(lines: list[TemplateLine], source: str = "paper") -> set[str]:
    return {line.example for line in lines if line.source == source}


def test_a_line_on_enough_pages_of_two_days_is_template_text() -> None:
    (line,) = learn(sketches({0: pages(0, 3, FOOTER), 4: pages(4, 2, FOOTER)}))

    assert (line.source, line.pages, line.first_on, line.last_on) == ("paper", 5, on(0), on(4))
    assert line.example == FOOTER
    assert held_by_source([line]) == {"paper": frozenset({line.line})}


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({0: pages(0, 2, FOOTER), 1: pages(1, 2, FOOTER)}, "too few pages"),
        ({0: pages(0, 9, FOOTER), 1: pages(1, 9)}, "one day only of two"),
        ({0: pages(0, 3, FOOTER), 1: [*pages(1, 2, FOOTER), *pages(2, 600)]}, "too small a share of the pages"),
    ],
)
def test_else_it_is_not(days: Mapping[int, Sequence[PageLines]], why: str) -> None:
    assert learn(sketches(days)) == [], why


def test_a_source_with_one_day_is_learned_from_that() -> None:
    assert examples(learn(sketches({0: pages(0, 5, FOOTER)}))) == {FOOTER}


def test_a_line_of_two_sources_has_to_be_on_most_pages() -> None:
    """A label on every page is a template whoever else has it; a paragraph that both repeat now and then is news."""
    often = sketches({0: pages(0, 6, FOOTER), 1: [*pages(1, 6, FOOTER), *pages(1, 6, FOOTER, source="other")]})
    assert examples(learn(often)) == {FOOTER}

    seldom = sketches(
        {0: [*pages(0, 4, FOOTER), *pages(5, 9)], 1: [*pages(1, 4, FOOTER), *pages(1, 4, FOOTER, source="other")]}
    )
    assert examples(learn(seldom)) == set()


def test_a_template_that_the_site_changed_is_forgotten() -> None:
    before = {number: pages(number, 5, FOOTER) for number in range(4)}
    after = {number: pages(number, 5, f"新的{FOOTER}") for number in range(4, 14)}

    assert examples(learn(sketches(before | {4: after[4], 5: after[5]}))) == {FOOTER, f"新的{FOOTER}"}
    assert examples(learn(sketches(before | after))) == {f"新的{FOOTER}"}


def test_a_source_that_pauses_keeps_its_template() -> None:
    busy = {number: pages(number, 1, source="other") for number in range(2, 14)}
    assert examples(learn(sketches({0: pages(0, 5, FOOTER), 1: pages(1, 5, FOOTER)} | busy))) == {FOOTER}


def test_without_days_nothing_is_held() -> None:
    assert learn({}) == []
