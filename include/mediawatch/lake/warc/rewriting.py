"""Changing exchanges of a WARC: only forgetting an address may."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from mediawatch.lake.damage import damaged
from mediawatch.lake.warc.erasing import erase
from mediawatch.lake.warc.reading import Skipped, iter_exchanges
from mediawatch.lake.warc.writing import Located, exchange_members
from mediawatch.records import Exchange

Change = Callable[[Exchange, int], Exchange | None]
"""An exchange and its place -> itself, another in its place, or None to erase it."""


def rewrite(data: bytes, key: str, change: Change) -> tuple[bytes, dict[int, Located]]:
    """The WARC `data`, which is stored under `key`, with each exchange as `change` wants it; and where they lie now.

    Everything else is copied as it is.  An erased exchange leaves a record that says so, and has no place any more.
    Raises Corrupt for a file that cannot be read to its end.
    """
    pieces: list[bytes] = []
    places: dict[int, Located] = {}
    copied, moved = 0, 0
    for exchange, offset, length in iter_exchanges(BytesIO(data), on_skip=lambda skipped: _refuse(skipped, key)):
        changed = change(exchange, offset)
        region, digest = data[offset : offset + length], ""
        if changed is None:
            region = erase(region, 0, length)
        elif changed is not exchange:
            region, digest = exchange_members(changed, key.rpartition("/")[2], offset)
        pieces += [data[copied:offset], region]
        if changed is not None:
            places[offset] = Located(offset=offset + moved, length=len(region), digest=digest)
        copied, moved = offset + length, moved + len(region) - length
    return b"".join([*pieces, data[copied:]]), places


def _refuse(skipped: Skipped, key: str) -> None:
    if not skipped.url:
        raise damaged(key, f"at {skipped.offset}: {skipped.why}; what it holds cannot be searched")
