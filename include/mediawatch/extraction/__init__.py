"""Extraction: from the bytes of a page to an `Article`, or to the `Loss` that says why there is none.  Pure."""

from mediawatch.extraction.article import VERSION, Extracted, extract, extract_all, page_context_of
from mediawatch.extraction.drift import drift_of
from mediawatch.extraction.identity import accepted_canonical
from mediawatch.extraction.paging import join_pages, next_page_of
from mediawatch.language.decoding import Decoded, decode

__all__ = [
    "VERSION",
    "Decoded",
    "Extracted",
    "accepted_canonical",
    "decode",
    "drift_of",
    "extract",
    "extract_all",
    "join_pages",
    "next_page_of",
    "page_context_of",
]
