"""The archived bytes of fetched pages, checked on the way.

Damage costs the articles it is in, not the day.  An extraction remembers them, and is made again once they can be read.
"""

from __future__ import annotations

from collections.abc import Iterable

from mediawatch.errors import Corrupt
from mediawatch.extraction import Extracted
from mediawatch.lake.documents import digest_of
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.lake.warc import read_exchange
from mediawatch.records import Loss, Page, Reason
from mediawatch.records.ledger import Outcome
from mediawatch.tables.extraction import DAMAGED, DamagedPage

"""The table of pages whose bytes could not be read; an extraction without such pages has none."""
HEALED = "healed"
"""The setting of an extraction that was made again because such pages can be read again."""


def body_of(store: Store, page: Page | DamagedPage) -> bytes:
    """The page's payload.  Raises Corrupt, naming the archive's file, unless it is what was fetched."""
    exchange = read_exchange(store, page.warc_file, page.warc_offset, page.warc_length, digest=page.digest)
    return exchange.body


def lost_to(error: Corrupt, page: Page) -> Extracted:
    """The result for an article whose archived bytes are damaged."""

    loss = Loss(stage="extract", link_id=page.link_id, source=page.source, reason=Reason.DAMAGED, detail=str(error))
    return Extracted(outcome=loss)


def damaged_pages(pages: Iterable[Page], outcomes: Iterable[Outcome]) -> list[DamagedPage]:
    """Those of `pages` whose articles were lost to damage, by their `outcomes`."""
    lost = {outcome.link_id for outcome in outcomes if outcome.reason is Reason.DAMAGED}
    return [
        DamagedPage(
            link_id=page.link_id,
            warc_file=page.warc_file,
            warc_offset=page.warc_offset,
            warc_length=page.warc_length,
            digest=page.digest,
        )
        for page in pages
        if page.link_id in lost
    ]


def faults_in(outcomes: Iterable[Outcome]) -> list[str]:
    """What is wrong in the archive, each file once, for people."""
    details = sorted(outcome.detail for outcome in outcomes if outcome.reason is Reason.DAMAGED)
    files = {detail.partition(": ")[0]: detail for detail in reversed(details)}
    return [f"articles were lost: {detail}" for _, detail in sorted(files.items())]


def healed(store: Store, key: PartitionKey) -> dict[str, str]:
    """The setting that names the pages which the extraction `key` could not read and which can be read now.

    While there are none it is what it was when the extraction was made: none, unless pages had been restored then.
    """
    try:
        receipt = current(store, key)
        if receipt is None:
            return {}
        rows = list(read_rows(store, receipt, DAMAGED)) if DAMAGED.name in receipt.tables else []
    except Corrupt:
        return {}
    links = {row.link_id for row in rows} - {row.link_id for row in rows if not _is_readable(store, row)}
    if links:
        return {HEALED: digest_of({"links": sorted(links)})[:16]}
    return {HEALED: receipt.settings[HEALED]} if HEALED in receipt.settings else {}


def _is_readable(store: Store, page: DamagedPage) -> bool:
    try:
        body_of(store, page)
    except Corrupt:
        return False
    return True
