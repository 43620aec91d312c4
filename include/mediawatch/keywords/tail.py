"""How surprising a count is, and how large its effect.

The rate of a word is Gamma distributed with what its baseline taught, so a count is negative binomial: with `count`
stories in a baseline whose expectation for now is `expected`, P(X >= n) = 1 - NB_cdf(n - 1; r, p) with
r = PRIOR + count and p = (PRIOR + m) / (PRIOR + m + 1), where m = count / expected is how many of now's exposures the
baseline holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

PRIOR: Final = 0.5
"""Jeffreys' prior of a Poisson rate, in shape and in exposures."""


def tails(seen: Numbers, counts: Numbers, exposures: Numbers) -> Numbers:
    """P(X >= seen) for words with `counts` stories in baselines that are worth `exposures` of now."""
    from scipy.special import betainc

    shape, p = PRIOR + counts, (PRIOR + exposures) / (PRIOR + exposures + 1)
    # The cumulative distribution of NB(r, p) at n - 1 is the regularised incomplete beta I_p(r, n).
    found: Numbers = np.where(seen > 0, betainc(np.maximum(seen, 1), shape, 1 - p), 1.0)
    return found


def effects(seen: Numbers, counts: Numbers, exposures: Numbers, *, sigmas: float) -> Numbers:
    """Lower bound of log2 of now's rate over the baseline's, `sigmas` standard errors below the estimate."""
    ratio = np.log2((seen + PRIOR) / (counts + PRIOR) * exposures)
    bound: Numbers = ratio - sigmas * np.sqrt(1 / (seen + PRIOR) + 1 / (counts + PRIOR)) / np.log(2)
    return bound


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """The smallest false discovery rate at which each is a discovery (Benjamini and Hochberg 1995), in their order."""
    if not p_values:
        return []
    given = np.asarray(p_values, np.float64)
    order = np.argsort(given, kind="stable")
    scaled = given[order] * len(given) / np.arange(1, len(given) + 1)
    bounded = np.minimum.accumulate(scaled[::-1])[::-1]
    found = np.empty(len(given), np.float64)
    found[order] = np.minimum(bounded, 1.0)
    return [float(value) for value in found]
