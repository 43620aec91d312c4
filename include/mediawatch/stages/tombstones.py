"""Tombstones: links that are left out of every harvest and every rebuild, each with the reason and no address.

tombstones/<link id>.json
"""

from __future__ import annotations

from collections.abc import Iterable

from mediawatch.lake.documents import dump
from mediawatch.lake.store import Store
from mediawatch.stages.newsroom import Newsroom

TOMBSTONES = "tombstones"


def forgotten_links(store: Store) -> frozenset[str]:
    """The link ids that have a tombstone."""
    return frozenset(key.rpartition("/")[2].removesuffix(".json") for key in store.list(TOMBSTONES))


def bury(newsroom: Newsroom, links: Iterable[str], why: str) -> None:
    """Put a tombstone for each of `links` that has none."""
    for link in sorted(set(links) - forgotten_links(newsroom.store)):
        note = {"link_id": link, "why": why, "forgotten_at": newsroom.clock().isoformat()}
        newsroom.store.put(f"{TOMBSTONES}/{link}.json", dump(note))
