"""Tombstones: links that are left out of every harvest and every rebuild, each with the reason and no address.

tombstones/<link id>.json      the link, why and when; and the other links of the same page, forgotten with it
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from mediawatch.context import Context
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


def bury(context: Context, links: Iterable[str], why: str) -> None:
    """Put a tombstone for each of `links` that has none."""
    for link in sorted(set(links) - forgotten_links(context.store)):
        _put(context.store, link, _note(context, link, why))


def bury_together(context: Context, links: Collection[str], why: str) -> None:
    """Put a tombstone for each of `links`, which are one page, with the others.

    The page's rows tell of them only until these are gone: who is killed meanwhile finds the rest by any tombstone.
    """
    bury(context, links, why)
    for link in sorted(links):
        known, others = buried_with(context.store, link), {*links} - {link}
        if not known.issuperset(others):
            note = _noted(context.store, link) or _note(context, link, why)
            _put(context.store, link, {**note, _WITH: sorted(known | others)})


def buried_with(store: Store, link: str) -> frozenset[str]:
    """The links that were forgotten with `link`; none where it has no tombstone that can be read."""
    return frozenset(_noted(store, link).get(_WITH, ()))


def _noted(store: Store, link: str) -> dict[str, Any]:
    try:
        return load(store.read(tombstone_key(link)), tombstone_key(link))
    except Corrupt:
        return {}


def _note(context: Context, link: str, why: str) -> dict[str, Any]:
    return {"link_id": link, "why": why, "forgotten_at": context.clock().isoformat()}


def _put(store: Store, link: str, note: dict[str, Any]) -> None:
    store.put(tombstone_key(link), dump_at(tombstone_key(link), note))


def check_tombstone(store: Store, key: str) -> None:
    """Raise Corrupt unless the tombstone can be read and is that of the link it is called after.

    (Those put before there were checksums have none.)
    """
    link = key.rpartition("/")[2].removesuffix(".json")
    if load(store.read(key), key).get("link_id") != link:
        raise damaged(key, "not the tombstone of the link that it is called after")
