"""Backing up: the facts of a lake copied to another place while everything runs, and back.

A backup is a lake of facts alone: the same keys, so that `mediawatch verify --lake` reads it and a single file can be
put back by hand.  What is to be copied is listed before anything is copied, in the order that lets nothing in the list
name what is not in it; and it is copied so that what names comes after what is named.  So a copy that was cut off
holds whole batches, and the next one goes on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import islice, takewhile
from typing import Final

from mediawatch.context import Report, silent
from mediawatch.delivery.outbox import boxes
from mediawatch.errors import BadRequest, Corrupt
from mediawatch.extraction.register import registered_on
from mediawatch.lake.batches import BatchManifest, sealed_batches, sealed_days
from mediawatch.lake.damage import damaged
from mediawatch.lake.documents import load
from mediawatch.lake.folders import FACTS
from mediawatch.lake.leases import lease
from mediawatch.lake.names import days_in
from mediawatch.lake.objects import ObjectInfo, fault_of, read_object
from mediawatch.lake.partitions import PartitionKey, current, entry_key, pointer_of
from mediawatch.lake.store import Missing, Store
from mediawatch.records import Clock

_LOOSE: Final = tuple(name for name in FACTS if name not in ("harvest", "register", "boilerplate", "tombstones"))
"""Folders of documents that nothing names by digest."""
_SNAPSHOT: Final = "/told.json"
_WAITING: Final = "/waiting/"
_RECEIPT: Final = re.compile(r"/receipt-([0-9a-f]{16})\.json$")
_LEASE_SECONDS: Final = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One object: `info` where something names its digest; `data` where its content was taken when it was listed.

    `may_go` says that it may have been removed since it was listed.
    """

    key: str
    info: ObjectInfo | None = None
    data: bytes | None = None
    may_go: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Objects that belong together, in the order in which they are copied; the last one names those before it where it
    `is_sealed`: where that one is there, and the others have their sizes, all of them are.

    `folder` is a folder of theirs alone: what else the copy has there is from before an address was forgotten.
    """

    items: tuple[Item, ...]
    is_sealed: bool = False
    folder: str = ""


@dataclass(slots=True, kw_only=True)
class Copied:
    """What became of the objects: `copied` (`size_bytes` together), there already the `same`, and `faults`, each in a
    sentence that names its file.
    """

    copied: int = 0
    same: int = 0
    size_bytes: int = 0
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """For people."""
        found = f"{self.copied} objects copied, {self.size_bytes / 1e6:.1f} MB; {self.same} were there already"
        return found + (f"; {len(self.faults)} damaged" if self.faults else "")


def back_up(store: Store, target: Store, clock: Clock, report: Report = silent) -> Copied:
    """Copy the facts of the lake `store` to `target`, what is there with the same content left out.

    Nothing damaged is copied.  What forgetting an address took out of the lake is removed from the backup too, and
    nothing else is.  Raises BadRequest where `target` is this lake or holds
    another one, Contended while somebody else backs up to it.
    """
    _refuse_a_lake(store, target)
    with lease(target, "backup", holder="a backup", seconds=_LEASE_SECONDS, clock=clock) as held:

        def beat(line: str) -> None:
            held.renew()
            report(line)

        done = Copied()
        copy(listed(store, done), store, target, done, beat)
    return done


def restore(backup: Store, target: Store, report: Report = silent) -> Copied:
    """Copy a backup into an empty place, which becomes a lake of facts.  What is damaged is left out.

    Raises BadRequest where there is no backup, and where `target` holds anything but the beginning of this restore.
    """
    done = Copied()
    groups = listed(backup, done)
    names = {item.key for group in groups for item in group.items}
    if not names:
        raise BadRequest("There is no backup there: it holds no facts.")
    if foreign := sorted(set(target.list("")) - names):
        raise BadRequest(f"A backup is restored into an empty place only, and {foreign[0]} lies there already.")
    copy(groups, backup, target, done, report)
    return done


def _refuse_a_lake(store: Store, target: Store) -> None:
    lake, place = (each.url("x").removesuffix("x") for each in (store, target))
    if lake.startswith(place) or place.startswith(lake):
        raise BadRequest("A backup has to be in another place than the lake, and neither inside the other.")
    if derived := sorted(set(target.folders("")) - {*FACTS, "leases"}):
        raise BadRequest(f"What is there is no backup: it holds {derived[0]}/, which no backup has.")


def listed(store: Store, done: Copied) -> list[Group]:
    """What is to be copied, in its order; what cannot be listed for damage goes to the faults of `done`.

    What is named by others is listed after them, as it only grows: so all that the list names is in it.  (What waits
    and is in a letter by then is not told twice.)
    """
    waiting = [_waiting(store, f"outbox/{box.recipient}/{box.channel}/waiting") for box in boxes(store)]
    loose = [Group(items=tuple(_loose(store, folder))) for folder in _LOOSE]
    memories = [group for day in days_in(store, "boilerplate") for group in _memory(store, day, done)]
    registers = [Group(items=tuple(_register(store, day, done))) for day in days_in(store, "register")]
    batches = [_batch(store, manifest) for day in sealed_days(store) for manifest in _sealed(store, day, done)]
    tombstones = Group(items=tuple(Item(key=key) for key in store.list("tombstones")))
    return [
        group
        for group in (tombstones, *batches, *registers, *memories, *loose, *waiting)
        if group.items or group.folder
    ]


def copy(groups: Iterable[Group], source: Store, target: Store, done: Copied, report: Report) -> None:
    """Copy what `target` does not have; what is damaged in `source` is left out, and what it has there stays."""
    sizes = {key: size for folder in FACTS for key, size in target.sizes(folder).items()}
    there = sorted(sizes)
    for group in groups:
        if group.is_sealed and _is_there(group, source, target, sizes):
            done.same += len(group.items)
            _clear(group, source, target, there)
        elif _copy_all(group, source, target, sizes, done):
            _clear(group, source, target, there)
            report(f"{group.folder or group.items[-1].key}: {done.line()}")


def _copy_all(group: Group, source: Store, target: Store, sizes: Mapping[str, int], done: Copied) -> bool:
    """Copy the objects of a group; whether all of them were sound."""
    faults = len(done.faults)
    for item in group.items:
        try:
            _copy(item, source, target, sizes.get(item.key), done)
        except Corrupt as error:
            if not (isinstance(error, Missing) and item.may_go):
                done.faults.append(str(error))
    return len(done.faults) == faults


def _clear(group: Group, source: Store, target: Store, there: Sequence[str]) -> None:
    """Remove what the copy has in the group's folder, nothing names any more, and the lake has not got either."""
    names = {item.key for item in group.items}
    first = bisect_left(there, f"{group.folder}/") if group.folder else len(there)
    for key in takewhile(lambda key: key.startswith(f"{group.folder}/"), islice(there, first, None)):
        if key not in names and not source.exists(key):
            target.delete(key)


