"""Verifying looks, digests and messages, and what is gone of them and of the memory that days are built with."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from mediawatch.delivery.outbox import boxes
from mediawatch.errors import Corrupt
from mediawatch.extraction.template_memory import lost_memory
from mediawatch.keywords.evaluations import lost_looks
from mediawatch.lake.objects import ObjectInfo, fault_of
from mediawatch.lake.store import Missing, Store
from mediawatch.workflow.digests import files_of, folder_of
from mediawatch.workflow.verifying.checks import Check


def verify_memory(check: Check, day: date) -> None:
    """That the memory which the day was built with has its pointer."""
    with suppress(Corrupt):  # what is damaged of it was told with its partition
        if key := lost_memory(check.store, day):
            check.missed(key)


def verify_looks(check: Check, day: date) -> None:
    """That no look at the day is gone."""
    for key in lost_looks(check.store, day):
        check.missed(key)


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
