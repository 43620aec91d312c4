"""From announced items and the memory of earlier runs to the links of this run, each with its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mediawatch.context import Context
from mediawatch.harvest.memory import Fetched, Memory
from mediawatch.lake.tombstones import forgotten_links
from mediawatch.language import fold
from mediawatch.records import Link, Loss, Reason, Source
from mediawatch.sources.identity import link_of
from mediawatch.sources.urls import host_of, is_usable, spelt_id
from mediawatch.tables.harvest import DiscoveredLink, SeedAnswer

if TYPE_CHECKING:
    from mediawatch.harvest.discovery import Announced as Item


def candidate_of(link: Link, *, is_carried: bool = False) -> DiscoveredLink:
    """`link` as a candidate to be fetched."""
    return DiscoveredLink(
        link_id=link.link_id,
        url=link.url,
        source=link.source,
        site=link.site,
        title=link.title,
        announced_at=link.announced_at,
        updated_at=link.updated_at,
        discovered_by=link.discovered_by,
        first_seen_at=link.first_seen_at,
        reason=None,
        is_carried=is_carried,
    )


RECHECK_WITHIN = timedelta(hours=48)
"""An article is fetched again when its seed says that it changed, but only while it is news."""


def select_candidates(
    context: Context, sources: Sequence[Source], items: Mapping[str, Sequence[Item]], memory: Memory
) -> list[DiscoveredLink]:
    """One candidate for each distinct link of `sources`: announced now, or pending from an earlier run."""
    present = context.clock()
    forgotten = forgotten_links(context.store)
    found: list[DiscoveredLink] = []
    asked = {
        name
        for source in sources
        for item in items.get(source.name, ())
        for name in (link_of(item.url, source), spelt_id(item.url))
    }
    memory = memory.recalled(context.store, asked, {source.name for source in sources})
    past = _Past(memory.known(context.store, asked), forgotten, memory)  # asked once: it may read the whole lake
    for source in sources:
        fresh = _announced(source, items.get(source.name, ()), past, present)
        found += _within_limit(source, _with_pending(source, fresh, past, present))
    # Two sources may announce one address; the one that may fetch it wins, and each link is decided once.
    best: dict[str, DiscoveredLink] = {}
    for candidate in found:
        held = best.get(candidate.link_id)
        if held is None or (held.reason is not None and candidate.reason is None):
            best[candidate.link_id] = candidate
    return [best[key] for key in sorted(best)]


@dataclass(frozen=True, slots=True)
class _Past:
    """What is held against a source's announcements."""

    known: frozenset[str]
    forgotten: frozenset[str]
    memory: Memory


def _by_link(items: Iterable[Item], source: Source) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for item in items:
        found.setdefault(link_of(item.url, source), item)
    return found


def _announced(source: Source, items: Sequence[Item], past: _Past, present: datetime) -> dict[str, DiscoveredLink]:
    from mediawatch.harvest.discovery import select

    selection = select(items, source=source, seen_at=present, known=past.known, forgotten=past.forgotten)
    by_link = _by_link(items, source)
    texts = {link_of(item.url, source): item.text for item in items if item.text}
    found = {
        link.link_id: replace(candidate_of(link), feed_text=texts.get(link.link_id, "")) for link in selection.links
    }
    for loss in selection.losses:
        if loss.reason is Reason.DUPLICATE:
            continue  # the link has its one outcome already; `announced.items` counts every mention
        candidate = _lost(loss, by_link.get(loss.link_id), source, present)
        before = past.memory.fetched.get(loss.link_id)
        if loss.reason is Reason.KNOWN_ALREADY and before is not None and _is_due(candidate, before, present):
            candidate = replace(_recheck(candidate, before), feed_text=texts.get(loss.link_id, ""))
        elif loss.reason is Reason.OVER_LIMIT:
            candidate = replace(candidate, feed_text=texts.get(loss.link_id, ""))
        found.setdefault(loss.link_id, candidate)
    return found


def _lost(loss: Loss, item: Item | None, source: Source, present: datetime) -> DiscoveredLink:
    return DiscoveredLink(
        link_id=loss.link_id,
        url=item.url if item else loss.detail,
        source=source.name,
        site=host_of(item.url) if item and is_usable(item.url) else "",
        title=item.title if item else "",
        announced_at=item.announced_at if item else None,
        updated_at=item.updated_at if item else None,
        discovered_by=item.discovered_by if item else "",
        first_seen_at=present,
        reason=loss.reason,
        detail=loss.detail,
    )


