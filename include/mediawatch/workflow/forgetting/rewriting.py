"""Sealed batches without a forgotten page: new objects beside the old ones, then the manifest, then the old ones go.

Whoever is killed on the way leaves a batch as it was or as it shall be; doing it again finishes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final, TypeVar

from mediawatch.lake.batches import BatchManifest, ObjectInfo, amend, put_object, table_objects
from mediawatch.lake.objects import read_object, read_records
from mediawatch.lake.store import Store
from mediawatch.lake.tables import to_parquet
from mediawatch.lake.warc import Located, rewrite
from mediawatch.records import Page, Reason
from mediawatch.records.ledger import Outcome
from mediawatch.tables.harvest import DiscoveredLink
from mediawatch.workflow.forgetting.marks import Marks
from mediawatch.workflow.forgetting.redacting import Redactor

Row = TypeVar("Row")

_WARC: Final = ".warc.gz"
_DATA: Final = (_WARC, ".parquet")


@dataclass(slots=True, kw_only=True)
class Rewriting:
    """One sealed batch; `changed` are its objects that are others now, by the keys that the manifest still names."""

    store: Store
    manifest: BatchManifest
    marks: Marks
    changed: dict[str, ObjectInfo] = field(default_factory=dict)
    erased: int = 0

    def archive(self) -> BatchManifest:
        """Take the page out of the batch's archive files; the rows of other pages say where these lie now."""
        pages = {info.key: read_records(self.store, info, Page) for info in table_objects(self.manifest, "pages")}
        rows = [page for table in pages.values() for page in table]
        archives = [info for info in self.manifest.objects if info.key.endswith(_WARC)]
        moved = {info.key: places for info in archives if (places := self._archive(info, rows))}
        for key, table in pages.items():
            at = [_moved(page, moved, self.changed) for page in table]
            if at != table:
                self._put(key, to_parquet(at, Page), len(at))
        return self._amended()

    def rows(self) -> BatchManifest:
        """Take the page's rows out of the batch's tables; its candidates stay, without address and title."""
        links = self.marks.links
        for info in table_objects(self.manifest, "candidates"):
            candidates = read_records(self.store, info, DiscoveredLink)
            self._keep(info, candidates, [_blank(row) if row.link_id in links else row for row in candidates])
        for info in table_objects(self.manifest, "pages"):
            pages = read_records(self.store, info, Page)
            self._keep(info, pages, [page for page in pages if page.link_id not in links])
        for info in table_objects(self.manifest, "fetch"):
            outcomes = read_records(self.store, info, Outcome)
            self._keep(info, outcomes, [row for row in outcomes if row.link_id not in links])
        return self._amended()

    def _archive(self, info: ObjectInfo, pages: Iterable[Page]) -> dict[int, Located]:
        """Where the exchanges of one file lie now, nothing when it is as it was."""
        here = [page for page in pages if page.warc_file == info.key]
        own = {page.warc_offset for page in here if page.link_id in self.marks.links}
        redactor = Redactor(marks=self.marks, own=own, pages={page.warc_offset for page in here} - own)
        data = read_object(self.store, info)
        changed, places = rewrite(data, info.key, redactor)
        self.erased += redactor.erased
        if changed == data:
            return {}
        self._put(info.key, changed)
        return places

    def _keep(self, info: ObjectInfo, before: Sequence[Row], after: Sequence[Row]) -> None:
        if list(before) != list(after):
            self._put(info.key, to_parquet(after, type(before[0])), len(after))

    def _put(self, key: str, data: bytes, rows: int | None = None) -> None:
        self.changed[key] = put_object(self.store, _renamed(key, data), data, rows)

    def _amended(self) -> BatchManifest:
        manifest = amend(self.store, self.manifest, self.changed) if self.changed else self.manifest
        remove_unnamed(self.store, manifest)
        return manifest


def remove_unnamed(store: Store, manifest: BatchManifest) -> None:
    """Delete rows and archive files in the batch's folder that its manifest does not name: nothing ever reads them."""
    named = {info.key for info in manifest.objects}
    for key in store.list(manifest.key.path):
        if key.endswith(_DATA) and key not in named:
            store.delete(key)


def _moved(page: Page, moved: Mapping[str, Mapping[int, Located]], changed: Mapping[str, ObjectInfo]) -> Page:
    """The page's row with the place that its answer has now; one whose answer was erased keeps what it said."""
    place = moved.get(page.warc_file, {}).get(page.warc_offset)
    if place is None:
        return page
    return replace(
        page,
        warc_file=changed[page.warc_file].key,
        warc_offset=place.offset,
        warc_length=place.length,
        digest=place.digest or page.digest,
    )


def _blank(row: DiscoveredLink) -> DiscoveredLink:
    return replace(row, url="", title="", detail="", feed_text="", reason=Reason.FORGOTTEN)


def _renamed(key: str, data: bytes) -> str:
    """The key of a changed object: its table and segment are told from it as before, its content by a digest."""
    folder, _, name = key.rpartition("/")
    stem, *rest = name.split(".")
    kind = [part for part in rest if not part.startswith("r-")]
    segment = [stem] if stem.startswith("segment-") else []
    table = [] if segment or stem.startswith("r-") else [stem]
    return f"{folder}/{'.'.join([*segment, f'r-{sha256(data).hexdigest()[:16]}', *table, *kind])}"
