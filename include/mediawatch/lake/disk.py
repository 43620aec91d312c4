"""The lake on a local disk: complete temporary files, then one rename or one link."""

from __future__ import annotations

import errno
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mediawatch.errors import BadConfiguration, BadRequest, Unavailable
from mediawatch.lake.store import Missing, Names, checked_key, folder_of

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_TEMPORARY = ".tmp"
_RACES = 1000
_STALE_SECONDS = 24 * 3600.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class DiskStore:
    """A `Store` below one folder.  Content reaches the disk (fsync) before its name does.

    Temporaries live in `.tmp` inside the root, which is the same file system; those a killed writer left are removed
    after a day.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._sweep_temporaries()

    def read(self, key: str) -> bytes:
        with self._missing(key):
            return self._path(key).read_bytes()

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        with self._missing(key), self._path(key).open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def put(self, key: str, data: bytes | Path) -> None:
        self._place(key, data, os.replace)

    def create(self, key: str, data: bytes) -> bool:
        if self.exists(key):
            return False
        try:
            self._place(key, data, _link)
        except FileExistsError:
            return False
        return True

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def size(self, key: str) -> int:
        with self._missing(key):
            return self._path(key).stat().st_size

    def list(self, prefix: str) -> Names:
        top = self.root / folder_of(prefix)
        found = (Path(folder, name) for folder, names in _walk(top) for name in names)
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def folders(self, prefix: str) -> Names:
        top = self.root / folder_of(prefix)
        with suppress(FileNotFoundError), os.scandir(top) as entries:
            return sorted(e.name for e in entries if e.is_dir() and not e.name.startswith("."))
        return []

    def delete(self, key: str) -> None:
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):  # no object is there
            self._path(key).unlink()

    def delete_all(self, prefix: str) -> None:
        top = self.root / folder_of(prefix)
        if top == self.root:
            raise BadRequest("delete_all needs a folder below the root")
        for key in self.list(prefix):
            self.delete(key)
        for folder, _ in sorted(_walk(top), reverse=True):
            with suppress(OSError):  # somebody has just put an object there: the folder stays
                os.rmdir(folder)

    def url(self, key: str) -> str:
        return str(self._path(key))

    def filesystem(self) -> AbstractFileSystem | None:
        return None

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)

    def _place(self, key: str, data: bytes | Path, place: Callable[[Path, Path], None]) -> None:
        target = self._path(key)
        with self._writable(), self._temporary(data) as temporary:
            try:
                _with_folder(target, lambda: place(temporary, target))
            except (NotADirectoryError, IsADirectoryError) as error:
                raise BadRequest(f"{key}: an object and a folder cannot have one name") from error
        _sync_folder(target.parent)

    @contextmanager
    def _temporary(self, data: bytes | Path) -> Iterator[Path]:
        """A complete, synced temporary file of this content, gone at the end unless renamed."""
        path = self.root / _TEMPORARY / uuid.uuid4().hex
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if isinstance(data, Path):
                shutil.copyfile(data, path)
            else:
                path.write_bytes(data)
            _sync(path)
            yield path
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def _writable(self) -> Iterator[None]:
        """Say in words what a person can mend, with nothing half written."""
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise Unavailable(f"{self.root}: no room left ({error.strerror}); make some and run again") from error
            if error.errno in _CLOSED:
                raise BadConfiguration(f"{self.root}: cannot be written ({error.strerror})") from error
            raise

    @contextmanager
    def _missing(self, key: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise Missing(f"{key}: no such object in {self.root}") from error

    def _sweep_temporaries(self) -> None:
        oldest = time.time() - _STALE_SECONDS
        for path in (self.root / _TEMPORARY).glob("*"):
            with suppress(FileNotFoundError):  # its writer has just finished
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _walk(top: Path) -> Iterator[tuple[str, list[str]]]:
    for folder, below, names in os.walk(top):
        below[:] = [name for name in below if not name.startswith(".")]
        yield folder, [name for name in names if not name.startswith(".")]


def _link(source: Path, target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(str(target))
    os.link(source, target)


def _with_folder(target: Path, place: Callable[[], None]) -> None:
    """Run `place` with the target's folder there, also when a `delete_all` keeps removing it in between."""
    for _ in range(_RACES):
        if _is_made(target.parent):
            with suppress(FileNotFoundError):
                return place()
    raise Unavailable(f"{target.parent}: is removed as often as it is made")


def _is_made(folder: Path) -> bool:
    """Make the folder; False when another process was making or removing a part of it just then."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError:
        return False
    except FileExistsError:
        if any(path.is_file() for path in (folder, *folder.parents)):
            raise NotADirectoryError(str(folder)) from None
        return False
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(path: Path) -> None:
    with suppress(FileNotFoundError):  # removed by a delete_all since: there is no name left to keep
        _sync(path)
