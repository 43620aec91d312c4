"""Colours that have to be told apart can be, by readers with each kind of colour blindness."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from mediawatch.kibana.colours import AMBER, BAD_TO_GOOD, BLUE, FEWER, GREY, MORE, SKY, VERMILION, steps

SEEN = {
    # Machado, Oliveira and Fernandes (2009), severity 1.0, over linear RGB.
    "full colour": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
APART = 12
"""Difference in CIELAB (1976) that is seen at a glance; 2.3 is seen side by side."""
TOGETHER = {
    "funnel": (SKY, BLUE, VERMILION, AMBER),
    "lag": (BLUE, AMBER, VERMILION),
    "kinds": (VERMILION, AMBER, BLUE, GREY),
    "copies": (BLUE, AMBER),
    "met or not": BAD_TO_GOOD,
}


def linear(colour: str) -> list[float]:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    """CIELAB under D65 of what is seen of `colour`."""
    rgb = linear(colour)
    r, g, b = (min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in SEEN[sight])
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(one: str, other: str, sight: str) -> float:
    return sum((a - b) ** 2 for a, b in zip(lab(one, sight), lab(other, sight), strict=True)) ** 0.5


@pytest.mark.parametrize("sight", SEEN)
@pytest.mark.parametrize("chart", TOGETHER)
def test_colours_of_one_chart_stay_apart(chart: str, sight: str) -> None:
    assert min(difference(one, other, sight) for one, other in combinations(TOGETHER[chart], 2)) > APART


@pytest.mark.parametrize("sight", SEEN)
def test_more_is_darker_at_every_step(sight: str) -> None:
    lightness = [lab(colour, sight)[0] for colour in MORE]

    assert all(lighter - darker > 8 for lighter, darker in pairwise(lightness))
    assert tuple(reversed(MORE)) == FEWER


def test_the_measure_knows_a_bad_pair() -> None:
    assert difference("#FF0000", "#00A000", "full colour") > 100
    assert difference("#B08040", "#88903C", "deuteranopia") < APART


def test_each_step_ends_where_the_next_begins() -> None:
    params = steps(MORE, [5, 20, 50, 200], most=1000)["params"]
    begins, ends = ([stop["stop"] for stop in params[key]] for key in ("colorStops", "stops"))

    assert begins == [0, 5, 20, 50, 200]
    assert ends == [5, 20, 50, 200, 1000]
    assert params["steps"] == 5


def test_steps_and_colours_have_to_agree() -> None:
    with pytest.raises(ValueError, match="zip"):
        steps(MORE, [5, 20], most=100)
