"""Visit the places where sources announce articles, conditionally and without trusting an ETag too far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from mediawatch.records import Clock, Exchange, Reason, Source
from mediawatch.stages.memory import Memory
from mediawatch.stages.rows import Announced

if TYPE_CHECKING:
    from mediawatch.discovery import Announced as Item
    from mediawatch.discovery import Announcement
    from mediawatch.fetching import Attempt, Crawler

FULL_EVERY = timedelta(hours=12)
"""An announcer is asked unconditionally at least this often, or a lying ETag would silence it for good."""

Archive = Callable[[Sequence[Exchange]], object]


@dataclass(slots=True)
class Visited:
    """What the announcers said: one row a visit, and the announced items by source name."""

    rows: list[Announced] = field(default_factory=list)
    items: dict[str, list[Item]] = field(default_factory=dict)


def visit_announcers(
    sources: Sequence[Source], memory: Memory, crawler: Crawler, clock: Clock, archive: Archive
) -> Visited:
    """Ask every announcer of `sources`, following sitemap indexes and the like round by round until nothing is left.

    Each address is asked once.  All exchanges go to `archive`.
    """
    from mediawatch.discovery import announcements

    visited = Visited()
    asked: set[str] = set()
    by_name = {source.name: source for source in sources}
    wanted = [a for source in sources for a in announcements(source)]
    while wanted:
        fresh = {a.url: a for a in wanted if a.url not in asked}
        asked |= set(fresh)
        wanted = _round(fresh, by_name, memory, crawler, clock, archive, visited)
    return visited


def _round(
    fresh: dict[str, Announcement],
    sources: dict[str, Source],
    memory: Memory,
    crawler: Crawler,
    clock: Clock,
    archive: Archive,
    visited: Visited,
) -> list[Announcement]:
    from mediawatch.fetching import Job

    jobs = []
    for announcement in fresh.values():
        etag, modified = _validators(memory.announced.get(announcement.url), clock())
        source = sources[announcement.source]
        jobs.append(Job(key=announcement.url, url=announcement.url, source=source, kind="announcement", etag=etag,
                        last_modified=modified))
    follow: list[Announcement] = []
    for attempt in crawler.crawl(jobs):
        archive(attempt.exchanges)
        follow += _heard(attempt, fresh[attempt.job.key], memory, clock, visited)
    return sorted(follow, key=lambda a: a.url)


def _validators(before: Announced | None, present: datetime) -> tuple[str, str]:
    if before is None or not before.is_trusted or before.full_at is None or present - before.full_at > FULL_EVERY:
        return "", ""
    return before.etag, before.last_modified


def _heard(
    attempt: Attempt, announcement: Announcement, memory: Memory, clock: Clock, visited: Visited
) -> tuple[Announcement, ...]:
    from mediawatch.discovery import read_announcement

    before = memory.announced.get(announcement.url)
    if attempt.response is None:
        visited.rows.append(_unanswered(attempt, announcement, before, clock()))
        return ()
    findings = read_announcement(announcement, attempt.response, attempt.job.source)
    visited.items.setdefault(announcement.source, []).extend(findings.items)
    dates = [item.announced_at for item in findings.items if item.announced_at is not None]
    body, etag = attempt.response.body, attempt.response.header("ETag")
    digest = sha256(body).hexdigest()
    lied = before is not None and bool(etag) and before.etag == etag and before.digest != digest
    visited.rows.append(
        Announced(
            url=announcement.url,
            source=announcement.source,
            kind=announcement.kind,
            fetched_at=attempt.response.fetched_at,
            reason=None,
            detail=findings.problem,
            items=len(findings.items),
            newest_at=max(dates, default=None),
            etag=etag,
            last_modified=attempt.response.header("Last-Modified"),
            digest=digest,
            full_at=attempt.response.fetched_at,
            is_trusted=not lied and (before is None or before.is_trusted),
        )
    )
    return findings.follow


def _unanswered(
    attempt: Attempt, announcement: Announcement, before: Announced | None, present: datetime
) -> Announced:
    """The row of a 304 or a failure: what is known of the last whole answer stays."""
    return Announced(
        url=announcement.url,
        source=announcement.source,
        kind=announcement.kind,
        fetched_at=present,
        reason=attempt.reason or Reason.UNREACHABLE,
        detail=attempt.detail,
        items=0,
        newest_at=before.newest_at if before else None,
        etag=before.etag if before else "",
        last_modified=before.last_modified if before else "",
        digest=before.digest if before else "",
        full_at=before.full_at if before else None,
        is_trusted=before.is_trusted if before else True,
    )
