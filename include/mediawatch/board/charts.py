"""Charts as inline SVG by leather: presentation attributes only, colours from the style sheet by class."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from markupsafe import Markup

WIDE, NARROW, HEIGHT = 520, 400, 160
"""Units of a drawing, which is scaled to its place: lettering of 13 units is 9 pixels high on a phone, 16 at a desk."""
_LABELS = 6
"""Dates on the axis: more of them run into one another on a phone."""
_MARGIN = 0.05
"""The library's margin as a share of the width; most of it is cut off again."""


def columns(points: Sequence[tuple[str, int | None]], *, name: str, title: str, width: int = WIDE) -> Markup:
    """A column chart of (label, count) pairs, called `title` for those who cannot see it.

    A missing count leaves a gap with a mark on the axis.  `name` is a part of ids and unique on the page.  Without
    points there is no drawing.
    """
    import leather

    if not points:
        return Markup()
    chart = leather.Chart()
    highest = max((count for _, count in points if count is not None), default=0)
    top = nice_top(highest)
    chart.add_columns(
        [(f"{place:04d}", count or 0) for place, (_, count) in enumerate(points)], fill_color="currentColor"
    )
    chart.add_y_scale(0, top)
    chart.add_y_axis(ticks=[0, top // 2, top] if top > 1 else [0, 1], tick_formatter=lambda value, *_: f"{value:,}")
    every = max(1, -(-len(points) // _LABELS))
    last = len(points) - 1

    def label(value: str, place: int, _: int) -> str:
        return points[int(value)][0] if (last - place) % every == 0 else ""

    chart.add_x_axis(tick_formatter=label)
    return _adapted(chart.to_svg(width=width, height=HEIGHT), [count is None for _, count in points], name, title)


def nice_top(highest: int) -> int:
    """The end of an axis from 0: the next of 2, 4, 10, 20, 40, 100, ... that `highest` does not exceed."""
    top = 2
    while top < highest:
        digit = int(str(top)[0])
        top = top * 5 // 2 if digit == 4 else top * 2
    return top


def _adapted(svg: str, gaps: Sequence[bool], name: str, title: str) -> Markup:
    """The library's drawing, scalable, named, without its paper and its fonts."""
    root = ET.fromstring(svg)  # noqa: S314 -- our own library's output
    namespace = "{http://www.w3.org/2000/svg}"
    width, height = int(root.attrib.pop("width")), int(root.attrib.pop("height"))
    cut = round(width * _MARGIN * 0.7)
    root.attrib |= {
        "viewBox": f"{cut} {cut} {width - cut} {height - 2 * cut}",
        "role": "img",
        "class": "chart",
        "aria-labelledby": f"{name}-title",
    }
    group = root.find(f"{namespace}g")
    if group is not None and (paper := group.find(f"{namespace}rect")) is not None:
        group.remove(paper)
    for text in root.iter(f"{namespace}text"):
        text.attrib.pop("font-family", None)
        text.attrib.pop("fill", None)
    for place, column in enumerate(root.iterfind(f".//{namespace}g[@class='series columns']/{namespace}rect")):
        if gaps[place]:
            # A day that was not collected is no day without articles: a low hollow mark instead of nothing.
            bottom = float(column.attrib["y"]) + float(column.attrib["height"])
            column.attrib |= {"class": "gap", "y": str(bottom - 6), "height": "6", "fill": "none"}
    label = ET.Element(f"{namespace}title", {"id": f"{name}-title"})
    label.text = title
    root.insert(0, label)
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 -- ElementTree has escaped every text in it
