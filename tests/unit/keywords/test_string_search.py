"""Strings are found where they stand, whatever their number and length."""

from __future__ import annotations

import numpy as np

from mediawatch.keywords.reading import PARTED, codes_of
from mediawatch.keywords.string_search import StringSearch

DAY = np.array([*codes_of("沅鹭计划开工"), PARTED, *codes_of("norvexa ax-7发布"), PARTED], np.uint32)


def test_it_finds_strings_of_every_length() -> None:
    present = {codes_of(text) for text in ("沅鹭", "鹭计划", "沅鹭计划开工", "norvexa", "norvexa ax-7", "发布")}
    absent = {codes_of(text) for text in ("沅计", "沅鹭计划开工了", "开工norvexa", "ax-8")}
    assert StringSearch(present | absent).found(DAY) == present


def test_nothing_is_found_in_nothing() -> None:
    assert StringSearch(set()).found(DAY) == set()
    assert StringSearch({codes_of("沅鹭")}).found(np.zeros(0, np.uint32)) == set()
