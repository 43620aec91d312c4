"""Checkpoints of one shard: a WARC segment, then its rows, then the mark that says that both are whole.

A segment without its mark does not exist: it is swept when the shard is taken up again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from mediawatch.lake.batches import ObjectInfo, put_object
from mediawatch.lake.store import Store
from mediawatch.lake.tables import to_parquet
from mediawatch.lake.warc import Located, SegmentWriter
from mediawatch.ledger import Outcome
from mediawatch.records import Exchange, Page

MARK = ".segment.json"


@dataclass(slots=True)
class OpenSegment:
    """A segment being written, on local disk until `close` puts it into the lake.  Use it as a context manager."""

    store: Store
    shard_path: str
    number: int
    pages: list[Page] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    _folder: TemporaryDirectory[str] = field(init=False)
    _writer: SegmentWriter = field(init=False)

    def __post_init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="mediawatch-segment-")
        self._writer = SegmentWriter(Path(self._folder.name), self.name)

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
        places = [self._writer.write(exchange) for exchange in exchanges]
        return places[-1] if places else None

    def close(self) -> list[ObjectInfo]:
        """Put WARC, rows and mark, in this order, and return what a manifest has to name."""
        objects = [put_object(self.store, self.warc_key, self._writer.close())]
        for table, rows, record_type in (("pages", self.pages, Page), ("fetch", self.outcomes, Outcome)):
            data = to_parquet(rows, record_type, sort_by=("link_id",))
            objects.append(put_object(self.store, f"{self.shard_path}/{self.name}.{table}.parquet", data, len(rows)))
        mark = json.dumps([info.document() for info in objects])
        self.store.put(f"{self.shard_path}/{self.name}{MARK}", mark.encode())
        return objects

    def __enter__(self) -> OpenSegment:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()


def closed_segments(store: Store, shard_path: str) -> dict[int, list[ObjectInfo]]:
    """{number: its objects} of the segments that are whole."""
    marks = [key for key in store.list(shard_path) if key.endswith(MARK)]
    return {_number(key): [ObjectInfo.from_document(info) for info in json.loads(store.read(key))] for key in marks}


def sweep(store: Store, shard_path: str) -> None:
    """Delete what segments without a mark left behind."""
    whole = closed_segments(store, shard_path)
    for key in store.list(shard_path):
        if "/segment-" in key and _number(key) not in whole:
            store.delete(key)


def _number(key: str) -> int:
    return int(key.rpartition("/segment-")[2][:5])
