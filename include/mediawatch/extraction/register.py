"""The register of article ids: a fact, because an id once given out is never derived again.

    register/day=D/batch=B/NNNN.parquet             what one extraction gave out, created exclusively
    register/day=D/batch=B/NNNN.<SHA-256>.sha256    put before it: what it is checked against; empty

Of two workers that lay claim to one number both leave a digest, and one of them the rows.  (What was registered before
there were digests has none.)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from mediawatch.errors import Contended
from mediawatch.extraction.article_ids import Draft
from mediawatch.lake.damage import damaged
from mediawatch.lake.history import query
from mediawatch.lake.names import batch_in, days_in
from mediawatch.lake.objects import ObjectInfo, described, read_records
from mediawatch.lake.partitions import PartitionKey, current
from mediawatch.lake.store import Store, missing
from mediawatch.lake.tables import to_parquet
from mediawatch.records import Reason
from mediawatch.tables.extraction import Identity

WINDOW = timedelta(days=45)
"""How far back an address or a link is looked up; a page that comes back later is another article."""

REASONS: dict[str | None, Reason] = {reason.value: reason for reason in Reason}
_ROWS = re.compile(r"/(\d{4})\.parquet$")
_DIGEST = re.compile(r"/(\d{4})\.([0-9a-f]{64})\.sha256$")
_FIELDS = tuple(field.name for field in fields(Identity))


def minted(store: Store, drafts: Sequence[Draft], *, day: date, batch: str) -> list[Identity]:
    """What `batch` of `day` and those before it registered for the links of `drafts`, their addresses and articles.

    Of `day` also what has the texts of `drafts`.
    """
    own = [row for info in _own(store, day, batch) for row in read_records(store, info, Identity)]
    objects = list(_earlier(store, day, batch))
    if not objects:
        return own
    links, addresses = [d.link_id for d in drafts], [d.address for d in drafts]
    texts = [d.text_digest for d in drafts]
    sql = (
        f"SELECT {', '.join(_FIELDS)} FROM rows "  # noqa: S608 - a constant list of columns
        "WHERE link_id IN (SELECT unnest(?)) OR address IN (SELECT unnest(?)) "
        "OR article_id IN (SELECT article_id FROM rows WHERE link_id IN (SELECT unnest(?))) "
        "OR (day = ? AND text_digest IN (SELECT unnest(?)))"
    )
    return own + [
        _identity(row) for row in query(store, objects, sql, [links, addresses, links, day, texts], row=Identity)
    ]


def register(store: Store, identities: Iterable[Identity], *, day: date, batch: str) -> None:
    """Keep those of `identities` that the batch has not registered yet, for good."""
    objects = _own(store, day, batch)
    held = {row.link_id for info in objects for row in read_records(store, info, Identity)}
    fresh = [identity for identity in identities if identity.link_id not in held]
    if not fresh:
        return
    data = to_parquet(fresh, Identity, sort_by=("link_id",))
    key = f"{_folder(day, batch)}/{len(objects) + 1:04d}.parquet"
    store.put(_digest_key(described(key, data)), b"")
    if not store.create(key, data):
        raise Contended(f"another worker registers article ids of batch {batch}")


def blank_address(store: Store, link_id: str) -> None:
    """Forget the address and titles of `link_id`; its article id stays given out."""
    for info in registered(store):
        rows = read_records(store, info, Identity)
        if any(row.link_id == link_id and row.address for row in rows):
            kept = [
                replace(row, address="", title="", title_before="") if row.link_id == link_id else row for row in rows
            ]
            data = to_parquet(kept, Identity)
            store.put(_digest_key(described(info.key, data)), b"")
            store.put(info.key, data)
            store.delete(_digest_key(info))


def registered(store: Store) -> Iterator[ObjectInfo]:
    """Every object of the register, with the digest it has to have.  Raises Corrupt for one that is gone."""
    for day in days_in(store, "register"):
        yield from registered_on(store, day)


def registered_on(store: Store, day: date) -> Iterator[ObjectInfo]:
    """The register's objects of one day.  Raises Corrupt for one that is gone."""
    for _, batch, sizes in _batches(store, day):
        yield from _objects(store, day, batch, sizes)


def _earlier(store: Store, day: date, batch: str) -> Iterator[ObjectInfo]:
    """What batches before `batch` of `day` registered, as far back as the window."""
    days = [each for each in days_in(store, "register", since=day - WINDOW) if each <= day]
    for each in days:
        for folder, name, sizes in _batches(store, each):
            if folder < _folder(day, batch):
                yield from _objects(store, each, name, sizes)


def _own(store: Store, day: date, batch: str) -> list[ObjectInfo]:
    """What the batch registered.  A digest alone is what a killed worker left; this one writes its rows again."""
    sizes = store.sizes(_folder(day, batch))
    return [_described(store, key, sizes) for key in _rows_in(sizes)]


def _objects(store: Store, day: date, batch: str, sizes: Mapping[str, int]) -> Iterator[ObjectInfo]:
    """The objects among the files of one batch.  Rows that are gone are missed once the batch is extracted."""
    rows, folder = set(_rows_in(sizes)), _folder(day, batch)
    for number in sorted({found[1] for key in sizes if (found := _DIGEST.search(key))}):
        key = f"{folder}/{number}.parquet"
        if key not in rows and current(store, PartitionKey(stage="extract", day=day, batch=batch)) is not None:
            raise missing(key, "the register")
    yield from (_described(store, key, sizes) for key in sorted(rows))


def _described(store: Store, key: str, sizes: Mapping[str, int]) -> ObjectInfo:
    """The object with the digest that was written for it; of several that of its content."""
    stem = key.removesuffix(".parquet")
    digests = [found[2] for each in sizes if (found := _DIGEST.search(each)) and each.startswith(f"{stem}.")]
    if len(digests) == 1:
        return ObjectInfo(key=key, digest=digests[0], size_bytes=sizes[key])
    info = described(key, store.read(key))
    if digests and info.digest not in digests:
        raise damaged(key, "its content has none of the digests that were written for it")
    return info


def _batches(store: Store, day: date) -> Iterator[tuple[str, str, dict[str, int]]]:
    """(folder, batch, sizes of its files) of each batch of a day; what else lies there is passed over."""
    files: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for key, size in store.sizes(f"register/day={day}").items():
        files[key.rpartition("/")[0]][key] = size
    for folder, sizes in sorted(files.items()):
        batch = batch_in(folder.rpartition("/")[2])
        if batch is not None and folder == _folder(day, batch):
            yield folder, batch, sizes


def _rows_in(keys: Iterable[str]) -> list[str]:
    return sorted(key for key in keys if _ROWS.search(key))


def _folder(day: date, batch: str) -> str:
    return f"register/day={day}/batch={batch}"


def _digest_key(info: ObjectInfo) -> str:
    return f"{info.key.removesuffix('.parquet')}.{info.digest}.sha256"


def _identity(row: tuple[Any, ...]) -> Identity:
    values = dict(zip(_FIELDS, row, strict=True))
    return Identity(**{**values, "reason": REASONS.get(values["reason"])})