def _is_due(candidate: DiscoveredLink, before: Fetched, present: datetime) -> bool:
    return present - before.first_seen_at <= RECHECK_WITHIN and _has_changed(candidate, before)


def _has_changed(candidate: DiscoveredLink, before: Fetched) -> bool:
    """Whether the seed says so, by an update since or by another headline or date than before.

    Many sites correct an article without an `updated` of their own.  Two seeds may always have called it by two names.
    """
    if candidate.updated_at is not None and candidate.updated_at > before.fetched_at:
        return True
    if candidate.discovered_by != before.discovered_by:
        return False
    is_retitled = bool(candidate.title and before.title) and fold(candidate.title) != fold(before.title)
    is_redated = None not in (candidate.announced_at, before.announced_at) and (
        candidate.announced_at != before.announced_at
    )
    return is_retitled or is_redated


def _recheck(candidate: DiscoveredLink, before: Fetched) -> DiscoveredLink:
    return replace(
        candidate,
        reason=None,
        detail="",
        is_recheck=True,
        first_seen_at=before.first_seen_at,
        etag=before.etag,
        last_modified=before.last_modified,
    )


def _with_pending(
    source: Source, fresh: dict[str, DiscoveredLink], past: _Past, present: datetime
) -> list[DiscoveredLink]:
    """Links that waited for their turn (oldest first), then the new ones as announced, then what may be a sitemap's
    archive (`is_unproven`), last seen first: a link that came today must not wait behind twenty thousand that did not;
    then those that failed.
    """
    carried: dict[str, DiscoveredLink] = {}
    pending = (c for c in past.memory.pending.values() if c.source == source.name)
    for before in sorted(pending, key=lambda c: (c.first_seen_at, c.link_id)):
        carried[before.link_id] = replace(
            before, reason=_pending_verdict(before, source, past.forgotten, present), detail="", is_carried=True
        )
    return sorted([*carried.values(), *(c for key, c in fresh.items() if key not in carried)], key=_turn)


def _turn(candidate: DiscoveredLink) -> tuple[int, bool, float, float, int]:
    """By what candidates are sorted; those that are equal keep their order."""
    from mediawatch.harvest.discovery.dates import number_in_address

    if not _is_unproven(candidate):
        return candidate.failures, False, 0.0, 0.0, 0
    updated = candidate.updated_at.timestamp() if candidate.updated_at else 0.0
    number = number_in_address(candidate.url)
    return candidate.failures, True, -candidate.first_seen_at.timestamp(), -updated, -number


def _is_unproven(candidate: DiscoveredLink) -> bool:
    from mediawatch.harvest.discovery.selection import is_unproven

    return is_unproven(candidate.announced_at, candidate.discovered_by)


def _pending_verdict(
    before: DiscoveredLink, source: Source, forgotten: frozenset[str], present: datetime
) -> Reason | None:
    if before.link_id in forgotten:
        return Reason.FORGOTTEN
    age = present - (before.announced_at or before.first_seen_at)
    if age <= timedelta(days=source.limits.max_age_days):
        return None
    return Reason.UNDATED if _is_unproven(before) and not before.failures else Reason.EXPIRED


def _within_limit(source: Source, candidates: Sequence[DiscoveredLink]) -> list[DiscoveredLink]:
    """`candidates` with those beyond the source's limit for one run put off (`over_limit`), never dropped."""
    left = source.limits.links_per_run
    found = []
    for candidate in candidates:
        if candidate.reason is None and left == 0:
            found.append(replace(candidate, reason=Reason.OVER_LIMIT))
            continue
        left -= candidate.reason is None
        found.append(candidate)
    return found


def with_news(rows: Iterable[SeedAnswer], candidates: Iterable[DiscoveredLink]) -> list[SeedAnswer]:
    """The visits to seeds, each with how many of its links nobody had announced before: fetched now, or over a limit.

    A link that several seeds announce counts for the one that is named with it.
    """
    first = (c for c in candidates if c.reason in (None, Reason.OVER_LIMIT) and not (c.is_carried or c.is_recheck))
    new = Counter(c.discovered_by.partition(" ")[2] for c in first)
    return [replace(row, new=new[row.url]) if row.reason in (None, Reason.UNCHANGED) else row for row in rows]
