"""Charts: drawn by attributes and classes alone, named, honest about gaps."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from mediawatch.board.charts import columns, nice_top
from tests.unit.board.printing import CANARY

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*counts: int | None, title: str = "Articles") -> ET.Element:
    points = [(f"04-{n:02d}", count) for n, count in enumerate(counts)]
    return ET.fromstring(columns(points, name="c", title=title))  # noqa: S314 -- our own drawing


def bars(svg: ET.Element) -> list[ET.Element]:
    return svg.findall(f".//{SVG}g[@class='series columns']/{SVG}rect")


def test_nothing_in_it_needs_a_laxer_content_policy() -> None:
    svg = drawn(1, 2, 3)
    assert not [e for e in svg.iter() if "style" in e.attrib or e.tag in (f"{SVG}style", f"{SVG}script")]
    assert svg.get("viewBox")
    assert "width" not in svg.attrib


def test_it_has_a_name() -> None:
    svg = drawn(1, title=CANARY)
    title = svg.find(f"{SVG}title")
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "c-title"
    assert title is not None
    assert title.text == CANARY
    assert "<script>" not in columns([("a", 1)], name="c", title=CANARY)


def test_heights_are_counts() -> None:
    heights = [float(bar.get("height", "")) for bar in bars(drawn(0, 5, 10))]
    assert heights[0] == 0
    assert heights[2] == pytest.approx(2 * heights[1])


def test_a_gap_is_no_zero() -> None:
    assert [bar.get("class") for bar in bars(drawn(0, None, 2))] == [None, "gap", None]


@pytest.mark.parametrize("counts", [(0,), (None, None), (1_000_000, 1)])
def test_any_series_can_be_drawn(counts: tuple[int | None, ...]) -> None:
    assert len(bars(drawn(*counts))) == len(counts)


def test_without_points_there_is_no_drawing() -> None:
    assert columns([], name="c", title="nothing") == ""


@pytest.mark.parametrize(("highest", "top"), [(0, 2), (2, 2), (3, 4), (5, 10), (11, 20), (41, 100), (1000, 1000)])
def test_the_axis_ends_at_a_round_number(highest: int, top: int) -> None:
    assert nice_top(highest) == top
