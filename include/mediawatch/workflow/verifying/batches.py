"""Verifying the facts of a day: its batches with their archives, and the register of ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mediawatch.errors import Corrupt
from mediawatch.extraction.archived import body_of
from mediawatch.extraction.register import registered_on
from mediawatch.harvest.segments import mark_of
from mediawatch.lake.batches import (
    BatchKey,
    BatchManifest,
    Copied,
    batches_of,
    is_copy,
    read_manifest,
    read_plan,
    shard_key,
    table_objects,
)
from mediawatch.lake.documents import load
from mediawatch.lake.objects import read_records
from mediawatch.lake.partitions import PartitionKey, current_or_none
from mediawatch.lake.store import missing
from mediawatch.lake.tombstones import forgotten_links, tombstone_key
from mediawatch.records import Page, Reason
from mediawatch.tables.harvest import DiscoveredLink
from mediawatch.workflow.verifying.checks import Check


def verify_batches(check: Check, day: date) -> None:
    """Every batch of the day."""
    for batch in batches_of(check.store, day):
        try:
            manifest = read_manifest(check.store, batch)
        except Copied as error:
            if is_copy(check.store, batch, error.owner):
                check.found("stray", batch.path, f"{batch.path}: a copy of a batch, and passed over; move it away")
            else:
                check.damaged(error, batch.path)
        except Corrupt as error:
            check.damaged(error, batch.path)
        else:
            _verify_batch(check, batch, manifest)


def verify_register(check: Check, day: date) -> None:
    """What was registered on the day."""
    try:
        objects = list(registered_on(check.store, day))
    except Corrupt as error:
        check.damaged(error, f"register/day={day}")
        return
    for info in objects:
        check.object(info)
    digests = {key for key in check.store.list(f"register/day={day}") if key.endswith(".sha256")}
    check.orphans(check.store.list(f"register/day={day}"), {info.key for info in objects} | digests)


def _verify_batch(check: Check, batch: BatchKey, manifest: BatchManifest | None) -> None:
    if is_copy(check.store, batch) and manifest is None:
        check.found("stray", batch.path, f"{batch.path}: no batch, and passed over; move it away")
        return
    _verify_plan(check, batch)
    if manifest is None:
        _verify_open(check, batch)
        return
    sound = {info.key for info in manifest.objects if check.object(info)}
    _verify_pages(check, manifest, sound)
    _verify_forgotten(check, manifest, sound)
    keys = check.store.list(batch.path)
    notes = [key for key in keys if key.endswith(".json")]
    for key in notes:
        try:
            data = check.store.read(key)
            load(data, key) if data[:1] != b"[" else None  # until there were checksums a mark was a list
        except Corrupt as error:
            check.damaged(error, key)
    check.orphans(keys, {info.key for info in manifest.objects} | set(notes))
    for key in sorted(_expected_notes(manifest) - set(keys)):
        check.missed(key)


def _expected_notes(manifest: BatchManifest) -> set[str]:
    """The mark of each segment, and what each shard says of itself; one that its worker did not end says nothing."""
    marks = {mark for info in manifest.objects if (mark := mark_of(info.key))}
    ended = [shard.shard for shard in manifest.shards if shard.is_complete and manifest.origin == "live"]
    return marks | {shard_key(manifest.key, shard) for shard in ended}


def _verify_plan(check: Check, batch: BatchKey) -> None:
    key = f"{batch.path}/plan.json"
    try:
        if read_plan(check.store, batch) is None:
            raise missing(key, "the lake")
    except Corrupt as error:
        check.damaged(error, key)


def _verify_open(check: Check, batch: BatchKey) -> None:
    """A batch without a seal: lost where something was made of it already, else left open unless it is today's."""
    key = f"{batch.path}/manifest.json"
    if current_or_none(check.store, PartitionKey(stage="extract", day=batch.day, batch=batch.batch)) is not None:
        check.damaged(missing(key, "the lake"), key)
    elif batch.day < check.context.today:
        check.found("open", key, f"{key}: was never written; `mediawatch close --day {batch.day}` seals the batch")


def _verify_pages(check: Check, manifest: BatchManifest, sound: set[str]) -> None:
    """The pages of archive files that are damaged (of all, where the check is deep), each on its own."""
    forgotten = forgotten_links(check.store)
    for info in table_objects(manifest, "pages"):
        pages = read_records(check.store, info, Page) if info.key in sound else []
        doubtful = [page for page in pages if page.warc_file and (check.is_deep or page.warc_file not in sound)]
        lost = [page for page in doubtful if page.link_id not in forgotten and not _is_readable(check, page)]
        for warc in sorted({page.warc_file for page in lost}):
            _tell_lost(check, warc, [page for page in lost if page.warc_file == warc], len(pages))


def _verify_forgotten(check: Check, manifest: BatchManifest, sound: set[str]) -> None:
    """That the links which were left out as forgotten have their tombstones, without which they would come back."""
    infos = [info for info in table_objects(manifest, "candidates") if info.key in sound]
    rows = (row for info in infos for row in read_records(check.store, info, DiscoveredLink))
    named = {tombstone_key(row.link_id) for row in rows if row.reason is Reason.FORGOTTEN}
    for key in sorted(named):
        if not any(finding.key == key for finding in check.done.findings):
            check.missed(key)


def _tell_lost(check: Check, warc: str, lost: Sequence[Page], total: int) -> None:
    some = ", ".join(page.url for page in lost[:3])
    more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
    check.found("damaged", warc, f"{warc}: {len(lost)} of {total} pages cannot be read: {some}{more}")


def _is_readable(check: Check, page: Page) -> bool:
    try:
        body_of(check.store, page)
    except Corrupt:
        return False
    return True
