"""Extraction: from the bytes of a page to an `Article`, or to the `Loss` that says why there is none.  Pure."""

from mediawatch.extraction.article import extract
from mediawatch.extraction.decoding import Decoded, decode
from mediawatch.extraction.identity import accepted_canonical
from mediawatch.extraction.version import VERSION

__all__ = ["VERSION", "Decoded", "accepted_canonical", "decode", "extract"]
