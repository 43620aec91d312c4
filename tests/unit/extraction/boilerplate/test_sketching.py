"""What is kept of a day."""

from __future__ import annotations

from mediawatch.extraction.boilerplate import DaySketch, page_lines, sketch
from mediawatch.extraction.boilerplate.sketching import MANY_PAGES
from mediawatch.tables.extraction import PageLines

FOOTER = "读者热线工作日有人接听，来信请寄城北区水库路"
WIRE = ("市水务局周四公布，城北水库的蓄水量比去年多出两成。", "负责调度的工程师说，新的闸门上个月已经试运行。")


def a_page(number: int, *lines: str, source: str = "paper") -> PageLines:
    return page_lines(f"{source}{number}", source, "\n".join(lines))


def own(number: int) -> str:
    return f"第{number}号报道说，这一篇的正文只有这一家的这一页才有。"


def counts(found: DaySketch, source: str = "paper") -> dict[str, tuple[int, int]]:
    return {row.example: (row.pages, row.carried) for row in found.lines if row.source == source}


def test_a_line_is_counted_once_for_each_different_text() -> None:
    found = sketch([a_page(1, own(1), FOOTER), a_page(2, own(2), FOOTER, FOOTER), a_page(3, own(2), FOOTER, FOOTER)])

    assert counts(found) == {own(1): (1, 0), own(2): (1, 0), FOOTER: (2, 0)}
    assert [(row.source, row.pages) for row in found.sources] == [("paper", 2)]


def test_lines_of_a_story_that_another_source_printed_do_not_count() -> None:
    found = sketch([a_page(1, *WIRE, FOOTER), a_page(2, own(2), FOOTER), a_page(1, *WIRE, "另一家", source="other")])

    assert counts(found) == {WIRE[0]: (0, 1), WIRE[1]: (0, 1), FOOTER: (2, 0), own(2): (1, 0)}
    assert counts(found, "other")["另一家"] == (1, 0)


def test_a_shared_sentence_does_not_make_one_story() -> None:
    report = [own(number) for number in range(1, 4)]
    found = sketch([a_page(1, *report, WIRE[0]), a_page(1, own(4), own(5), own(6), WIRE[0], source="other")])

    assert counts(found)[WIRE[0]] == (1, 0)


def test_of_a_source_with_many_pages_single_lines_are_not_kept() -> None:
    found = sketch([a_page(number, own(number), FOOTER) for number in range(MANY_PAGES)])

    assert counts(found) == {FOOTER: (MANY_PAGES, 0)}


def test_a_page_without_lines_is_no_page() -> None:
    assert sketch([a_page(1, "* * *")]) == DaySketch(lines=(), sources=())
