"""Blanks at the beginning of a regular expression that is searched for."""

from __future__ import annotations

from typing import Final

BLANKS_BEFORE: Final = r"(?:(?<!\s)\s++)?+"
r"""Stands for a leading `\s*`, and costs a search no more than one look at each blank.

A search begins at every place of a text, so that of n blanks without what should follow them `\s*` reads n²/2.  This
one is entered only where a run of blanks begins and gives nothing back; what follows it must not begin with a blank.
"""