def _is_there(group: Group, source: Store, target: Store, sizes: Mapping[str, int]) -> bool:
    """Whether the object that names the others is the same there, and the others have their sizes."""
    *named, seal = group.items
    if any(item.key not in sizes or (item.info and item.info.size_bytes != sizes[item.key]) for item in named):
        return False
    return seal.key in sizes and source.exists(seal.key) and source.read(seal.key) == target.read(seal.key)


def _copy(item: Item, source: Store, target: Store, size: int | None, done: Copied) -> None:
    if item.info is not None and item.info.size_bytes == size and not fault_of(target, item.info):
        done.same += 1
        return
    data = _sound(item, source)
    if size == len(data) and target.read(item.key) == data:
        done.same += 1
        return
    target.put(item.key, data)
    done.copied += 1
    done.size_bytes += len(data)


def _sound(item: Item, source: Store) -> bytes:
    """The content of an object, checked by what names it or by itself.  Raises Corrupt."""
    if item.info is not None:
        return read_object(source, item.info)
    data = source.read(item.key) if item.data is None else item.data
    receipt = _RECEIPT.search(item.key)
    if receipt and not sha256(data).hexdigest().startswith(receipt[1]):
        raise damaged(item.key, "its content is not that of its name")
    if item.key.endswith(".json") and not receipt and data[:1] != b"[":  # a mark of before there were checksums
        load(data, item.key)
    return data


def _sealed(store: Store, day: date, done: Copied) -> list[BatchManifest]:
    try:
        return sealed_batches(store, day)
    except Corrupt as error:
        done.faults.append(str(error))
        return []


def _batch(store: Store, manifest: BatchManifest) -> Group:
    """A sealed batch: its objects, what was noted beside them, and its manifest last."""
    seal = f"{manifest.key.path}/manifest.json"
    notes = (key for key in store.list(manifest.key.path) if key.endswith(".json") and key != seal)
    items = [Item(key=info.key, info=info) for info in manifest.objects]
    return Group(
        items=(*items, *(Item(key=key) for key in sorted(notes)), Item(key=seal)),
        is_sealed=True,
        folder=manifest.key.path,
    )


def _register(store: Store, day: date, done: Copied) -> Iterator[Item]:
    """The ids given out on a day: rows, then the digests that were written for them."""
    try:
        rows = list(registered_on(store, day))
    except Corrupt as error:
        done.faults.append(str(error))
        return
    yield from (Item(key=info.key, info=info) for info in rows)
    # Forgetting an address writes rows anew and removes the digest of what they were.
    yield from (Item(key=key, may_go=True) for key in store.list(f"register/day={day}") if key.endswith(".sha256"))


def _memory(store: Store, day: date, done: Copied) -> Iterator[Group]:
    """The memory that a day was built with: parts, receipt, and the pointer last."""
    key = PartitionKey(stage="boilerplate", day=day)
    try:
        receipt, entry = current(store, key), pointer_of(store, key).current()
    except Corrupt as error:
        done.faults.append(str(error))
        return
    if receipt is None or entry is None:
        return
    parts = [Item(key=part.key, info=part) for table in receipt.tables.values() for part in table.parts]
    earlier = [Item(key=entry_key(key, each), may_go=True) for each in pointer_of(store, key).entries()[:-1]]
    last = (Item(key=str(entry.value["receipt"])), *earlier, Item(key=entry_key(key, entry)))
    yield Group(items=(*parts, *last), is_sealed=True, folder=key.path)


def _loose(store: Store, folder: str) -> list[Item]:
    """The documents of a folder, letters before the attempts to send them.  What letters told is taken down before they
    are listed: these go on meanwhile, and a letter that is told of has to be there.
    """
    told = [Item(key=key, data=store.read(key)) for key in store.list(folder) if key.endswith(_SNAPSHOT)]
    others = [key for key in store.list(folder) if not key.endswith(_SNAPSHOT) and _WAITING not in key]
    ordered = sorted(others, key=lambda key: (key.rpartition("/")[0], not key.endswith("/letter.json"), key))
    return [*(Item(key=key) for key in ordered), *told]


def _waiting(store: Store, folder: str) -> Group:
    """What waits to be sent by a channel; it is removed when a letter has it."""
    return Group(items=tuple(Item(key=key, may_go=True) for key in store.list(folder)), folder=folder)
