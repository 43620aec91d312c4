"""Tombstones: links that are left out of every harvest and every rebuild, each with the reason and no address.

tombstones/<link id>.json
"""

from __future__ import annotations

from collections.abc import Iterable

from mediawatch.lake.damage import damaged
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.store import Store
from mediawatch.stages.newsroom import Newsroom

TOMBSTONES = "tombstones"


def tombstone_key(link: str) -> str:
    """Where the tombstone of a link lies."""
    return f"{TOMBSTONES}/{link}.json"


def forgotten_links(store: Store) -> frozenset[str]:
    """The link ids that have a tombstone."""
    return frozenset(key.rpartition("/")[2].removesuffix(".json") for key in store.list(TOMBSTONES))


def bury(newsroom: Newsroom, links: Iterable[str], why: str) -> None:
    """Put a tombstone for each of `links` that has none."""
    for link in sorted(set(links) - forgotten_links(newsroom.store)):
        note = {"link_id": link, "why": why, "forgotten_at": newsroom.clock().isoformat()}
        key = tombstone_key(link)
        newsroom.store.put(key, dump_at(key, note))


def check_tombstone(store: Store, key: str) -> None:
    """Raise Corrupt unless the tombstone can be read and is that of the link it is called after.

    (Those put before there were checksums have none.)
    """
    link = key.rpartition("/")[2].removesuffix(".json")
    if load(store.read(key), key).get("link_id") != link:
        raise damaged(key, "not the tombstone of the link that it is called after")
