"""The index of articles: its fields, and an article as a document of it."""

from __future__ import annotations

from typing import Any

from mediawatch.records import Article
from mediawatch.search.analysis import CHINESE, ENGLISH
from mediawatch.search.fields import COUNT, COUNTED_AT, DAY, FLAG, INSTANT, KEYWORD, SHARE, URL, document_of, strict
from mediawatch.search.names import own_publisher, search_names
from mediawatch.search.searchable import searchable

ROLES = ("writer", "translator", "photographer", "editor")
"""What people are credited with, each a field of names of its own, so that one can count by it."""
MAPPING = strict(
    {
        "article_id": KEYWORD,
        "revision": COUNT,
        "link_id": KEYWORD,
        "url": URL,
        "canonical_url": URL,
        "source": KEYWORD,
        "site": KEYWORD,
        "title": {**CHINESE, "fields": {"en": ENGLISH, "raw": KEYWORD}},
        "title_before": KEYWORD,
        "is_retitled": FLAG,
        "title_en": {**ENGLISH, "fields": {"raw": KEYWORD}},
        "body_zh": CHINESE,
        "body_en": ENGLISH,
        "search_text": CHINESE,
        "search_title": CHINESE,
        "search_names": KEYWORD,
        "language": KEYWORD,
        "languages": KEYWORD,
        "byline": KEYWORD,
        "authors": KEYWORD,
        "credits": {"properties": dict.fromkeys(ROLES, KEYWORD)},
        "section": KEYWORD,
        "original_publisher": KEYWORD,
        "publisher_id": KEYWORD,
        "is_repost": FLAG,
        "provenance_confidence": SHARE,
        "captions": KEYWORD,
        "pages": COUNT,
        "published_at": INSTANT,
        "published_on": DAY,
        "published_confidence": SHARE,
        "published_origin": KEYWORD,
        "published_precision": KEYWORD,
        "announced_at": INSTANT,
        "first_seen_at": INSTANT,
        "fetched_at": INSTANT,
        "counted_on": DAY,
        COUNTED_AT: INSTANT,
        "title_length": COUNT,
        "text_length": COUNT,
        "han_share": SHARE,
        "boilerplate_share": SHARE,
        "text_digest": KEYWORD,
        "extracted_by": KEYWORD,
        "story_id": KEYWORD,
        "publisher": KEYWORD,
        "lag_seconds": COUNT,
    }
)


def article_document(
    article: Article, *, story_id: str = "", publisher: str = "", title_before: str = ""
) -> dict[str, Any]:
    """`article` as a document, in JSON values only, with its publisher and its story, where it has one with others.

    `title_before` is the title that it had until the site put another one there.

    `search_text` is what queries run over: both titles and the body, as `searchable`; `search_title` the titles alone,
    `search_names` what `publisher:` and the like look for.  A body that is neither Chinese nor English
    goes to `body_en`, whose analysis suits any language with spaces.
    """
    return document_of(
        article,
        MAPPING,
        body_en=article.body_en or ("" if article.body_zh else article.text),
        search_text=searchable(f"{article.title}\n{article.title_en}\n{article.text}"),
        search_title=searchable(f"{article.title}\n{article.title_en}"),
        search_names=search_names(article, own_publisher(article)),
        story_id=story_id or article.article_id,
        publisher=publisher,
        lag_seconds=_lag(article),
        title_before=title_before,
        is_retitled=bool(title_before),
        credits=_by_role(article.credits) or None,
    )


def _by_role(credits: tuple[str, ...]) -> dict[str, list[str]]:
    parts = [credit.partition(":") for credit in credits]
    found = {role: [name for of, _, name in parts if of == role] for role in ROLES}
    return {role: names for role, names in found.items() if names}


def _lag(article: Article) -> int | None:
    """Seconds from publication to our reading it; None where the page tells no time, or one after the reading."""
    if article.published_at is None or article.published_at > article.fetched_at:
        return None
    return int((article.fetched_at - article.published_at).total_seconds())
