"""Laws of boilerplate memory."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediawatch.extraction.boilerplate import DaySketch, held_by_source, learn, page_lines, sketch, strip
from mediawatch.extraction.boilerplate.lines import keys_of
from mediawatch.tables.extraction import PageLines

pytestmark = pytest.mark.slow

LINES = st.sampled_from([f"第{n}行，说的是同一件事情，长短也差不多。" for n in range(12)] + ["广告", "分享 3"])
TEXTS = st.lists(LINES, min_size=1, max_size=6).map("\n".join)
SOURCES = st.sampled_from(["paper", "herald", "gazette"])
DAYS = st.lists(st.lists(st.tuples(SOURCES, TEXTS), max_size=25), min_size=1, max_size=3)
SENTENCE = st.text("甲乙丙丁戊己庚辛壬癸子丑寅卯", min_size=12, max_size=40)
FIRST = date(2026, 4, 1)


def pages_of(day: list[tuple[str, str]]) -> list[PageLines]:
    return [page_lines(str(number), source, text) for number, (source, text) in enumerate(day)]


def sketches(days: list[list[PageLines]]) -> dict[date, DaySketch]:
    return {FIRST + timedelta(days=number): sketch(pages) for number, pages in enumerate(days)}


@settings(max_examples=60, deadline=None)
@given(DAYS, st.randoms())
def test_the_order_of_the_articles_does_not_matter(days: list[list[tuple[str, str]]], random: Random) -> None:
    pages = [pages_of(day) for day in days]
    shuffled = [random.sample(day, len(day)) for day in pages]

    assert sketches(shuffled) == sketches(pages)
    assert learn(sketches(shuffled)) == learn(sketches(pages))


@settings(max_examples=60, deadline=None)
@given(st.lists(SENTENCE, min_size=2, max_size=5, unique=True), st.integers(2, 4), st.integers(1, 6))
def test_a_wire_story_on_four_sites_is_never_learned(story: list[str], days: int, versions: int) -> None:
    """However many versions of it each site prints: as long as it is not what most of the site's pages are."""
    sites = ("paper", "herald", "gazette", "courier")
    printed = [
        [
            page
            for site in sites
            for page in [
                *(page_lines(f"{v}", site, "\n".join((*story, f"{site}{day}{v}续报"))) for v in range(versions)),
                *(page_lines(f"own{n}", site, f"{site}自己的第{day}.{n}篇报道。\n{site}版权") for n in range(versions)),
            ]
        ]
        for day in range(days)
    ]
    held = held_by_source(learn(sketches(printed)))

    assert all(not held.get(site, frozenset()) & set(keys_of(story)) for site in sites)


@given(TEXTS, st.sets(LINES))
def test_stripping_twice_is_stripping_once(text: str, lines: set[str]) -> None:
    held = frozenset(keys_of(sorted(lines)))
    once = strip(text, held)

    assert set(once.lines) <= set(text.split("\n"))
    assert 0 <= once.share <= 1
    if not once.is_whole:
        assert strip("\n".join(once.lines), held).is_whole
