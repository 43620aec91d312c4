"""Verifying: everything that the lake holds against what names it, and what to do about each finding."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import partial

from mediawatch.context import Context, Report, silent
from mediawatch.delivery.outbox import boxes
from mediawatch.errors import Corrupt
from mediawatch.extraction.template_memory import lost_memory
from mediawatch.keywords.evaluations import lost_evaluations
from mediawatch.lake.folders import FOLDERS, PARTITIONED
from mediawatch.lake.format import FOLDER as FORMAT
from mediawatch.lake.names import days_in
from mediawatch.lake.objects import ObjectInfo, fault_of
from mediawatch.lake.store import Missing, Store
from mediawatch.lake.tombstones import TOMBSTONES, check_tombstone
from mediawatch.quality.decisions import FOLDER as DECISIONS
from mediawatch.quality.decisions import decisions_of, read_decision
from mediawatch.workflow.digests import files_of, folder_of
from mediawatch.workflow.verifying.batches import verify_batches, verify_register
from mediawatch.workflow.verifying.checks import BY_DAY, Check, Verified


def verify_memory(check: Check, day: date) -> None:
    """That the memory which the day was built with has its pointer."""
    with suppress(Corrupt):  # what is damaged of it was told with its partition
        if key := lost_memory(check.store, day):
            check.missed(key)


def verify_evaluations(check: Check, day: date) -> None:
    """That no evaluation of the day is gone."""
    for key in lost_evaluations(check.store, day):
        check.missed(key)


def verify_decisions(check: Check, day: date) -> None:
    """What people decided about the day's quarantine, each in its place."""
    check.documents(f"{DECISIONS}/day={day}", lambda key: read_decision(check.store, key, day))
    try:
        decisions_of(check.store, day)
    except Missing as error:
        check.damaged(error, f"{DECISIONS}/day={day}")
    except Corrupt:
        return  # told as a document


def verify_digests(check: Check, day: date) -> None:
    """The day's digests against what was noted when they were kept, and that note."""
    if check.store.list(folder_of(day)):
        faults = _digest_faults(check.store, day) and _digest_faults(check.store, day)  # kept anew meanwhile, perhaps
        for key, fault in faults.items():
            check.found("damaged", key, fault)


def _digest_faults(store: Store, day: date) -> dict[str, str]:
    """{key: what is wrong with it}; a note that cannot be read was told of as a document before."""
    try:
        files = files_of(store, day)
    except Missing as error:
        return {error.key: str(error)}
    except Corrupt:
        return {}
    found = ((key, fault_of(store, ObjectInfo(key=key, digest=digest, size_bytes=0))) for key, digest in files.items())
    return {key: fault for key, fault in found if fault}


def verify_outbox(check: Check) -> None:
    """That no letter before the newest one of a channel is gone, nor an attempt whose end is known."""
    for box in boxes(check.store):
        for key in box.lost():
            check.missed(key)


def verify(context: Context, *, day: date | None = None, is_deep: bool = False, report: Report = silent) -> Verified:
    """Read every object of the lake, or of one `day`, and compare it with the digest that its manifest has of it.

    Of an archive file that is damaged the pages that it costs are told; `is_deep` reads every archived page on its
    own, whatever the digest of the file.
    """

    check = Check(context=context, is_deep=is_deep)
    days = [day] if day else sorted({each for folder in BY_DAY for each in days_in(context.store, folder)})
    for each in days:
        verify_batches(check, each)
        verify_register(check, each)
        for stage in PARTITIONED:
            check.partitions(stage, each)
        for folder in ("looks", "digests"):
            check.documents(f"{folder}/day={each}")
        verify_decisions(check, each)
        verify_memory(check, each)
        verify_evaluations(check, each)
        verify_digests(check, each)
        report(f"{each}: {check.done.objects} objects checked, {len(check.done.findings)} findings")
    check.documents(FORMAT)
    if day is None:
        for folder in sorted(FOLDERS - {TOMBSTONES, FORMAT, *BY_DAY}):
            check.documents(folder)
        check.documents(TOMBSTONES, partial(check_tombstone, check.store))
        verify_outbox(check)
    check.strays(day)
    return check.done
