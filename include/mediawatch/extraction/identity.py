"""What tells pages apart: a digest of the text, and whether a canonical address may stand for a page."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from mediawatch.language import fold
from mediawatch.records import Article, Source
from mediawatch.sources.urls import is_on_site, normalise


def digest_of(text: str) -> str:
    """The digest by which equal texts are known, whatever their script."""
    return hashlib.sha256(fold(text).encode()).hexdigest()


def accepted_canonical(article: Article, source: Source) -> str | None:
    """The normalised canonical address of `article`, or None when it says nothing about identity.

    It counts only on the source's own hosts (their www, mobile and AMP twins are the same site) and not when it names a
    home page: a repost that points to its origin, or a template that points every page to the front, must not let one
    article overwrite another.
    """
    try:
        canonical = normalise(article.canonical_url)
    except ValueError:
        return None
    if not is_on_site(canonical, source.hosts) or _is_home(canonical):
        return None
    return canonical


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
