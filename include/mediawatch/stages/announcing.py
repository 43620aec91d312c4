"""Visit the places where sources announce articles, conditionally and without trusting an ETag too far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from mediawatch.records import Clock, Exchange, Reason, Source
from mediawatch.stages.markup import MarkupReader
from mediawatch.stages.memory import Memory
from mediawatch.stages.rows import Announced

if TYPE_CHECKING:
    from mediawatch.discovery import Announced as Item
    from mediawatch.discovery import Announcement, Findings
    from mediawatch.fetching import Attempt, Crawler, Job

FULL_EVERY = timedelta(hours=12)
"""An announcer is asked unconditionally at least this often, or a lying ETag would silence it for good."""

Archive = Callable[[Sequence[Exchange]], object]


@dataclass(slots=True)
class Visited:
    """What the announcers said: one row a visit, and the announced items by source name."""

    rows: list[Announced]
    items: dict[str, list[Item]]


@dataclass(frozen=True, slots=True)
class AnnouncerRounds:
    """Asks every announcer of `sources`, following sitemap indexes and the like round by round until none is left.

    Each address is asked once.  All exchanges go to `archive`.
    """

    sources: Sequence[Source]
    memory: Memory
    crawler: Crawler
    clock: Clock
    archive: Archive
    visited: Visited = field(default_factory=lambda: Visited(rows=[], items={}))
    limits: dict[str, int] = field(default_factory=dict)
    reader: MarkupReader = field(default_factory=MarkupReader)

    def __post_init__(self) -> None:
        self.limits.update({source.name: source.limits.sitemaps for source in self.sources})

    def visit_all(self) -> Visited:
        """What all of them said."""
        from mediawatch.discovery import announcements

        asked: set[str] = set()
        wanted = [a for source in self.sources for a in announcements(source)]
        while wanted:
            fresh = {a.url: a for a in wanted if a.url not in asked}
            asked |= set(fresh)
            wanted = self._within_bounds(self._round(fresh), asked)
        return self.visited

    def _within_bounds(self, follow: list[Announcement], asked: set[str]) -> list[Announcement]:
        """Those of `follow` that keep each source within its limit of followed addresses, however indexes nest."""
        kept: list[Announcement] = []
        for announcement in follow:
            limit = self.limits[announcement.source]
            if announcement.url not in asked and limit > 0:
                self.limits[announcement.source] = limit - 1
                kept.append(announcement)
        return kept

    def _round(self, fresh: dict[str, Announcement]) -> list[Announcement]:
        follow: list[Announcement] = []
        for attempt in self.crawler.crawl(self._jobs(fresh.values())):
            self.archive(attempt.exchanges)
            follow += self._heard(attempt, fresh[attempt.job.key])
        return sorted(follow, key=lambda announcement: announcement.url)

    def _jobs(self, announcements: Iterable[Announcement]) -> list[Job]:
        from mediawatch.fetching import Job

        by_name = {source.name: source for source in self.sources}
        jobs = []
        for announcement in announcements:
            etag, modified = _validators(self.memory.announced.get(announcement.url), self.clock())
            jobs.append(
                Job(
                    key=announcement.url,
                    url=announcement.url,
                    source=by_name[announcement.source],
                    kind="announcement",
                    etag=etag,
                    last_modified=modified,
                )
            )
        return jobs

    def _heard(self, attempt: Attempt, announcement: Announcement) -> tuple[Announcement, ...]:
        before = self.memory.announced.get(announcement.url)
        if attempt.response is None and announcement.is_guess and attempt.reason is not Reason.UNCHANGED:
            return ()  # that a usual address is not there is no news
        if attempt.response is None:
            self.visited.rows.append(_unanswered(attempt, announcement, before, self.clock()))
            return ()
        findings = self.reader.findings(announcement, attempt.response, attempt.job.source)
        self.visited.items.setdefault(announcement.source, []).extend(findings.items)
        self.visited.rows.append(_answered(attempt.response, announcement, before, findings))
        return findings.follow


def _validators(before: Announced | None, present: datetime) -> tuple[str, str]:
    if before is None or not before.is_trusted or before.full_at is None or present - before.full_at > FULL_EVERY:
        return "", ""
    return before.etag, before.last_modified


def _answered(answer: Exchange, announcement: Announcement, before: Announced | None, findings: Findings) -> Announced:
    dates = [item.announced_at for item in findings.items if item.announced_at is not None]
    # Where an answer named further addresses, a 304 would hide them: it is asked for whole each time.
    etag = "" if findings.follow else answer.header("ETag")
    last_modified = "" if findings.follow else answer.header("Last-Modified")
    digest = sha256(answer.body).hexdigest()
    lied = before is not None and bool(etag) and before.etag == etag and before.digest != digest
    return Announced(
        url=announcement.url,
        source=announcement.source,
        kind=announcement.kind,
        fetched_at=answer.fetched_at,
        reason=None,
        detail=findings.problem,
        items=len(findings.items),
        newest_at=max(dates, default=None),
        etag=etag,
        last_modified=last_modified,
        digest=digest,
        full_at=answer.fetched_at,
        is_trusted=not lied and (before is None or before.is_trusted),
    )


def _unanswered(attempt: Attempt, announcement: Announcement, before: Announced | None, present: datetime) -> Announced:
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
