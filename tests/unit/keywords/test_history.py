"""A stream's past in memory."""

from __future__ import annotations

import numpy as np
import pytest

from mediawatch.keywords import MemoryHistory, codes_of_day, history, read
from mediawatch.keywords.history import DayCodes
from mediawatch.language.aliases import Aliases
from tests.support.wires import FIRST, usual


def test_the_units_of_a_day_are_kept_as_they_are() -> None:
    readings = [read(one, Aliases()) for one in usual(FIRST)]
    held = MemoryHistory()
    held.add(FIRST, readings)
    [found] = held.codes(FIRST, FIRST)
    wanted = codes_of_day(FIRST, sorted(readings, key=lambda one: (one.at, one.article_id)))
    assert (found.codes == wanted.codes).all()
    assert found.codes.dtype == wanted.codes.dtype
    assert found.sizes.tolist() == wanted.sizes.tolist()
    assert found.publishers == wanted.publishers


@pytest.mark.parametrize(("kinds", "width"), [(0, 1), (200, 1), (70_000, 4)])
def test_a_day_of_however_many_kinds_of_units_is_packed_without_loss(kinds: int, width: int) -> None:
    codes = np.random.default_rng(2).permutation(np.arange(kinds, dtype=np.uint32) * 7)
    packed = history._Packed.of(DayCodes(FIRST, codes, np.array([kinds], np.int32)))
    assert packed.codes.numbers.dtype.itemsize == width
    assert packed.unpacked().codes.tolist() == codes.tolist()
