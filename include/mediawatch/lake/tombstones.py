"""Tombstones: links that are left out of every harvest and every rebuild, each with the reason and no address.

tombstones/<link id>.json      the link, why and when; and the other links of the same page, forgotten with it
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from mediawatch.errors import Corrupt
from mediawatch.lake.damage import damaged
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.store import Store

TOMBSTONES = "tombstones"
_WITH: Final = "links"


def tombstone_key(link: str) -> str:
    """Where the tombstone of a link lies."""
    return f"{TOMBSTONES}/{link}.json"


def forgotten_links(store: Store) -> frozenset[str]:
    """The link ids that have a tombstone."""
    return frozenset(key.rpartition("/")[2].removesuffix(".json") for key in store.list(TOMBSTONES))


def bury(store: Store, links: Iterable[str], why: str, at: datetime) -> None:
    """Put a tombstone, as of the instant `at`, for each of `links` that has none."""
    for link in sorted(set(links) - forgotten_links(store)):
        _put(store, link, _note(link, why, at))


def bury_together(store: Store, links: Collection[str], why: str, at: datetime) -> None:
    """Put a tombstone for each of `links`, which are one page, with the others.

    The page's rows tell of them only until these are gone: who is killed meanwhile finds the rest by any tombstone.
    """
    bury(store, links, why, at)
    for link in sorted(links):
        known, others = buried_with(store, link), {*links} - {link}
        if not known.issuperset(others):
            note = _noted(store, link) or _note(link, why, at)
            _put(store, link, {**note, _WITH: sorted(known | others)})


def buried_with(store: Store, link: str) -> frozenset[str]:
    """The links that were forgotten with `link`; none where it has no tombstone that can be read."""
    return frozenset(_noted(store, link).get(_WITH, ()))


def _noted(store: Store, link: str) -> dict[str, Any]:
    try:
        return load(store.read(tombstone_key(link)), tombstone_key(link))
    except Corrupt:
        return {}


def _note(link: str, why: str, at: datetime) -> dict[str, Any]:
    return {"link_id": link, "why": why, "forgotten_at": at.isoformat()}


def _put(store: Store, link: str, note: dict[str, Any]) -> None:
    store.put(tombstone_key(link), dump_at(tombstone_key(link), note))


def check_tombstone(store: Store, key: str) -> None:
    """Raise Corrupt unless the tombstone can be read and is that of the link it is called after.

    (Those put before there were checksums have none.)
    """
    link = key.rpartition("/")[2].removesuffix(".json")
    if load(store.read(key), key).get("link_id") != link:
        raise damaged(key, "not the tombstone of the link that it is called after")
