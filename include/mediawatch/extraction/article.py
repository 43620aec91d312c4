"""From the bytes of one page to its article."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.bodies import main_text
from mediawatch.extraction.dates import Published, published_of
from mediawatch.extraction.declared import Declared, declared_by
from mediawatch.extraction.decoding import decode
from mediawatch.extraction.kinds import Signs, refusal_of, signs_of
from mediawatch.extraction.paragraphs import Body, body_lines, body_of
from mediawatch.extraction.parsing import UnparsableError, parse
from mediawatch.extraction.provenance import byline_of, original_publisher_of, section_of
from mediawatch.extraction.titles import Headline, headline_of
from mediawatch.extraction.version import VERSION
from mediawatch.extraction.visible import visible_text
from mediawatch.language import fold, han_share
from mediawatch.records import Article, Loss, Page, Reason, Source

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SHOWN: Final = 4_000
_LETTERS: Final = 10
"""Fewer letters than this are no text; the audit judges how long an article has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    declared: Declared
    headline: Headline
    signs: Signs
    published: Published
    byline: str
    original_publisher: str


def extract(page: Page, body: bytes, source: Source) -> Article | Loss:
    """The article on `page`, or why there is none.  Never raises, whatever the bytes.

    `article_id`, `revision` and `counted_on` are provisional: the link's id, 1 and the UTC day of first sight.
    """
    decoded = decode(body, page.content_type)
    if decoded is None:
        return _loss(page, Reason.UNDECODABLE, f"{len(body):,} bytes")
    try:
        return _article_on(parse(decoded.text), page, source)
    except UnparsableError as error:
        return _loss(page, Reason.UNPARSABLE, str(error))


def _article_on(root: HtmlElement, page: Page, source: Source) -> Article | Loss:
    found = _read(root, page, source)
    # The last use of the tree: looking for the main text takes it apart.
    lines = body_lines(main_text(root, headline=found.headline.element), title=found.headline.title)
    body = body_of(lines)
    refusal = refusal_of(found.signs, body.text)
    if refusal:
        return _loss(page, refusal.reason, refusal.sign)
    if sum(map(str.isalpha, body.text)) < _LETTERS:
        return _loss(page, Reason.NO_TEXT, f"{len(body.text)} characters")
    return _article(page, source, found, body)


def _read(root: HtmlElement, page: Page, source: Source) -> _Found:
    """All that is read from the whole page rather than from its main text."""
    url = page.final_url or page.url
    declared = declared_by(root, url)
    headline = headline_of(root, declared, announced=page.announced_title)
    visible = visible_text(root, headline.element)
    return _Found(
        declared=declared,
        headline=headline,
        signs=signs_of(
            root,
            declared,
            asked=page.url,
            url=url,
            title=headline.title,
            shown=(visible.above + visible.below)[:_SHOWN],
        ),
        published=published_of(root, declared, visible, url=url, timezone=source.timezone, fetched_at=page.fetched_at),
        byline=byline_of(root, declared, visible),
        original_publisher=original_publisher_of(declared, visible),
    )


def _article(page: Page, source: Source, found: _Found, body: Body) -> Article:
    title = found.headline.title
    return Article(
        article_id=page.link_id,
        revision=1,
        link_id=page.link_id,
        url=page.final_url or page.url,
        canonical_url=found.declared.canonical,
        source=source.name,
        site=page.site,
        title=title,
        title_en=found.headline.title_en or (title if body.language == "en" else ""),
        text=body.text,
        body_zh=body.body_zh,
        body_en=body.body_en,
        language=body.language,
        languages=body.languages,
        byline=found.byline,
        section=section_of(found.declared),
        original_publisher=found.original_publisher,
        published_at=found.published.at,
        published_on=found.published.on,
        announced_at=page.announced_at,
        first_seen_at=page.first_seen_at,
        fetched_at=page.fetched_at,
        counted_on=page.first_seen_at.astimezone(UTC).date(),
        title_length=len(title),
        text_length=len(body.text),
        han_share=han_share(body.text),
        text_digest=hashlib.sha256(fold(body.text).encode()).hexdigest(),
        extracted_by=VERSION,
    )


def _loss(page: Page, reason: Reason, detail: str) -> Loss:
    return Loss(stage="extract", link_id=page.link_id, source=page.source, reason=reason, detail=detail)
