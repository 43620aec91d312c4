"""A lake laid over another one: what is written lies above, what was there shines through, and the one below stays.

Work that may be thrown away, such as building days anew to see what would come of it, runs on it as on any store.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from mediawatch.errors import BadRequest
from mediawatch.lake.store import Names, Store, checked_key, folder_of, missing

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


class OverlayStore:
    """A `Store` that reads `above`, then `below`, and writes to `above` only.

    What lies below one of the folders `hidden` does not shine through.  What was deleted is marked in `gone`, so that
    another process goes on where this one ended: an empty object under the same key.
    """

    def __init__(self, below: Store, above: Store, gone: Store, hidden: Collection[str] = ()) -> None:
        self.below = below
        self.above = above
        self._gone = gone
        self._hidden = tuple(folder_of(prefix) for prefix in hidden)

    def read(self, key: str) -> bytes:
        return self._holder(key).read(key)

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        return self._holder(key).read_range(key, offset, length)

    def put(self, key: str, data: bytes | Path) -> None:
        self.above.put(key, data)

    def create(self, key: str, data: bytes) -> bool:
        return not self._shines(key) and self.above.create(key, data)

    def exists(self, key: str) -> bool:
        return self.above.exists(key) or self._shines(key)

    def size(self, key: str) -> int:
        return self._holder(key).size(key)

    def list(self, prefix: str) -> Names:
        return sorted({*self.above.list(prefix), *self._through(self.below.list(prefix), prefix)})

    def sizes(self, prefix: str) -> dict[str, int]:
        below = self.below.sizes(prefix)
        found = {key: below[key] for key in self._through(below, prefix)} | self.above.sizes(prefix)
        return dict(sorted(found.items()))

    def strays(self, prefix: str) -> Names:
        return self.below.strays(prefix)

    def free_bytes(self) -> int | None:
        return self.above.free_bytes()

    def folders(self, prefix: str) -> Names:
        top = folder_of(prefix)
        below = [name for name in self.below.folders(prefix) if not self._is_hidden(f"{top}{name}/")]
        marked = set(self._gone.folders(prefix))
        # Where something was deleted a folder is there only while something is left in it.
        shining = {name for name in below if name not in marked or self.list(f"{top}{name}")}
        return sorted({*self.above.folders(prefix), *shining})

    def delete(self, key: str) -> None:
        self.above.delete(key)
        if self._shines(key):
            self._gone.put(key, b"")

    def delete_all(self, prefix: str) -> None:
        if not folder_of(prefix):
            raise BadRequest("delete_all needs a folder below the root")
        for key in self._through(self.below.list(prefix), prefix):
            self._gone.put(key, b"")
        self.above.delete_all(prefix)

    def url(self, key: str) -> str:
        return (self.above if self.above.exists(key) else self.below).url(key)

    def filesystem(self) -> AbstractFileSystem | None:
        # What lies above has plain paths, which need none.
        return self.below.filesystem()

    def _holder(self, key: str) -> Store:
        """The store that has what a reader sees.  Raises Missing."""
        if self.above.exists(key):
            return self.above
        if self._is_visible(key):
            return self.below
        raise missing(key, "the lake")

    def _shines(self, key: str) -> bool:
        return self._is_visible(key) and self.below.exists(key)

    def _is_visible(self, key: str) -> bool:
        return not self._is_hidden(checked_key(key)) and not self._gone.exists(key)

    def _is_hidden(self, name: str) -> bool:
        return name.startswith(self._hidden)

    def _through(self, keys: Collection[str], prefix: str) -> Names:
        """Those of the `keys` below that shine through."""
        gone = set(self._gone.list(prefix))
        return [key for key in keys if key not in gone and not self._is_hidden(key)]
