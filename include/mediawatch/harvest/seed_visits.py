"""Visit the places where sources announce articles, conditionally and without trusting an ETag too far."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING, Final

from mediawatch import logs
from mediawatch.harvest.markup import MarkupReader
from mediawatch.harvest.memory import Memory
from mediawatch.records import Clock, Exchange, Reason, Source
from mediawatch.sources.pages import is_gate
from mediawatch.tables.harvest import SeedAnswer

if TYPE_CHECKING:
    from mediawatch.harvest.discovery import Announced as Item
    from mediawatch.harvest.discovery import Announcement, Findings
    from mediawatch.harvest.fetching import Crawler, FetchAttempt, Job


@dataclass(slots=True)
class BoundedItems:
    """At most `limits[name]` items of each source.

    Those of feeds and lists are kept before those of sitemaps, which may list the whole archive; then the newest by
    what they say of themselves.  The choice does not depend on the order in which items come.
    """

    limits: Mapping[str, int]
    kept: dict[str, list[Item]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    """By the address of the announcement."""

    def add(self, source: str, items: Iterable[Item]) -> None:
        """Take `items` in; memory is bounded by twice the limit and one announcement."""
        held = self.kept.setdefault(source, [])
        held.extend(items)
        if len(held) > 2 * self.limits[source]:
            self._cut(source)

    def settle(self) -> None:
        """Leave out what is beyond the limits."""
        for source in self.kept:
            if len(self.kept[source]) > self.limits[source]:
                self._cut(source)

    def _cut(self, source: str) -> None:
        held, limit = self.kept[source], self.limits[source]
        ranked = sorted(range(len(held)), key=lambda place: _rank(held[place]))
        self.left_out.update(held[place].discovered_by.partition(" ")[2] for place in ranked[limit:])
        self.kept[source] = [held[place] for place in sorted(ranked[:limit])]


def _rank(item: Item) -> tuple[bool, float, int, str, str, str]:
    from mediawatch.harvest.discovery.dates import number_in_address

    moment = item.announced_at or item.updated_at
    is_map = item.discovered_by.startswith("sitemap ")
    number = number_in_address(item.url)
    rest = f"{item.title}\n{item.announced_at}\n{item.updated_at}"
    return is_map, -moment.timestamp() if moment else math.inf, -number, item.url, item.discovered_by, rest


_LOG = logs.logger(__name__)

FULL_EVERY = timedelta(hours=12)
"""A seed is asked unconditionally at least this often, or a lying ETag would silence it for good."""

HEAD_BYTES: Final = 65_536
"""Of a page that announces nothing, so much is searched for its title."""
_TITLE: Final = re.compile(rb"<title[^<>]{0,200}>([^<]{1,600})", re.IGNORECASE)

Archive = Callable[[Sequence[Exchange]], object]


@dataclass(slots=True)
class Visited:
    """What the seeds said: one row a visit, and the announced items by source name, within `limits.items`.

    A usual address that nobody named has a row only when it announces something; `guessed` are the sources of those.
    """

    rows: list[SeedAnswer]
    items: dict[str, list[Item]]
    guessed: set[str] = field(default_factory=set)
    left_out: int = 0
    """Items beyond `limits.items`; the rows of their seeds say how many of them each."""


@dataclass(frozen=True, slots=True)
class SeedRounds:
    """Asks every seed of `sources`, following sitemap indexes and the like round by round until none is left.

    Each address is asked once.  All exchanges go to `archive`.
    """

    sources: Sequence[Source]
    memory: Memory
    crawler: Crawler
    clock: Clock
    archive: Archive
    visited: Visited = field(default_factory=lambda: Visited(rows=[], items={}))
    limits: dict[str, int] = field(default_factory=dict)
    items: BoundedItems = field(init=False)
    named_by: dict[str, str] = field(default_factory=dict)
    not_followed: Counter[str] = field(default_factory=Counter)
    reader: MarkupReader = field(default_factory=MarkupReader)

    def __post_init__(self) -> None:
        self.limits.update({source.name: source.limits.sitemaps for source in self.sources})
        bounded = BoundedItems({source.name: source.limits.items for source in self.sources}, self.visited.items)
        object.__setattr__(self, "items", bounded)

    def visit_all(self) -> Visited:
        """What all of them said."""
        from mediawatch.harvest.discovery import announcements

        asked: set[str] = set()
        wanted = [a for source in self.sources for a in announcements(source)]
        while wanted:
            fresh = {a.url: a for a in wanted if a.url not in asked}
            asked |= set(fresh)
            wanted = self._within_bounds(self._run_shared(fresh), asked)
        self._say_what_was_left_out()
        self.visited.rows = [self._settled(row) for row in self.visited.rows]
        return self.visited

    def _settled(self, row: SeedAnswer) -> SeedAnswer:
        """A home page without links did its part where one of the usual addresses answered instead."""
        is_bare = row.kind == "home" and row.reason in (Reason.NO_LINKS, Reason.LEFT_SITE)
        if is_bare and row.source in self.visited.guessed:
            return replace(row, reason=None)
        return row

    def _say_what_was_left_out(self) -> None:
        self.items.settle()
        self.visited.left_out = self.items.left_out.total()
        for place, row in enumerate(self.visited.rows):
            cut, missed = self.items.left_out[row.url], self.not_followed[row.url]
            notes = (
                row.detail,
                f"left out {cut} of {row.items} items (limits.items)" if cut else "",
                f"did not follow {missed} further addresses (limits.sitemaps)" if missed else "",
            )
            self.visited.rows[place] = replace(row, detail="; ".join(filter(None, notes)))

    def _within_bounds(self, follow: list[Announcement], asked: set[str]) -> list[Announcement]:
        """Those of `follow` that keep each source within its limit of followed addresses, however indexes nest."""
        kept: list[Announcement] = []
        for announcement in follow:
            limit = self.limits[announcement.source]
            if announcement.url in asked:
                continue
            if limit > 0:
                self.limits[announcement.source] = limit - 1
                kept.append(announcement)
            else:
                self.not_followed[self.named_by[announcement.url]] += 1
        return kept

    def _run_shared(self, fresh: dict[str, Announcement]) -> list[Announcement]:
        follow: list[Announcement] = []
        for attempt in self.crawler.crawl(self._jobs(fresh.values())):
            self.archive(attempt.exchanges)
            follow += self._heard(attempt, fresh[attempt.job.key])
        return sorted(follow, key=lambda announcement: announcement.url)

    def _jobs(self, announcements: Iterable[Announcement]) -> list[Job]:
        from mediawatch.harvest.fetching import Job

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

    def _heard(self, attempt: FetchAttempt, announcement: Announcement) -> tuple[Announcement, ...]:
        before = self.memory.announced.get(announcement.url)
        if attempt.response is None:
            reason = attempt.reason or Reason.UNREACHABLE
            self._note(announcement, _unread(announcement, before, reason, attempt.detail, self.clock()))
            return ()
        findings = self.reader.findings(announcement, attempt.response, attempt.job.source)
        self.items.add(announcement.source, findings.items)
        self.named_by.update(dict.fromkeys((each.url for each in findings.follow), announcement.url))
        self._note(announcement, _answered(attempt.response, announcement, before, findings))
        return findings.follow

    def _note(self, announcement: Announcement, row: SeedAnswer) -> None:
        """Keep the one outcome of the visit.  That a usual address is not there, or announces nothing, is no news."""
        if announcement.is_guess:
            is_idle = announcement.kind == "robots" and not row.follows
            if row.reason not in (None, Reason.UNCHANGED) or is_idle:
                return
            self.visited.guessed.add(announcement.source)
        self.visited.rows.append(row)
        is_failed = row.reason not in (None, Reason.UNCHANGED)
        log = _LOG.warning if is_failed else _LOG.info
        about = {"url": row.url, "source": row.source, "kind": row.kind, "items": row.items}
        log("visited", **about, reason=row.reason, detail=row.detail)


def _validators(before: SeedAnswer | None, present: datetime) -> tuple[str, str]:
    if before is None or not before.is_trusted or before.full_at is None or present - before.full_at > FULL_EVERY:
        return "", ""
    if before.detail and not before.items and before.reason is None:
        return "", ""  # rows of older versions: nothing could be read, and a 304 would say that this is all right
    return before.etag, before.last_modified


def _answered(
    answer: Exchange, announcement: Announcement, before: SeedAnswer | None, findings: Findings
) -> SeedAnswer:
    reason = _why_unread(answer, findings)
    if reason is not None:
        return replace(
            _unread(announcement, before, reason, findings.problem, answer.fetched_at), follows=len(findings.follow)
        )
    dates = [item.announced_at for item in findings.items if item.announced_at is not None]
    # Where an answer named further addresses, a 304 would hide them: it is asked for whole each time.
    etag = "" if findings.follow else answer.header("ETag")
    last_modified = "" if findings.follow else answer.header("Last-Modified")
    digest = sha256(answer.body).hexdigest()
    lied = before is not None and bool(etag) and before.etag == etag and before.digest != digest
    return SeedAnswer(
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
        follows=len(findings.follow),
        certificate_until=answer.certificate_until,
    )


def _why_unread(answer: Exchange, findings: Findings) -> Reason | None:
    """Why the answer announces nothing; None when it was read."""
    reason = findings.reason
    if reason is None and findings.problem and not (findings.items or findings.follow):
        reason = Reason.UNPARSABLE
    if reason in (Reason.NOT_A_FEED, Reason.NO_LINKS) and _is_gate(answer):
        return Reason.CHALLENGE
    return reason


def _is_gate(answer: Exchange) -> bool:
    title = _TITLE.search(answer.body, 0, HEAD_BYTES)
    if title is None:
        return False
    return is_gate(unescape(title[1].decode("utf-8", "replace")))


def _unread(
    announcement: Announcement, before: SeedAnswer | None, reason: Reason, detail: str, present: datetime
) -> SeedAnswer:
    """The row of a 304 or a failure: what is known of the last whole answer stays."""
    return SeedAnswer(
        url=announcement.url,
        source=announcement.source,
        kind=announcement.kind,
        fetched_at=present,
        reason=reason,
        detail=detail,
        items=0,
        newest_at=before.newest_at if before else None,
        etag=before.etag if before else "",
        last_modified=before.last_modified if before else "",
        digest=before.digest if before else "",
        full_at=before.full_at if before else None,
        is_trusted=before.is_trusted if before else True,
    )
