"""Template lines out of a text."""

from __future__ import annotations

from mediawatch.extraction.boilerplate import strip
from mediawatch.extraction.boilerplate.lines import keys_of

BODY = "市水务局周四公布，城北水库的蓄水量比去年同期多出两成。"
FOOTER = "读者热线 0800-000-123"
HELD = frozenset(keys_of([FOOTER]))


def test_template_lines_go_wherever_they_stand() -> None:
    found = strip(f"{FOOTER}\n{BODY}\n读者热线 0800-000-456\n* * *", HELD)

    assert found.lines == (BODY, "* * *")
    assert not found.is_whole
    assert found.share == 2 * len(FOOTER) / (2 * len(FOOTER) + len(BODY) + len("* * *"))


def test_a_text_without_any_stays() -> None:
    found = strip(BODY, HELD)
    assert (found.lines, found.share, found.is_whole) == ((BODY,), 0.0, True)


def test_a_text_of_little_else_stays_whole_and_the_share_tells() -> None:
    text = "\n".join((*([FOOTER] * 9), "快讯"))
    found = strip(text, HELD)

    assert "\n".join(found.lines) == text
    assert found.is_whole
    assert found.share > 0.9
    assert strip(FOOTER, HELD).share == 1.0
