"""From the bytes of one page to its article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Final

from mediawatch.extraction.identity import digest_of
from mediawatch.extraction.kinds import Refusal
from mediawatch.extraction.page.context import NO_RULES, PageContext
from mediawatch.extraction.reading import PageReading, read_page
from mediawatch.extraction.titles import beginning_of
from mediawatch.language import han_share
from mediawatch.language.marks import printed_length
from mediawatch.records import Article, Loss, Page, Ranking, Source
from mediawatch.sources.publishers import Publishers

VERSION: Final = "15/trafilatura-2.3.1"
"""The rules of this package and the extractor below them, as `extracted_by`; rows of another version are made anew.

The first number goes up with every change that can make another article of the same bytes.
"""

NO_PUBLISHERS: Final = Publishers()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What one page gave: its article or the reason why there is none, and what stands beside the article.

    `next_page` is the address of the article's next page on the same host, empty when there is none; `drift` says
    where the site's rules and the generic path disagree.
    """

    outcome: Article | Loss
    rankings: tuple[Ranking, ...] = ()
    next_page: str = ""
    drift: tuple[str, ...] = ()


def extract(page: Page, body: bytes, source: Source, publishers: Publishers = NO_PUBLISHERS) -> Article | Loss:
    """The article on `page`, or why there is none.  Never raises, whatever the bytes.

    `article_id`, `revision` and `counted_on` are provisional: the link's id, 1 and the UTC day of first sight.
    """
    return extract_all(page, body, source, publishers).outcome


def extract_all(page: Page, body: bytes, source: Source, publishers: Publishers = NO_PUBLISHERS) -> Extracted:
    """What `extract` gives, with the ranking lists of the page and the address of its next page."""
    return extracted_from(page, source, read_page(body, page_context_of(page, source, publishers)))


def extracted_from(page: Page, source: Source, reading: PageReading | Refusal) -> Extracted:
    """What the `reading` of `page` comes to."""
    if isinstance(reading, Refusal):
        return Extracted(outcome=_loss(page, reading))
    return Extracted(
        outcome=_loss(page, reading.refusal) if reading.refusal else _article(page, source, reading),
        rankings=_rankings(page, reading),
        next_page=reading.next_page,
        drift=reading.drift,
    )


def page_context_of(page: Page, source: Source, publishers: Publishers) -> PageContext:
    """What the archive and the catalogue tell about `page`."""
    return PageContext(
        url=page.final_url or page.url,
        asked=page.url,
        fetched_at=page.fetched_at,
        content_type=page.content_type,
        announced_title=page.announced_title,
        timezone=source.timezone,
        site_name=source.title,
        hosts=source.hosts,
        rules=source.rules or NO_RULES,
        publishers=publishers,
    )


def _article(page: Page, source: Source, reading: PageReading) -> Article:
    body, origin = reading.body, reading.provenance
    title = reading.headline.title or beginning_of(body.text)
    return Article(
        article_id=page.link_id,
        revision=1,
        link_id=page.link_id,
        url=page.final_url or page.url,
        canonical_url=reading.canonical,
        source=source.name,
        site=page.site,
        title=title,
        title_en=reading.headline.title_en or (title if body.language == "en" else ""),
        text=body.text,
        body_zh=body.body_zh,
        body_en=body.body_en,
        language=body.language,
        languages=body.languages,
        byline=reading.byline.name,
        authors=reading.byline.names,
        credits=tuple(f"{credit.role}:{credit.name}" for credit in reading.credits),
        section=reading.section,
        original_publisher=origin.name,
        published_at=reading.published.at,
        published_on=reading.published.on,
        published_confidence=reading.published.confidence,
        published_origin=reading.published.kind,
        published_precision=reading.published.precision,
        announced_at=page.announced_at,
        first_seen_at=page.first_seen_at,
        fetched_at=page.fetched_at,
        counted_on=page.first_seen_at.astimezone(UTC).date(),
        title_length=printed_length(title),
        text_length=len(body.text),
        han_share=han_share(body.text),
        text_digest=digest_of(body.text),
        extracted_by=VERSION,
        labels=body.labels,
        captions=reading.captions,
        publisher_id=origin.publisher_id,
        is_repost=origin.is_repost,
        provenance_confidence=origin.confidence,
    )


def _rankings(page: Page, reading: PageReading) -> tuple[Ranking, ...]:
    day = page.first_seen_at.astimezone(UTC).date()
    return tuple(
        Ranking(
            source=page.source,
            site=page.site,
            day=day,
            heading=line.heading,
            rank=line.rank,
            title=line.title,
            url=line.url,
            link_id=page.link_id,
        )
        for line in reading.rankings
    )


def _loss(page: Page, refusal: Refusal) -> Loss:
    return Loss(stage="extract", link_id=page.link_id, source=page.source, reason=refusal.reason, detail=refusal.sign)
