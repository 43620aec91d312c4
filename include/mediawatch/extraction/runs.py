"""From how likely each line is of the body to whole runs of lines (Viterbi, 1967)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.extraction.wording import Column

_WITHIN: Final = 0.7
_ACROSS: Final = 0.35
"""Cost (in log-odds) of a body beginning or ending within a block, and between blocks.  docs/extraction.md has the
sweep."""
_BY_WEIGHT: Final = 0.4
"""A line counts by its weight to this power: a paragraph says more than 图 does."""
_UNIT: Final = 12
_LEAST, _MOST = 0.6, 4.0
_BOUND: Final = 5.0


def best_runs(log_odds: Column, weight: Column, together: npt.NDArray[np.bool_]) -> list[bool]:
    """Which lines are of the body: the labels whose log-odds less the costs of beginnings and endings are highest.

    `together` tells of each line whether it stands in the same block as the line before it.
    """
    scale = np.clip((weight / _UNIT) ** _BY_WEIGHT, _LEAST, _MOST)
    gains = (np.clip(log_odds, -_BOUND, _BOUND) * scale).tolist()
    costs = np.where(together, _WITHIN, _ACROSS).tolist()
    out, body = 0.0, 0.0
    came: list[tuple[bool, bool]] = []
    for gain, cost in zip(gains, costs, strict=True):
        came.append((body - cost > out, body >= out - cost))
        out, body = max(out, body - cost), max(body, out - cost) + gain
    labels, label = [], body > out
    for from_body_out, from_body in reversed(came):
        labels.append(label)
        label = from_body if label else from_body_out
    return labels[::-1]
