"""Boilerplate: lines that a site prints on page after page, learned over days and taken out of its articles.  Pure."""

from typing import Final

from mediawatch.extraction.boilerplate.learning import held_by_source, learn
from mediawatch.extraction.boilerplate.lines import Stripped, page_lines, strip
from mediawatch.extraction.boilerplate.sketching import DaySketch, sketch

VERSION: Final = "2"
"""The rules of this package: how lines are compared, counted, learned and taken out.

It goes up with every change that can make another article of the same pages.
"""

__all__ = [
    "VERSION",
    "DaySketch",
    "Stripped",
    "held_by_source",
    "learn",
    "page_lines",
    "sketch",
    "strip",
]
