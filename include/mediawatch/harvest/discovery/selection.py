"""From announced items to the links of a run: every item has one outcome.

The unit of the tally is the announced item: `len(items) == len(links) + len(losses)`.  An address announced n times
(in two feeds, or as its mobile twin) has one outcome of its own and n - 1 times DUPLICATE, so every distinct link_id
has exactly one outcome that is not DUPLICATE.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from mediawatch.harvest.discovery.announcement import Announced
from mediawatch.harvest.discovery.dates import day_in_address, number_in_address
from mediawatch.records import Link, Loss, Reason, Source
from mediawatch.sources.identity import link_of
from mediawatch.sources.urls import host_of, is_on_site, normalise, spelt_id

STAGE = "discover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """`links` are to be fetched, newest first; `losses` say what became of every other item.

    `waiting` are the links behind the OVER_LIMIT losses: kept pending, so that no limit loses an item.  `updated` are
    those behind KNOWN_ALREADY losses that carry an `updated_at`: candidates for a re-check.
    """

    links: tuple[Link, ...]
    losses: tuple[Loss, ...]
    waiting: tuple[Link, ...] = ()
    updated: tuple[Link, ...] = ()


def select(
    items: Iterable[Announced],
    *,
    source: Source,
    seen_at: datetime,
    known: AbstractSet[str],
    forgotten: AbstractSet[str],
) -> Selection:
    """Gives each item its outcome.  `known` are link_ids with a final outcome, `forgotten` those with a tombstone.

    An item is too old by its date, its update, or else the day that its address writes out.
    """
    rules = _Rules(source=source, seen_at=seen_at, known=known, forgotten=forgotten)
    merged, losses = _merged(items, source)
    links: list[Link] = []
    updated: list[Link] = []
    for link_id, item in merged.items():
        reason, detail = rules.verdict(link_id, item)
        if reason is None:
            links.append(_link(link_id, item, source, seen_at))
            continue
        losses.append(_loss(link_id, source, reason, detail))
        if reason is Reason.KNOWN_ALREADY and item.updated_at:
            updated.append(_link(link_id, item, source, seen_at))
    links.sort(key=lambda link: _newness(link, seen_at), reverse=True)
    bound = source.limits.links_per_run
    waiting = links[bound:]
    losses += [_loss(link.link_id, source, Reason.OVER_LIMIT, f"limit {bound}") for link in waiting]
    return Selection(links=tuple(links[:bound]), losses=tuple(losses), waiting=tuple(waiting), updated=tuple(updated))


def is_unproven(announced_at: datetime | None, discovered_by: str) -> bool:
    """Whether nothing says that a link is news: a sitemap lists it, which may hold the whole archive, and no date of
    publication stands beside it.
    """
    return announced_at is None and discovered_by.startswith("sitemap ")


def _newness(link: Link, seen_at: datetime) -> tuple[bool, datetime, int]:
    """What may be an archive last; then by date; of links with one date, as a sitemap that was made anew has them, by
    the number of the article.
    """
    is_news = not is_unproven(link.announced_at, link.discovered_by)
    return is_news, link.announced_at or link.updated_at or seen_at, number_in_address(link.url)


def _merged(items: Iterable[Announced], source: Source) -> tuple[dict[str, Announced], list[Loss]]:
    """One item an address, with what any of its announcements knew; and a DUPLICATE loss for each further one."""
    merged: dict[str, Announced] = {}
    losses: list[Loss] = []
    for item in items:
        link_id = link_of(item.url, source)
        first = merged.get(link_id)
        merged[link_id] = item if first is None else _joined(first, item)
        if first is not None:
            losses.append(_loss(link_id, source, Reason.DUPLICATE, item.discovered_by))
    return merged, losses


def _joined(first: Announced, again: Announced) -> Announced:
    announced = [moment for moment in (first.announced_at, again.announced_at) if moment]
    updated = [moment for moment in (first.updated_at, again.updated_at) if moment]
    return Announced(
        url=first.url,
        title=first.title or again.title,
        announced_at=min(announced, default=None),
        updated_at=max(updated, default=None),
        discovered_by=first.discovered_by,
        text=first.text or again.text,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    source: Source
    seen_at: datetime
    known: AbstractSet[str]
    forgotten: AbstractSet[str]

    def verdict(self, link_id: str, item: Announced) -> tuple[Reason | None, str]:
        """Why the item is left out, and a detail for people; (None, "") when it is not."""
        try:
            identity = normalise(item.url)
        except ValueError as error:
            return Reason.BAD_ADDRESS, str(error)[:200]
        names = {link_id, spelt_id(item.url)}  # the second from before the number in the address was known
        if not names.isdisjoint(self.forgotten):
            return Reason.FORGOTTEN, ""
        if not is_on_site(item.url, self.source.hosts):
            return Reason.OFF_SITE, host_of(item.url)
        if not names.isdisjoint(self.known):
            return Reason.KNOWN_ALREADY, ""
        too_old = self.too_old(item, identity)
        return (Reason.TOO_OLD, too_old) if too_old else (None, "")

    def too_old(self, item: Announced, identity: str) -> str:
        """The date that makes the item too old, or an empty string."""
        oldest = self.seen_at - timedelta(days=self.source.limits.max_age_days)
        dated = [moment for moment in (item.announced_at, item.updated_at) if moment]
        if dated:
            return max(dated).isoformat() if max(dated) < oldest else ""
        day = day_in_address(urlsplit(identity).path)
        # A day in an address is some zone's day, and may be the one before publication.
        return day.isoformat() if day and day < oldest.date() - timedelta(days=1) else ""


def _link(link_id: str, item: Announced, source: Source, seen_at: datetime) -> Link:
    return Link(
        link_id=link_id,
        url=item.url,
        source=source.name,
        site=host_of(item.url),
        title=item.title,
        announced_at=item.announced_at,
        updated_at=item.updated_at,
        discovered_by=item.discovered_by,
        first_seen_at=seen_at,
    )


def _loss(link_id: str, source: Source, reason: Reason, detail: str = "") -> Loss:
    return Loss(stage=STAGE, link_id=link_id, source=source.name, reason=reason, detail=detail)
