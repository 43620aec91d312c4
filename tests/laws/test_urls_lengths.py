"""The identity form stays idempotent at its length limit, where percent-encoding makes addresses grow."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.sources.urls import LONGEST, normalise


@given(st.integers(LONGEST // 9 - 60, LONGEST // 9 + 60), st.sampled_from(["新", "%e6%96%b0", "a" * 9, "/a;b=%2f"]))
def test_long_addresses_are_refused_or_settle(count: int, piece: str) -> None:
    url = "https://paper.example/" + piece * count
    with contextlib.suppress(ValueError):
        once = normalise(url)
        assert normalise(once) == once
        assert len(once) <= LONGEST


def test_the_limit_itself_is_usable() -> None:
    start = "https://paper.example/"
    assert len(normalise(start + "a" * (LONGEST - len(start)))) == LONGEST
    with pytest.raises(ValueError, match="characters"):
        normalise(start + "a" * (LONGEST - len(start) + 1))
