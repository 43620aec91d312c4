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
from mediawatch.lake.damage import damaged
from mediawatch.lake.store import Missing, Names, checked_key, folder_of, is_key, missing

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
        self._require_folder()
        self._sweep_temporaries()

    def read(self, key: str) -> bytes:
        with self._readable(key):
            return self._path(key).read_bytes()

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        with self._readable(key), self._path(key).open("rb") as file:
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
        with self._readable(key):
            return self._path(key).stat().st_size

    def list(self, prefix: str) -> Names:
        return [name for name in self._files(prefix) if is_key(name)]

    def sizes(self, prefix: str) -> dict[str, int]:
        found = {}
        for key in self.list(prefix):
            with suppress(Missing):  # removed since it was listed
                found[key] = self.size(key)
        return found

    def strays(self, prefix: str) -> Names:
        return [name for name in self._files(prefix) if not is_key(name) and not name.startswith(f"{_TEMPORARY}/")]

    def free_bytes(self) -> int | None:
        with self._usable():
            place = next(path for path in (self.root, *self.root.parents) if path.exists())
            return shutil.disk_usage(place).free

    def folders(self, prefix: str) -> Names:
        top = self.root / folder_of(prefix)
        with self._usable(), suppress(FileNotFoundError, NotADirectoryError), os.scandir(top) as entries:
            return sorted(entry.name for entry in entries if is_key(entry.name) and entry.is_dir())
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
            with suppress(OSError):  # somebody has just put an object there, or a stray lies there: the folder stays
                os.rmdir(folder)

    def url(self, key: str) -> str:
        return str(self._path(key))

    def filesystem(self) -> AbstractFileSystem | None:
        return None

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)

    def _place(self, key: str, data: bytes | Path, place: Callable[[Path, Path], None]) -> None:
        target = self._path(key)
        with self._usable(), self._temporary(data) as temporary:
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

    def _files(self, prefix: str) -> Names:
        """Every file below the folder, by its path from the root, the root's temporaries left out."""
        top = self.root / folder_of(prefix)
        with self._usable():
            found = (Path(folder, name) for folder, names in _walk(top) for name in names)
            return sorted(path.relative_to(self.root).as_posix() for path in found)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Say in words what a person can fix, with nothing half written."""
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise Unavailable(f"{self.root}: no room left ({error.strerror}); make some and run again") from error
            if error.errno in _CLOSED:
                raise BadConfiguration(
                    f"{error.filename or self.root}: cannot be read or written ({error.strerror}); let the user of "
                    "this process have it"
                ) from error
            raise

    @contextmanager
    def _readable(self, key: str) -> Iterator[None]:
        with self._usable():
            try:
                yield
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
                raise missing(key, str(self.root)) from error
            except OSError as error:
                if error.errno == errno.EIO:
                    raise damaged(key, f"the disk cannot read it ({error.strerror})") from error
                raise

    def _require_folder(self) -> None:
        """Raise BadConfiguration where a file stands in the way of the root."""
        with self._usable():
            for path in (self.root, *self.root.parents):
                if path.exists() and not path.is_dir():
                    raise BadConfiguration(f"{path} is a file: the lake needs a folder; MEDIAWATCH_LAKE_URL names it")

    def _sweep_temporaries(self) -> None:
        oldest = time.time() - _STALE_SECONDS
        for path in (self.root / _TEMPORARY).glob("*"):
            with suppress(FileNotFoundError):  # its writer has just finished
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _walk(top: Path) -> Iterator[tuple[str, list[str]]]:
    """Each folder with the names of its files.  Raises OSError for one that is there and cannot be read."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):  # removed since it was listed
            raise error

    for folder, _, names in os.walk(top, onerror=refuse):
        yield folder, names


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
