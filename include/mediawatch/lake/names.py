"""Names of folders by day and batch: `day=2026-04-29`, `batch=20260429T090000Z`.

Whatever else lies in the lake, such as a copy that somebody made, is passed over here; `mediawatch verify` lists it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from mediawatch.lake.store import Store


def numbers_in(store: Store, folder: str) -> list[int]:
    """The numbers taken in `folder` itself, ascending."""
    names = (key.removeprefix(f"{folder}/").removesuffix(".json") for key in store.list(folder))
    return sorted(int(name) for name in names if name.isdecimal())


def key_of(folder: str, number: int) -> str:
    """The key of one number."""
    return f"{folder}/{number:012d}.json"


NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:+@,-]{0,99}")
"""A stage, a batch or a segment, as one element of a key."""

_DAY: Final = re.compile(r"day=(\d{4}-\d{2}-\d{2})")


def day_in(name: str) -> date | None:
    """The day of the folder `day=YYYY-MM-DD`; None for any other name."""
    found = _DAY.fullmatch(name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def batch_in(name: str) -> str | None:
    """The batch of the folder `batch=NAME`; None for any other name."""
    return _named("batch", name)


def segment_in(name: str) -> str | None:
    """The segment of the folder `segment=NAME`; None for any other name."""
    return _named("segment", name)


def _named(kind: str, folder: str) -> str | None:
    found, _, name = folder.partition("=")
    return name if found == kind and NAME.fullmatch(name) else None


def days_in(store: Store, folder: str, *, since: date = date.min) -> list[date]:
    """The days, from `since` on, that have a folder directly below `folder`; ascending."""
    days = (day_in(name) for name in store.folders(folder))
    return sorted(day for day in days if day is not None and day >= since)


def batches_in(store: Store, folder: str) -> list[str]:
    """The batches that have a folder directly below `folder`, in the order of their names."""
    return _names_in(store, folder, batch_in)


def segments_in(store: Store, folder: str) -> list[str]:
    """The segments that have a folder directly below `folder`, in the order of their names."""
    return _names_in(store, folder, segment_in)


def _names_in(store: Store, folder: str, name_in: Callable[[str], str | None]) -> list[str]:
    return sorted(name for name in map(name_in, store.folders(folder)) if name is not None)
