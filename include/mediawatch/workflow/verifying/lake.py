"""Verifying: everything that the lake holds against what names it, and what to do about each finding."""

from __future__ import annotations

from datetime import date
from functools import partial

from mediawatch.context import Context, Report, silent
from mediawatch.lake.folders import FOLDERS, PARTITIONED
from mediawatch.lake.names import days_in
from mediawatch.lake.tombstones import TOMBSTONES, check_tombstone
from mediawatch.workflow.verifying.checks import BY_DAY, Check, Verified


def verify(context: Context, *, day: date | None = None, is_deep: bool = False, report: Report = silent) -> Verified:
    """Read every object of the lake, or of one `day`, and compare it with the digest that its manifest has of it.

    Of an archive file that is damaged the pages that it costs are told; `is_deep` reads every archived page on its
    own, whatever the digest of the file.
    """
    from mediawatch.workflow.verifying.batches import verify_batches, verify_register
    from mediawatch.workflow.verifying.documents import verify_digests, verify_looks, verify_memory, verify_outbox

    check = Check(context=context, is_deep=is_deep)
    days = [day] if day else sorted({each for folder in BY_DAY for each in days_in(context.store, folder)})
    for each in days:
        verify_batches(check, each)
        verify_register(check, each)
        for stage in PARTITIONED:
            check.partitions(stage, each)
        for folder in ("looks", "digests"):
            check.documents(f"{folder}/day={each}")
        verify_memory(check, each)
        verify_looks(check, each)
        verify_digests(check, each)
        report(f"{each}: {check.done.objects} objects checked, {len(check.done.findings)} findings")
    if day is None:
        for folder in sorted(FOLDERS - {TOMBSTONES, *BY_DAY}):
            check.documents(folder)
        check.documents(TOMBSTONES, partial(check_tombstone, check.store))
        verify_outbox(check)
    check.strays(day)
    return check.done
