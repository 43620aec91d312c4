"""An article as the detector is told of it, and as it reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from mediawatch.keywords.units import Units, units_of
from mediawatch.language import fold
from mediawatch.language.aliases import Aliases


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDocument:
    """One article of `day`, its text without template lines and ranking lists.

    `publisher` is the original site behind its story, `site` who printed this copy; `story` the id that all
    copies share.  `origin` is who speaks in this copy alone, by the name of a publisher: the site that it names, or
    its site; empty means its publisher.  `at` is when it was published, or first seen.
    """

    article_id: str
    day: date
    at: datetime
    site: str
    publisher: str
    story: str
    language: str
    title: str
    text: str
    url: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What of a document is counted: its folded text with names rewritten, as units.

    The first `title_length` characters of `folded` and the first `title_units` units are the title's.
    """

    article_id: str
    day: date
    at: datetime
    site: str
    publisher: str
    origin: str
    story: str
    language: str
    title: str
    url: str
    folded: str
    units: Units
    title_length: int
    title_units: int


def read(document: TextDocument, aliases: Aliases) -> Reading:
    """`document` folded, names in their canonical spelling, cut into units."""
    title, text = (aliases.rewrite(fold(part)) for part in (document.title, document.text))
    units = units_of(f"{title}\n{text}")
    return Reading(
        article_id=document.article_id,
        day=document.day,
        at=document.at,
        site=document.site,
        publisher=document.publisher,
        origin=document.origin or document.publisher,
        story=document.story,
        language=document.language,
        title=document.title,
        url=document.url,
        folded=f"{title}\n{text}",
        units=units,
        title_length=len(title),
        title_units=int((units.starts < len(title)).sum()),
    )
