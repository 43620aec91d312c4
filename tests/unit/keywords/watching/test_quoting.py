"""A sentence quoted: whole, bounded, with its blanks, and what was found in the middle."""

from __future__ import annotations

import pytest

from mediawatch.keywords.watching import Matcher, WatchList, mark, quote
from mediawatch.keywords.watching.quoting import LONGEST_MARKED, QUOTED, excerpt
from mediawatch.language.aliases import Aliases


def marked(text: str, *terms: str) -> tuple[tuple[str, bool], ...]:
    watchlist = WatchList.model_validate({"name": "x", "terms": list(terms)})
    return mark(Matcher((watchlist,), Aliases()), text, terms)


@pytest.mark.parametrize(
    ("text", "term", "quoted"),
    [
        ("昨天下雨。美国宣布新的關稅措施。今天放晴。", "关税", ("美国宣布新的", "關稅", "措施。")),
        (
            "Storms by the coast\nRain. The new  tariff, up 3.5 percent, stays. Sun.",
            "tariff",
            ("The new ", "tariff", ", up 3.5 percent, stays."),
        ),
        ("关税再加一成\n美国周四公布新税率。", "税率", ("美国周四公布新", "税率", "。")),
        ("关税", "关税", ("", "关税", "")),
        ("他说：“加征关税！”随后离开。", "关税", ("他说：“加征", "关税", "！”")),
        ("没有这个词。", "关税", ()),
    ],
)
def test_the_sentence_of_the_first_find(text: str, term: str, quoted: tuple[str, ...]) -> None:
    assert quote(marked(text, term)) == quoted


def test_a_long_sentence_is_cut_on_both_sides() -> None:
    before, found, after = quote(marked(f"{'前' * 500}关税{'后' * 500}", "关税"))
    assert (before, found, after) == (f"…{'前' * QUOTED}", "关税", f"{'后' * QUOTED}…")
    assert len(quote((("x" * 500, True),))[1]) == LONGEST_MARKED + 1


def test_an_english_excerpt_keeps_its_blanks() -> None:
    pieces = excerpt(marked("Officials said the new  tariff would\nhit ports.", "tariff"))
    assert "".join(text for text, _ in pieces) == "Officials said the new tariff would hit ports."
