"""The register of article ids: a fact, because an id once given out is never derived again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from mediawatch.errors import Contended
from mediawatch.lake.history import query
from mediawatch.lake.store import Store
from mediawatch.lake.tables import from_parquet, to_parquet
from mediawatch.records import Reason
from mediawatch.stages.identity import Draft, Identity

WINDOW = timedelta(days=45)
"""How far back an address or a link is looked up; a page that comes back later is another article."""

REASONS: dict[str | None, Reason] = {reason.value: reason for reason in Reason}
_FIELDS = tuple(field.name for field in fields(Identity))


def minted(store: Store, drafts: Sequence[Draft], *, day: date, batch: str) -> list[Identity]:
    """What `batch` of `day` and those before it registered for the links of `drafts`, their addresses and articles.

    Of `day` also what has the texts of `drafts`.
    """
    own = [row for key in store.list(f"register/day={day}/batch={batch}") for row in _rows(store, key)]
    keys = [key for key in _days_keys(store, day) if _batch_of(key) < batch or f"/day={day}/" not in key]
    if not keys:
        return own
    links, addresses = [d.link_id for d in drafts], [d.address for d in drafts]
    texts = [d.text_digest for d in drafts]
    sql = (
        f"SELECT {', '.join(_FIELDS)} FROM rows "  # noqa: S608 - a constant list of columns
        "WHERE link_id IN (SELECT unnest(?)) OR address IN (SELECT unnest(?)) "
        "OR article_id IN (SELECT article_id FROM rows WHERE link_id IN (SELECT unnest(?))) "
        "OR (day = ? AND text_digest IN (SELECT unnest(?)))"
    )
    return own + [_identity(row) for row in query(store, keys, sql, [links, addresses, links, day, texts])]


def register(store: Store, identities: Iterable[Identity], *, day: date, batch: str) -> None:
    """Keep those of `identities` that the batch has not registered yet, for good."""
    folder = f"register/day={day}/batch={batch}"
    keys = store.list(folder)
    held = {row.link_id for key in keys for row in _rows(store, key)}
    fresh = [identity for identity in identities if identity.link_id not in held]
    if not fresh:
        return
    data = to_parquet(fresh, Identity, sort_by=("link_id",))
    if not store.create(f"{folder}/{len(keys) + 1:04d}.parquet", data):
        raise Contended(f"another worker registers article ids of batch {batch}")


def blank_address(store: Store, link_id: str) -> None:
    """Forget the address of `link_id`; its article id stays given out."""
    for key in store.list("register"):
        rows = _rows(store, key)
        if any(row.link_id == link_id and row.address for row in rows):
            kept = [replace(row, address="") if row.link_id == link_id else row for row in rows]
            store.put(key, to_parquet(kept, Identity))


def _rows(store: Store, key: str) -> list[Identity]:
    return from_parquet(store.read(key), Identity)


def _days_keys(store: Store, day: date) -> list[str]:
    oldest = day - WINDOW
    days = [date.fromisoformat(name.removeprefix("day=")) for name in store.folders("register")]
    return [key for d in days if oldest <= d <= day for key in store.list(f"register/day={d}")]


def _batch_of(key: str) -> str:
    return key.rpartition("/batch=")[2].partition("/")[0]


def _identity(row: tuple[Any, ...]) -> Identity:
    values = dict(zip(_FIELDS, row, strict=True))
    return Identity(**{**values, "reason": REASONS.get(values["reason"])})
