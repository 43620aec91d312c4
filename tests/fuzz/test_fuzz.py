"""A short, repeatable part of `make fuzz`: no bytes make a reader raise."""

from __future__ import annotations

from random import Random

import pytest

from tests.fuzz.mutating import mutated
from tests.fuzz.targets import TARGETS, Target

pytestmark = pytest.mark.slow

TRIES = 40


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_no_bytes_make_a_reader_raise(target: Target) -> None:
    random = Random(f"{target.name} 1")
    for data in (*target.seeds, b"", *(mutated(target.seeds, random) for _ in range(TRIES))):
        target.read(data)


def test_the_seeds_are_read_as_what_they_are() -> None:
    """Else the fuzzing would only ever see refusals."""
    from mediawatch.records import Article
    from tests.support.articles import outcome_of

    pages = next(target for target in TARGETS if target.name == "page")
    assert all(isinstance(outcome_of(seed), Article) for seed in pages.seeds)
