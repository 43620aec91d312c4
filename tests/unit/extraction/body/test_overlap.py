from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.extraction.body.overlap import PageDescription, overlap
from mediawatch.extraction.body.wording import Columns, key_of, measures_of
from mediawatch.extraction.page.lines import LaidOutLine

LINES = st.lists(st.text("ab水é𠮷 -", max_size=20).filter(str.strip), min_size=1, max_size=6)


def columns_of(lines: list[str], *, title: str = "", description: str = "") -> Columns:
    laid_out = [LaidOutLine(line, 0, 0, 0, 0, False) for line in lines]
    return overlap(measures_of(laid_out), PageDescription(title=title, description=description))


@given(LINES, st.text("ab水é ", max_size=20))
def test_a_line_is_like_the_title_by_their_common_pairs_of_letters(lines: list[str], title: str) -> None:
    titled = set(pairwise(key_of(title)))
    expected = [len(titled & set(pairwise(key_of(line)))) / max(1, len(titled)) for line in lines]
    assert columns_of(lines, title=title)["like title"].tolist() == expected


@given(LINES, st.text("ab水é ", max_size=40))
def test_a_line_is_described_by_its_triples_of_letters_in_the_description(lines: list[str], description: str) -> None:
    found = columns_of(lines, description=description)["described"].tolist()
    described = triples_of(key_of(description))
    for line, share in zip(lines, found, strict=True):
        triples = triples_of(key_of(line)) if len(key_of(line)) >= 8 and line.isascii() else set()
        if triples and described:
            assert share == len(triples & described) / min(len(triples), len(described))
        elif line.isascii():
            assert share == 0


def triples_of(key: str) -> set[tuple[str, str, str]]:
    return set(zip(key, key[1:], key[2:], strict=False))


def test_lines_whose_number_has_more_bits_are_counted_as_the_others() -> None:
    lines = ["the gates were opened", "the night was mild"]
    few = columns_of(lines, title="The gates were opened", description="At night the gates were opened")
    many = columns_of(lines * 20_000, title="The gates were opened", description="At night the gates were opened")
    for name in ("like title", "described"):
        assert few[name].any()
        assert np.array_equal(np.tile(few[name], 20_000), many[name])
