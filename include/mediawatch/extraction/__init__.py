"""Extraction: from the bytes of a page to an `Article`, or to the `Loss` that says why there is none.  Pure."""

from mediawatch.extraction.article import VERSION, extract
from mediawatch.extraction.decoding import Decoded, decode

__all__ = ["VERSION", "Decoded", "decode", "extract"]
