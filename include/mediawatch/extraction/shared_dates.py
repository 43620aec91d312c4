"""Instants that many different articles of a source have: their template's, or that of an edition, less sure than one
of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from mediawatch.records import Article

LEAST: Final = 5
"""Articles with different texts that have one instant, from which it is not believed."""
_SHARE: Final = 0.5
"""Share of those of the source that tell an instant at all."""
CONFIDENCE: Final = 0.4

Shared = frozenset[tuple[str, datetime]]


def shared_instants(articles: Iterable[Article]) -> Shared:
    """The (source, instant) that at least LEAST of `articles`, and half of those of the source, say they have."""
    texts: defaultdict[tuple[str, datetime], set[str]] = defaultdict(set)
    for article in articles:
        if article.published_at is not None:
            texts[article.source, article.published_at].add(article.text_digest)
    of_source: defaultdict[str, int] = defaultdict(int)
    for (source, _), digests in texts.items():
        of_source[source] += len(digests)
    return frozenset(
        (source, instant)
        for (source, instant), digests in texts.items()
        if len(digests) >= LEAST and len(digests) >= _SHARE * of_source[source]
    )


def less_sure(article: Article, shared: Shared) -> Article:
    """`article`, with CONFIDENCE at most in an instant that it shares with others of its source."""
    if article.published_at is None or (article.source, article.published_at) not in shared:
        return article
    return replace(article, published_confidence=min(article.published_confidence, CONFIDENCE))
