"""Where a source announces articles, and what was found there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from mediawatch.records import JsonFields, Reason, Source

LONGEST_PROBLEM = 200
"""Characters of what was wrong; parsers quote what they read."""

AnnouncementKind = Literal["feed", "sitemap", "list_page", "json", "home", "robots"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One address to fetch because it may announce articles.

    `depth` counts the steps from the catalogue's own addresses.  `is_guess` marks a usual address that nobody named:
    that it does not exist is no fault.  The patterns, `fields` and `has_full_text` are those of the seed that led here.
    """

    url: str
    kind: AnnouncementKind
    source: str
    depth: int = 0
    link_pattern: str | None = None
    is_guess: bool = False
    exclude_pattern: str | None = None
    follow_pattern: str | None = None
    fields: JsonFields | None = None
    has_full_text: bool = False

    def next(self, url: str, kind: AnnouncementKind, *, is_guess: bool = False) -> Announcement:
        """`url`, which what is announced here leads to."""
        return replace(self, url=url, kind=kind, depth=self.depth + 1, is_guess=is_guess)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """One item as announced: an absolute address where one could be made, a title without markup, aware UTC dates.

    `updated_at` alone (a plain sitemap) says when the page changed, not when it was published.
    `discovered_by` is "kind address" of the announcement.  `text` is the whole article as markup, where the feed has it
    and its seed says so.
    """

    url: str
    title: str
    announced_at: datetime | None
    updated_at: datetime | None
    discovered_by: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one announcement said: items, further announcements to fetch, and what was wrong with it (or "").

    `reason` is set when the announcement failed as a whole: nothing could be read in it.  A problem without a reason is
    for people to know of; what was read counts.
    """

    items: tuple[Announced, ...] = ()
    follow: tuple[Announcement, ...] = ()
    problem: str = ""
    reason: Reason | None = None


def failed(reason: Reason, problem: str) -> Findings:
    """Nothing could be read, for `reason`; `problem` says it in the words of the case, cut to a line."""
    return Findings(reason=reason, problem=" ".join(problem.split())[:LONGEST_PROBLEM])


def announcements(source: Source) -> tuple[Announcement, ...]:
    """The addresses that the catalogue names for `source`, in its order."""
    kinds: dict[str, AnnouncementKind] = {
        "feed": "feed",
        "news_sitemap": "sitemap",
        "list_page": "list_page",
        "json": "json",
        "auto": "home",
    }
    return tuple(
        Announcement(
            url=each.url,
            kind=kinds[each.kind],
            source=source.name,
            link_pattern=each.link_pattern,
            exclude_pattern=each.exclude_pattern,
            follow_pattern=each.follow_pattern,
            fields=each.fields,
            has_full_text=each.has_full_text,
        )
        for each in source.discovery
    )
