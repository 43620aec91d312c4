"""What a verification of the lake found, and how it is noted down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from mediawatch.context import Context
from mediawatch.errors import Corrupt
from mediawatch.lake.documents import load
from mediawatch.lake.folders import FOLDERS, PARTITIONED, is_fact
from mediawatch.lake.names import batches_in, day_in, segments_in
from mediawatch.lake.objects import ObjectInfo, fault_of
from mediawatch.lake.partitions import PartitionKey, fault_in, named_by
from mediawatch.lake.store import Store, missing

Kind = Literal["damaged", "open", "orphan", "stray"]
Read = Callable[[str], object]
"""Reads the document of a key; raises Corrupt."""
BY_DAY: Final = ("harvest", "register", "looks", "decisions", "digests", *PARTITIONED)
_DIGESTS: Final = (".html", ".txt")
_ORPHAN: Final = "nothing names it and nothing reads it; unless a run is at work there, it may be deleted"
_STRAY: Final = "no part of a lake, and passed over by everything; move it away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be, with what to do about it.

    `damaged` objects are gone or not as they were stored, an `open` batch was never sealed, nothing names an `orphan`,
    and a `stray` is no part of a lake at all.
    """

    kind: Kind
    key: str
    what: str


@dataclass(slots=True, kw_only=True)
class Verified:
    """What was found; `objects` is how many were read, `size_bytes` how large they are."""

    findings: list[Finding] = field(default_factory=list)
    objects: int = 0
    size_bytes: int = 0

    @property
    def is_damaged(self) -> bool:
        """Whether anything is lost or changed."""
        return any(finding.kind == "damaged" for finding in self.findings)

    def lines(self) -> Iterator[str]:
        """For people: a sentence, and one for each finding."""
        counts = Counter(finding.kind for finding in self.findings)
        found = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "all is well"
        yield f"{self.objects} objects, {self.size_bytes / 1e6:.1f} MB checked: {found}"
        yield from (f"{finding.kind}: {finding.what}" for finding in self.findings)


@dataclass(slots=True, kw_only=True)
class Check:
    """A verification under way."""

    context: Context
    is_deep: bool
    done: Verified = field(default_factory=Verified)

    @property
    def store(self) -> Store:
        """The lake."""
        return self.context.store

    def found(self, kind: Kind, key: str, what: str) -> None:
        """Add a finding."""
        self.done.findings.append(Finding(kind=kind, key=key, what=what))

    def damaged(self, error: Corrupt, place: str) -> None:
        """Add what `error` says; `place` is where, if it does not know itself."""
        self.found("damaged", error.key or place, str(error))

    def object(self, info: ObjectInfo) -> bool:
        """Compare one object with its digest; whether it is sound."""
        self.done.objects += 1
        self.done.size_bytes += info.size_bytes
        fault = fault_of(self.store, info)
        if fault:
            self.found("damaged", info.key, fault)
        return not fault

    def orphans(self, keys: Iterable[str], named: Iterable[str]) -> None:
        """Add those of `keys` that are not `named`."""
        for key in sorted(set(keys) - set(named)):
            self.found("orphan", key, f"{key}: {_ORPHAN}")

    def documents(self, folder: str, read: Read | None = None) -> None:
        """Read the JSON documents of a folder, each by its key."""
        load_at = read or (lambda key: load(self.store.read(key), key))
        for key, size in self.store.sizes(folder).items():
            self.done.objects += 1
            self.done.size_bytes += size
            if not key.endswith((".json", *_DIGESTS) if folder.startswith("digests/") else ".json"):
                self.found("stray", key, f"{key}: {_STRAY}")
            elif key.endswith(".json"):
                self._document(key, load_at)

    def _document(self, key: str, read: Read) -> None:
        try:
            read(key)
        except Corrupt as error:
            if self.store.exists(key):  # leases are handed on and messages claimed meanwhile
                self.damaged(error, key)

    def partitions(self, stage: str, day: date) -> None:
        """Every partition of a stage's day: pointer, receipt and objects of the current generation; and orphans."""
        top = f"{stage}/day={day}"
        sizes = self.store.sizes(top)
        for key in _partitions_in(self.store, stage, day):
            own = {k: size for k, size in sizes.items() if _is_of(k, key)}
            if own:
                self._partition(key, own)

    def _partition(self, key: PartitionKey, sizes: dict[str, int]) -> None:
        self.done.objects += len(sizes)
        self.done.size_bytes += sum(sizes.values())
        fault = fault_in(self.store, key) and fault_in(self.store, key)  # it may have been made anew meanwhile
        if fault:
            self.found("damaged", fault.partition(": ")[0], fault)
        elif named := named_by(self.store, key):
            self.orphans(sizes, named)
        elif not is_fact(key.path):  # of a fact it is what is left of one whose pointer is gone, or comes just now
            self.orphans(sizes, ())

    def missed(self, key: str) -> None:
        """Add that the object `key` is gone, unless it is there by now."""
        if not self.store.exists(key):
            self.found("damaged", key, str(missing(key, "the lake")))

    def strays(self, day: date | None) -> None:
        """What is no part of a lake: names that are no keys, unknown folders, and folders that are of no day."""
        wanted = f"/day={day}" if day else ""
        found = {name for name in self.store.strays("") if wanted in name}
        found |= {name for name in self.store.folders("") if name not in FOLDERS and not day}
        for folder in BY_DAY if not day else ():
            found |= {f"{folder}/{name}" for name in self.store.folders(folder) if day_in(name) is None}
        for name in sorted(found):
            self.found("stray", name, f"{name}: {_STRAY}")


def _partitions_in(store: Store, stage: str, day: date) -> Iterator[PartitionKey]:
    """What partitions a stage may have of `day`: the day, its batches, their segments."""
    whole = PartitionKey(stage=stage, day=day)
    yield whole
    for batch in batches_in(store, whole.path):
        key = PartitionKey(stage=stage, day=day, batch=batch)
        yield key
        yield from (replace(key, segment=name) for name in segments_in(store, key.path))


def _is_of(name: str, key: PartitionKey) -> bool:
    """Whether the object lies in the partition's own folder, and not in that of a batch or segment below it."""
    rest = name.removeprefix(f"{key.path}/")
    return rest != name and not rest.startswith(("batch=", "segment="))
