"""Objects under keys: one contract, on a local disk and in S3.

A key is a relative path of plain ASCII segments (`harvest/day=2025-05-04/plan.json`).  No segment starts with a dot, so
no key escapes the root.  A key and a key below it cannot both be objects.  Objects appear whole or not at all.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mediawatch.errors import BadRequest, Corrupt
from mediawatch.lake.folders import remedy_of

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_KEY = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.=:+@,-]{0,199}/)*[A-Za-z0-9_][A-Za-z0-9_.=:+@,-]{0,199}")
MAX_KEY = 700
"""Longest key in characters; S3 allows 1024 bytes with the root's own prefix."""


Names = list[str]
"""Sorted names; here because `Store.list` hides the builtin inside its class."""


class Missing(Corrupt):
    """The lake holds no object under this key."""


def missing(key: str, place: str) -> Missing:
    """The error of an object that is not there, in the lake at `place`."""
    return Missing(f"{key}: no such object in {place}. {remedy_of(key)}", key)


class Store(Protocol):
    """What the lake needs of a storage service.  Every method may raise Unavailable; bad keys raise BadRequest."""

    def read(self, key: str) -> bytes:
        """The whole object.  Raises Missing."""
        ...

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        """`length` bytes from `offset`; fewer only where the object ends.  Raises Missing."""
        ...

    def put(self, key: str, data: bytes | Path) -> None:
        """Store `data` (bytes, or a file's content) whole, in place of what was there."""
        ...

    def create(self, key: str, data: bytes) -> bool:
        """Store `data` only where no object is: of any number of callers exactly one gets True.

        On S3 a retried request whose first answer was lost can find its own object and return False: who must know
        puts a mark of its own into `data` and reads the object back.
        """
        ...

    def exists(self, key: str) -> bool:
        """Whether there is an object."""
        ...

    def size(self, key: str) -> int:
        """The object's length in bytes.  Raises Missing."""
        ...

    def list(self, prefix: str) -> Names:
        """Every key below the folder `prefix` ("" is the root), sorted, as it is now: nothing is cached."""
        ...

    def sizes(self, prefix: str) -> dict[str, int]:
        """{key: length in bytes} of every object below the folder `prefix`."""
        ...

    def strays(self, prefix: str) -> Names:
        """What lies below the folder `prefix` under names that are no keys, so that nothing else here sees it."""
        ...

    def free_bytes(self) -> int | None:
        """The room that is left, None where there is no such bound."""
        ...

    def folders(self, prefix: str) -> Names:
        """The names of the folders directly below the folder `prefix` that a key can have, sorted."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; none there is fine."""
        ...

    def delete_all(self, prefix: str) -> None:
        """Remove every object below the folder `prefix`, which must not be the root."""
        ...

    def url(self, key: str) -> str:
        """What a reader of the same storage calls the object: an absolute path or an s3:// URL."""
        ...

    def filesystem(self) -> AbstractFileSystem | None:
        """The fsspec filesystem that reads `url`s, None where they are plain paths."""
        ...


def checked_key(key: str) -> str:
    """`key` itself.  Raises BadRequest unless it is a well-formed key."""
    if not is_key(key):
        raise BadRequest(f"not a key of the lake: {key[:200]!r}")
    return key


def is_key(text: str) -> bool:
    """Whether `text` is a well-formed key."""
    return len(text) <= MAX_KEY and _KEY.fullmatch(text) is not None


def folder_of(prefix: str) -> str:
    """`prefix` as the beginning of the keys below it: "" for the root, else with exactly one slash at its end."""
    bare = prefix.removesuffix("/")
    return f"{checked_key(bare)}/" if bare else ""


def process_id() -> int:
    """This process; what is not safe to use after a fork is kept by it."""
    return os.getpid()
