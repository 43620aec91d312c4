"""The index of articles: its fields, and an article as a document of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mediawatch.language import fold
from mediawatch.records import Article
from mediawatch.search.analysis import CHINESE, ENGLISH
from mediawatch.search.fields import COUNT, DAY, FLAG, INSTANT, KEYWORD, URL, strict, without_blanks

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
        "title_en": {**ENGLISH, "fields": {"raw": KEYWORD}},
        "body_zh": CHINESE,
        "body_en": ENGLISH,
        "search_zh": CHINESE,
        "language": KEYWORD,
        "languages": KEYWORD,
        "byline": KEYWORD,
        "authors": KEYWORD,
        "section": KEYWORD,
        "original_publisher": KEYWORD,
        "publisher_id": KEYWORD,
        "is_repost": FLAG,
        "provenance_confidence": {"type": "float"},
        "captions": KEYWORD,
        "pages": COUNT,
        "published_at": INSTANT,
        "published_on": DAY,
        "published_confidence": {"type": "float"},
        "announced_at": INSTANT,
        "first_seen_at": INSTANT,
        "fetched_at": INSTANT,
        "counted_on": DAY,
        "title_length": COUNT,
        "text_length": COUNT,
        "han_share": {"type": "float"},
        "boilerplate_share": {"type": "float"},
        "text_digest": KEYWORD,
        "extracted_by": KEYWORD,
        "story_id": KEYWORD,
        "publisher": KEYWORD,
        "lag_seconds": COUNT,
    }
)


def article_document(article: Article, *, story_id: str = "", publisher: str = "") -> dict[str, Any]:
    """`article` as a document, in JSON values only, with its story and publisher where they are known.

    `search_zh` is what queries run over: title and Chinese body, folded.  A body that is neither Chinese nor English
    goes to `body_en`, whose analysis suits any language with spaces.
    """
    body_en = article.body_en or ("" if article.body_zh else article.text)
    return without_blanks(
        {
            "article_id": article.article_id,
            "revision": article.revision,
            "link_id": article.link_id,
            "url": article.url,
            "canonical_url": article.canonical_url,
            "source": article.source,
            "site": article.site,
            "title": article.title,
            "title_en": article.title_en,
            "body_zh": article.body_zh,
            "body_en": body_en,
            "search_zh": fold(f"{article.title}\n{article.body_zh}"),
            "language": article.language,
            "languages": list(article.languages),
            "byline": article.byline,
            "authors": list(article.authors),
            "section": article.section,
            "original_publisher": article.original_publisher,
            "publisher_id": article.publisher_id,
            "is_repost": article.is_repost,
            "provenance_confidence": round(article.provenance_confidence, 4),
            "captions": list(article.captions),
            "pages": article.pages,
            "published_at": _instant(article.published_at),
            "published_on": article.published_on.isoformat() if article.published_on else None,
            "published_confidence": round(article.published_confidence, 4),
            "announced_at": _instant(article.announced_at),
            "first_seen_at": _instant(article.first_seen_at),
            "fetched_at": _instant(article.fetched_at),
            "counted_on": article.counted_on.isoformat(),
            "title_length": article.title_length,
            "text_length": article.text_length,
            "han_share": round(article.han_share, 4),
            "boilerplate_share": round(article.boilerplate_share, 4),
            "text_digest": article.text_digest,
            "extracted_by": article.extracted_by,
            "story_id": story_id,
            "publisher": publisher,
            "lag_seconds": _lag(article),
        }
    )


def _lag(article: Article) -> int | None:
    """Seconds from publication to our reading it; None where the page tells no time, or one after the reading."""
    if article.published_at is None or article.published_at > article.fetched_at:
        return None
    return int((article.fetched_at - article.published_at).total_seconds())


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None
