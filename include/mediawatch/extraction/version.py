"""Which rules made a row."""

from __future__ import annotations

from typing import Final

VERSION: Final = "3/trafilatura-2.3.1"
"""The rules of this package and the extractor below them, as `extracted_by`; rows of another version are made anew.

The first number goes up with every change that can make another article of the same bytes.
"""
