"""Tails, effects and false discoveries."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import false_discovery_control, nbinom

from mediawatch.keywords.candidates import PRIOR, effects, false_discovery, tails


@pytest.mark.parametrize(("seen", "before", "expected"), [(5, 0, 1e-8), (5, 14, 3e-4), (5, 56, 0.05), (40, 840, 0.04)])
def test_tails_of_known_cases(seen: int, before: int, expected: float) -> None:
    found = float(tails(np.array([seen]), np.array([before]), np.array([28.0]))[0])
    assert expected / 2 < found < expected * 2


def test_tails_are_those_of_the_negative_binomial() -> None:
    seen, before, exposures = np.array([1.0, 3, 12]), np.array([0.0, 7, 30]), np.array([28.0, 9.5, 3])
    p = (PRIOR + exposures) / (PRIOR + exposures + 1)
    assert tails(seen, before, exposures) == pytest.approx(nbinom.sf(seen - 1, PRIOR + before, p))


def test_nothing_seen_is_no_surprise() -> None:
    assert tails(np.zeros(1), np.array([9.0]), np.array([28.0]))[0] == 1.0


def test_an_effect_is_below_its_estimate() -> None:
    low = effects(np.array([8.0]), np.array([28.0]), np.array([28.0]), sigmas=1.0)[0]
    assert 0 < low < np.log2(8.5 / 28.5 * 28)


def test_false_discovery_rates_are_those_of_benjamini_and_hochberg() -> None:
    given = [0.04, 0.001, 0.5, 0.02, 0.001]
    assert false_discovery(given) == pytest.approx(list(false_discovery_control(given)))
    assert false_discovery([]) == []
