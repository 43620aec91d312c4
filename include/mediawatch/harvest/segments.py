"""Checkpoints of one shard: a WARC segment, then its rows, then the mark that says that both are whole.

A segment without its mark does not exist: it is swept when the shard is taken up again.  While it is written it lies
in the folder of temporary files; what killed processes left there is swept by the next one that writes.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

from mediawatch.errors import Corrupt, Unavailable
from mediawatch.lake.batches import ObjectInfo, put_object
from mediawatch.lake.damage import reading
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.objects import fault_of
from mediawatch.lake.processes import is_dead, own_process
from mediawatch.lake.store import Store
from mediawatch.lake.tables import to_parquet
from mediawatch.lake.warc import Located, SegmentWriter
from mediawatch.records import Exchange, Page
from mediawatch.records.ledger import Outcome

MARK = ".segment.json"
_SEGMENT: Final = re.compile(r"segment-[0-9]{5}")
_PREFIX: Final = "mediawatch-segment-"
_OWNER: Final = "owner"
_STALE_SECONDS: Final = 24 * 3600.0
"""A folder whose process cannot be told dead or alive from here is left alone for so long."""


@dataclass(slots=True)
class OpenSegment:
    """A segment being written, on local disk until `close` puts it into the lake.  Use it as a context manager.

    Raises Unavailable when the folder of temporary files cannot be used.
    """

    store: Store
    shard_path: str
    number: int
    pages: list[Page] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    _folder: Path = field(init=False)
    _writer: SegmentWriter = field(init=False)

    def __post_init__(self) -> None:
        with _temporary_files():
            sweep_temporaries(Path(tempfile.gettempdir()))
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
            (self._folder / _OWNER).write_text(own_process())
            self._writer = SegmentWriter(self._folder, self.name)

    @property
    def name(self) -> str:
        """`segment-00001`, and so on."""
        return f"segment-{self.number:05d}"

    @property
    def warc_key(self) -> str:
        """Where the segment will be in the lake."""
        return f"{self.shard_path}/{self.name}.warc.gz"

    def archive(self, exchanges: Sequence[Exchange]) -> Located | None:
        """Write `exchanges` to the WARC; the place of the last one, None when there are none."""
        with _temporary_files():
            places = [self._writer.write(exchange) for exchange in exchanges]
        return places[-1] if places else None

    def close(self) -> list[ObjectInfo]:
        """Put WARC, rows and mark, in this order, and return what a manifest has to name."""
        with _temporary_files():
            written = self._writer.close()
        objects = [put_object(self.store, self.warc_key, written)]
        for table, rows, record_type in (("pages", self.pages, Page), ("fetch", self.outcomes, Outcome)):
            data = to_parquet(rows, record_type, sort_by=("link_id",))
            objects.append(put_object(self.store, f"{self.shard_path}/{self.name}.{table}.parquet", data, len(rows)))
        mark = f"{self.shard_path}/{self.name}{MARK}"
        self.store.put(mark, dump_at(mark, {"objects": [info.document() for info in objects]}))
        return objects

    def __enter__(self) -> OpenSegment:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def mark_of(key: str) -> str:
    """The mark of the segment that the object `key` is part of; "" where it is part of none."""
    folder, _, name = key.rpartition("/")
    found = _SEGMENT.match(name)
    return f"{folder}/{found[0]}{MARK}" if found else ""


def closed_segments(store: Store, shard_path: str) -> dict[int, list[ObjectInfo]]:
    """{number: its objects} of the segments that are marked as whole."""
    marks = [key for key in store.list(shard_path) if key.endswith(MARK)]
    found = {_number(key): _marked(store, key) for key in marks}
    return {number: objects for number, objects in found.items() if objects}


def sweep(store: Store, shard_path: str) -> None:
    """Delete what segments without a mark, or with damage, left behind; of a sealed batch nothing."""
    if store.exists(f"{shard_path.rpartition('/')[0]}/manifest.json"):
        return
    closed = closed_segments(store, shard_path)
    whole = {n for n, objects in closed.items() if not any(fault_of(store, info) for info in objects)}
    for key in store.list(shard_path):
        if "/segment-" in key and _number(key) not in whole:
            store.delete(key)


def sweep_temporaries(folder: Path) -> None:
    """Remove from `folder` what segments of killed processes left there."""
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # somebody else's, or just being removed
            if not path.is_symlink() and path.stat().st_uid == os.geteuid() and _is_left(path):
                shutil.rmtree(path, ignore_errors=True)


def _is_left(path: Path) -> bool:
    try:
        owner = (path / _OWNER).read_text()
    except OSError:
        owner = ""
    return is_dead(owner) or time.time() - path.stat().st_mtime > _STALE_SECONDS


@contextmanager
def _temporary_files() -> Iterator[None]:
    """What cannot be done in the folder of temporary files, as a sentence."""
    try:
        yield
    except OSError as error:
        where = "the folder of temporary files (TMPDIR)"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(f"{where}: no room left ({error.strerror}); make some and run again") from error
        raise Unavailable(f"{where} cannot be used: {error}; set TMPDIR to one that can") from error


def _marked(store: Store, key: str) -> list[ObjectInfo]:
    """The objects that a mark names, none where it cannot be read."""
    try:
        with reading(key):
            return [ObjectInfo.from_document(info) for info in _named_by(store.read(key), key)]
    except Corrupt:
        return []


def _named_by(data: bytes, key: str) -> list[dict[str, object]]:
    # Until there were checksums a mark was the bare list.
    named: list[dict[str, object]] = json.loads(data) if data.startswith(b"[") else load(data, key)["objects"]
    return named


def _number(key: str) -> int:
    return int(key.rpartition("/segment-")[2][:5])
