"""Colours that stay apart for readers who see few: blue and vermilion, and steps of one blue from light to dark.

Hues are those of Okabe and Ito (https://jfly.uni-koeln.de/color/).  A test takes every pair that has to be told apart
through simulated protanopia, deuteranopia and tritanopia.  Series without a colour of their own take Kibana's default
palette, which is made for colour-blind readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mediawatch.kibana.bilingual import Json

BLUE: Final = "#0072B2"
SKY: Final = "#56B4E9"
AMBER: Final = "#E69F00"
VERMILION: Final = "#D55E00"
GREY: Final = "#98A2B3"
LINE: Final = "#343741"
"""Reference lines: darker than any series."""

GOOD_TO_BAD: Final = (BLUE, "#F5D78E", VERMILION)
BAD_TO_GOOD: Final = tuple(reversed(GOOD_TO_BAD))
MORE: Final = ("#D3E5F5", "#9CC5E8", "#5B9FD4", "#1F6FB0", "#08306B")
FEWER: Final = tuple(reversed(MORE))
"""For ranks: the first place is the darkest."""
COLOURS: Final = {"blue": BLUE, "sky": SKY, "amber": AMBER, "vermilion": VERMILION, "grey": GREY}
STEPS: Final = {"good_to_bad": GOOD_TO_BAD, "bad_to_good": BAD_TO_GOOD, "more": MORE, "fewer": FEWER}


def steps(colours: Sequence[str], limits: Sequence[float], *, least: float = 0, most: float) -> Json:
    """A palette of fixed steps: `colours[i]` up to `limits[i]`, the last one up to `most`.

    Heat maps and coloured numbers need their steps spelled out: without them Kibana draws one colour.
    """
    begins, ends = [least, *limits], [*limits, most]
    return {
        "type": "palette",
        "name": "custom",
        "params": {
            "name": "custom",
            "rangeType": "number",
            "rangeMin": least,
            "rangeMax": most,
            "continuity": "above",
            "progression": "fixed",
            "reverse": False,
            "steps": len(colours),
            "maxSteps": 5,
            "colorStops": [{"color": c, "stop": s} for c, s in zip(colours, begins, strict=True)],
            "stops": [{"color": c, "stop": s} for c, s in zip(colours, ends, strict=True)],
        },
    }
