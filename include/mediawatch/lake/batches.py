"""Harvest batches: immutable, and there only once sealed.

    harvest/day=D/batch=B/plan.json               what the batch set out to do; the first writer decides
    harvest/day=D/batch=B/shard=NNNN/...          data objects of a shard
    harvest/day=D/batch=B/shard=NNNN/shard.json   the shard is closed: its objects, digests and counts
    harvest/day=D/batch=B/manifest.json           the seal, put last by exclusive create

Readers go by manifests, never by what else lies there.  A folder that is a copy of a batch is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal, TypeVar

from mediawatch.errors import BadRequest, Corrupt
from mediawatch.lake.damage import damaged, reading
from mediawatch.lake.documents import digest_of, dump_at, has_checksum_of, load, parse
from mediawatch.lake.format import note_format
from mediawatch.lake.names import NAME, batches_in, days_in
from mediawatch.lake.objects import ObjectInfo, put_object, read_records
from mediawatch.lake.store import Missing, Store, missing
from mediawatch.records import Source, as_utc
from mediawatch.tables.declaration import Table

Row = TypeVar("Row")

__all__ = [
    "BatchKey",
    "BatchManifest",
    "ObjectInfo",
    "ShardManifest",
    "amend",
    "close_shard",
    "planned_sources",
    "put_object",
    "read_batch_rows",
    "read_manifest",
    "read_plan",
    "read_shard",
    "seal",
    "sealed_batches",
    "sealed_days",
    "segments_of",
    "shard_path",
    "table_objects",
    "write_plan",
]

ROOT = "harvest"
Origin = Literal["live", "warc"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class BatchKey:
    """One harvest run of one day; `batch` is the same for each retry of the run.  Raises BadRequest."""

    day: date
    batch: str

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.batch):
            raise BadRequest(f"not a name of a batch: {self.batch[:200]!r}")

    @property
    def path(self) -> str:
        """The batch's folder in the lake."""
        return f"{ROOT}/day={self.day.isoformat()}/batch={self.batch}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardManifest:
    """What one shard wrote; `is_complete` unless it was stopped early (time box) and left links pending."""

    shard: int
    objects: tuple[ObjectInfo, ...]
    counts: Mapping[str, int]
    is_complete: bool

    def document(self) -> dict[str, Any]:
        """As a JSON document."""
        return {
            "shard": self.shard,
            "objects": [info.document() for info in self.objects],
            "counts": dict(self.counts),
            "is_complete": self.is_complete,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> ShardManifest:
        """Back from `document`."""
        objects = tuple(ObjectInfo.from_document(info) for info in document["objects"])
        return cls(**{**document, "objects": objects, "counts": dict(document["counts"])})


@dataclass(frozen=True, kw_only=True)
class BatchManifest:
    """The seal of a batch: its shards, those missing, and the sums of its counts."""

    day: date
    batch: str
    opened_at: datetime
    expected_shards: int
    missing_shards: tuple[int, ...]
    shards: tuple[ShardManifest, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    origin: Origin = "live"

    @property
    def key(self) -> BatchKey:
        """The batch that this seals."""
        return BatchKey(day=self.day, batch=self.batch)

    @property
    def objects(self) -> tuple[ObjectInfo, ...]:
        """Every data object of every shard, in shard order."""
        return tuple(info for shard in self.shards for info in shard.objects)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of everything the manifest says."""
        return digest_of(self.document())

    def document(self) -> dict[str, Any]:
        """As a JSON document."""
        return {
            "day": self.day.isoformat(),
            "batch": self.batch,
            "opened_at": as_utc(self.opened_at).isoformat(),
            "expected_shards": self.expected_shards,
            "missing_shards": list(self.missing_shards),
            "shards": [shard.document() for shard in self.shards],
            "counts": dict(self.counts),
            "origin": self.origin,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> BatchManifest:
        """Back from `document`."""
        special = {
            "day": date.fromisoformat(document["day"]),
            "opened_at": datetime.fromisoformat(document["opened_at"]),
            "missing_shards": tuple(document["missing_shards"]),
            "shards": tuple(ShardManifest.from_document(shard) for shard in document["shards"]),
            "counts": dict(document["counts"]),
        }
        return cls(**{**document, **special})


class Copied(Corrupt):
    """What lies in a batch's folder was written for another batch, its `owner`."""

    owner: BatchKey | None = None

    @classmethod
    def of(cls, key: str, owner: BatchKey) -> Copied:
        """The manifest under `key` is that of `owner`."""
        error = cls(str(damaged(key, f"the manifest of {owner.path}")), key)
        error.owner = owner
        return error


def shard_path(batch: BatchKey, shard: int) -> str:
    """The folder of one shard's objects."""
    return f"{batch.path}/shard={shard:04d}"


def shard_key(batch: BatchKey, shard: int) -> str:
    """Where it is written that the shard is closed."""
    return f"{shard_path(batch, shard)}/shard.json"


def write_plan(store: Store, batch: BatchKey, plan: Mapping[str, Any]) -> dict[str, Any]:
    """Store the batch's plan unless it has one; either way the plan that holds, as JSON reads it."""
    note_format(store)
    key = _plan_key(batch)
    store.create(key, dump_at(key, plan))
    return load(store.read(key), key)


def read_plan(store: Store, batch: BatchKey) -> dict[str, Any] | None:
    """The batch's plan, None before it has one."""
    return _read(store, _plan_key(batch))


def close_shard(store: Store, batch: BatchKey, manifest: ShardManifest) -> None:
    """Say that the shard is done.  A retry may close it again; what counts is what the seal takes up."""
    key = shard_key(batch, manifest.shard)
    store.put(key, dump_at(key, manifest.document()))


def read_shard(store: Store, batch: BatchKey, shard: int) -> ShardManifest | None:
    """What the shard wrote, None while it is not closed."""
    key = shard_key(batch, shard)
    document = _read(store, key)
    if document is None:
        return None
    with reading(key):
        return ShardManifest.from_document(document)


def seal(store: Store, manifest: BatchManifest) -> BatchManifest:
    """Seal the batch: from now on it exists.  A batch sealed already stays as it is; its manifest is returned."""
    key = _manifest_key(manifest.key)
    store.create(key, dump_at(key, manifest.document()))
    sealed = read_manifest(store, manifest.key)
    if sealed is None:
        raise damaged(key, "sealed and gone")
    return sealed


def read_manifest(store: Store, batch: BatchKey) -> BatchManifest | None:
    """The batch's manifest, None while it is not sealed.  Raises Copied for that of another batch, else Corrupt."""
    key = _manifest_key(batch)
    try:
        data = store.read(key)
    except Missing:
        return None
    with reading(key):
        document = parse(data, key)
        owner = BatchKey(day=date.fromisoformat(document["day"]), batch=document["batch"])
        manifest = BatchManifest.from_document(load(data, _manifest_key(owner)))
    if owner != batch:
        raise Copied.of(key, owner)
    return manifest


def sealed_batches(store: Store, day: date, *, prefix: str = "") -> list[BatchManifest]:
    """The day's sealed batches whose names begin with `prefix`, ordered by name."""
    manifests = (_unless_copied(store, batch) for batch in batches_of(store, day) if batch.batch.startswith(prefix))
    return [manifest for manifest in manifests if manifest is not None]


def sealed_days(store: Store, *, since: date = date.min) -> list[date]:
    """The days, from `since` on, that have a sealed batch; ascending."""
    days = days_in(store, ROOT, since=since)
    return [d for d in days if any(store.exists(_manifest_key(batch)) for batch in batches_of(store, d))]


def batches_of(store: Store, day: date) -> list[BatchKey]:
    """The day's batches, sealed or not, and whatever else has the name of one."""
    return [BatchKey(day=day, batch=name) for name in batches_in(store, f"{ROOT}/day={day.isoformat()}")]


def is_copy(store: Store, batch: BatchKey, owner: BatchKey | None = None) -> bool:
    """Whether the folder is a copy of that of `owner`, or of another batch of the day: its plan is that one's, or none.

    A batch's own folder whose manifest was replaced still has its own plan.
    """
    try:
        plan = store.read(_plan_key(batch))
    except Missing:
        return True
    if has_checksum_of(plan, _plan_key(batch)):
        return False
    others = [owner] if owner else [other for other in batches_of(store, batch.day) if other != batch]
    return any(has_checksum_of(plan, _plan_key(o)) or _same(store, _plan_key(o), plan) for o in others)


def _unless_copied(store: Store, batch: BatchKey) -> BatchManifest | None:
    try:
        return read_manifest(store, batch)
    except Copied as error:
        if is_copy(store, batch, error.owner):
            return None
        raise


def _same(store: Store, key: str, data: bytes) -> bool:
    try:
        return store.read(key) == data
    except Missing:
        return False


def _plan_key(batch: BatchKey) -> str:
    return f"{batch.path}/plan.json"


def _manifest_key(batch: BatchKey) -> str:
    return f"{batch.path}/manifest.json"


def _read(store: Store, key: str) -> dict[str, Any] | None:
    try:
        return load(store.read(key), key)
    except Missing:
        return None


def amend(store: Store, manifest: BatchManifest, changed: Mapping[str, ObjectInfo]) -> BatchManifest:
    """Replace the descriptions of rewritten objects in a sealed batch's manifest: only forgetting an address may."""
    shards = tuple(
        replace(shard, objects=tuple(changed.get(info.key, info) for info in shard.objects))
        for shard in manifest.shards
    )
    amended = replace(manifest, shards=shards)
    key = _manifest_key(manifest.key)
    store.put(key, dump_at(key, amended.document()))
    for shard in shards:
        close_shard(store, manifest.key, shard)
    return amended


def table_objects(manifest: BatchManifest | ShardManifest, table: str) -> list[ObjectInfo]:
    """The objects of one table of a batch, or of one of its shards.

    They are `<shard>/<table>.parquet` and `<shard>/segment-*.<table>.parquet`.
    """
    endings = (f"/{table}.parquet", f".{table}.parquet")
    return [info for info in manifest.objects if info.key.endswith(endings)]


def read_batch_rows(store: Store, manifest: BatchManifest, table: Table[Row]) -> Iterator[Row]:
    """The rows of one table over all shards of a sealed batch, in the order they were written."""
    for info in table_objects(manifest, table.name):
        yield from read_records(store, info, table.row)


def segments_of(manifest: BatchManifest, table: str) -> dict[str, ObjectInfo]:
    """{segment: the object with its rows of `table`} of a sealed batch, in the order they were written; none without.

    A segment is named by its shard and its number in it, `0003-00012`.
    """
    return {_segment_name(info.key): info for info in table_objects(manifest, table) if info.rows != 0}


def _segment_name(key: str) -> str:
    folder, _, name = key.rpartition("/")
    shard = folder.rpartition("/")[2].removeprefix("shard=")
    return f"{shard}-{name.removeprefix('segment-').partition('.')[0]}" if name.startswith("segment-") else shard


def planned_sources(store: Store, batch: BatchKey) -> tuple[Source, ...]:
    """The sources of a batch as they were defined when it was opened."""
    plan = plan_of(store, batch)
    return tuple(Source.model_validate(entry) for shard in plan["shards"] for entry in shard)


def plan_of(store: Store, batch: BatchKey) -> dict[str, Any]:
    plan = read_plan(store, batch)
    if plan is None and store.exists(f"{batch.path}/manifest.json"):
        raise missing(f"{batch.path}/plan.json", "the lake")
    if plan is None:
        raise BadRequest(f"{batch.path} was never opened.")
    return plan
