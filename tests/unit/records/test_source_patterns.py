"""Patterns that a catalogue gives for addresses: what they find, and that none of them runs away."""

from __future__ import annotations

import pytest

from mediawatch.records.source import AddressPattern
from tests.support.growth import growth


@pytest.mark.parametrize(
    ("pattern", "address", "is_found"),
    [
        (r"/\d{4}-\d{2}-\d{2}/.+-\d+\.html", "https://paper.example/2026-03-04/some-news-12.html", True),
        (r"/\d{4}-\d{2}-\d{2}/.+-\d+\.html", "https://paper.example/2026-03-04/12.html", False),
        (r"paper\.example/[^?]*/\d{6,}/", "https://paper.example/a/b/123456/x", True),
        (r"paper\.example/[^?]*/\d{6,}/", "https://paper.example/a?b/123456/x", False),
        (r"(?i)/NEWS/\w+$", "https://paper.example/news/新闻", True),
    ],
)
def test_it_is_searched_as_re_would(pattern: str, address: str, is_found: bool) -> None:
    assert AddressPattern(pattern).is_in(address) == is_found


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"/(?:a|aa)*b", r"a.*a.*a.*b"])
def test_what_would_never_end_takes_linear_time(pattern: str) -> None:
    found = AddressPattern(pattern)
    assert not found.is_in("https://paper.example/" + "a" * 40 + "!")
    assert growth(lambda size: found.is_in("a" * size + "!"), 100_000, 8) < 24
