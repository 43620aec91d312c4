"""What one page says, extracted: an article, and the places of ranking lists that it prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """`title` stood at `rank` (from 1) of the list `heading` on pages of `site` on `day`.

    `url` is absolute, or empty where the line leads nowhere.  `link_id` is the page on which the list was seen.
    """

    source: str
    site: str
    day: date
    heading: str
    rank: int
    title: str
    url: str
    link_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Fields of an `Article` by which lists and hits of a search show it; see there.

    The board's own rows and what a search finds are made of them: a field that is added here is in both, with its
    default where an older row or document does not have it.
    """

    article_id: str
    title: str = ""
    title_en: str = ""
    url: str
    site: str
    source: str
    original_publisher: str = ""
    language: str = "und"
    languages: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    first_seen_at: datetime
    is_repost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One revision of one article.

    `article_id` is minted once and sticks; `revision` counts from 1.  `published_at` is the page's own time (None
    when it tells only a day, then `published_on` holds it, or nothing), `announced_at` the feed's, `first_seen_at`
    ours.  `counted_on` is the day statistics use.  `language` is the main one of `languages`
    (`zh-Hans | zh-Hant | en | ...`, BCP 47).  `body_zh` and `body_en` hold the paragraphs of each language joined by
    newlines; `text` is the whole body in reading order, `labels` the language of each of its lines.  `captions` are
    those of the pictures, never part of `text`; `pages` tells how many pages were joined.  Lengths are characters,
    `title_length` without the marks that stand on others; `han_share` is the share of Han characters among letters,
    0 to 1.

    `original_publisher` is who wrote it, as printed (empty: the page names none), `publisher_id` its id in the
    dictionary of publishers (empty: not in it), `provenance_confidence` how sure that is, 0 to 1.  `is_repost` says
    that it is another publisher than the site itself.

    `byline` holds the `authors`, who wrote or translated it, joined by commas; `credits` are all whom the page names,
    each as `role:name` with the role `writer`, `translator`, `photographer` or `editor`.

    `published_confidence` is how sure the page's own time is, 0 to 1: what the page calls an update or counts back from
    now may be wrong.  `published_origin` is where it was read (`json-ld`, `meta`, `markup`, `printed`, `update`,
    `address`, `relative`, or `rule` of the site), `published_precision` how exact it is: `second`, `minute` or `day`.
    Both are empty without a time.

    `boilerplate_share` is the share of the extracted characters, 0 to 1, that are template text of the site; they are
    not in `text` unless too little would have been left.
    """

    article_id: str
    revision: int
    link_id: str
    url: str
    canonical_url: str
    source: str
    site: str
    title: str
    title_en: str
    text: str
    body_zh: str
    body_en: str
    language: str
    languages: tuple[str, ...]
    byline: str
    section: str
    original_publisher: str
    published_at: datetime | None
    published_on: date | None
    announced_at: datetime | None
    first_seen_at: datetime
    fetched_at: datetime
    counted_on: date
    title_length: int
    text_length: int
    han_share: float
    text_digest: str
    extracted_by: str
    labels: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    publisher_id: str = ""
    is_repost: bool = False
    provenance_confidence: float = 0.0
    pages: int = 1
    boilerplate_share: float = 0.0
    authors: tuple[str, ...] = ()
    published_confidence: float = 0.0
    credits: tuple[str, ...] = ()
    published_origin: str = ""
    published_precision: str = ""
