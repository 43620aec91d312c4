"""Numbered objects of one folder: `<folder>/000000000001.json` and on."""

from __future__ import annotations

from mediawatch.lake.store import Store


def numbers_in(store: Store, folder: str) -> list[int]:
    """The numbers taken in `folder` itself, ascending."""
    names = (key.removeprefix(f"{folder}/").removesuffix(".json") for key in store.list(folder))
    return sorted(int(name) for name in names if name.isdecimal())


def key_of(folder: str, number: int) -> str:
    """The key of one number."""
    return f"{folder}/{number:012d}.json"
