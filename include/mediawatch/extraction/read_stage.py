"""Read: the pages of a segment and their bytes -> articles or losses; what `extract` makes a batch of.

Each page is read for itself, so that the segments of a batch may be read by many workers, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mediawatch import logs
from mediawatch.context import Context, Report
from mediawatch.errors import Corrupt
from mediawatch.extraction import VERSION
from mediawatch.extraction.archived import body_of, lost_to
from mediawatch.extraction.extractor import Extractor, open_extractor, seldom
from mediawatch.lake.batches import BatchKey, planned_sources, read_batch_rows, read_manifest
from mediawatch.lake.documents import digest_of
from mediawatch.lake.partitions import PartitionKey, PartitionWriter
from mediawatch.lake.store import Store
from mediawatch.lake.tombstones import forgotten_links
from mediawatch.pipeline.stage import Given, Input, Stage, batch_of
from mediawatch.records import Article, Loss, Page, Ranking, Reason, Source
from mediawatch.records.ledger import Outcome
from mediawatch.settings import Settings
from mediawatch.tables import Per
from mediawatch.tables.extraction import FURTHER_PAGES, READ_ARTICLES, READ_RANKINGS, UNREAD, FurtherPage, Identity
from mediawatch.tables.harvest import PAGES

if TYPE_CHECKING:
    from mediawatch.extraction import Extracted

_LOG = logs.logger(__name__)

CHUNK = 200
"""Pages whose bytes are in memory at once; a segment of an import may have more."""


def settings_of(context: Context, key: PartitionKey) -> dict[str, str]:
    """What the reading of a batch depends on beside its pages."""
    return {
        "sources": _digest([_of_pages(source) for source in sources_of(context, batch_of(key)).values()]),
        "forgotten": _digest(_forgotten_of(context.store, key)),
        "publishers": _digest([p.model_dump(mode="json") for p in context.publishers.entries]),
        **_budget(context.settings),
    }


_OF_VISITS: Final = frozenset(
    ("discovery", "cadence", "pace", "limits", "contact", "allow_addresses", "enabled", "status", "checked", "seen")
)
"""What an entry says of visits and of its own state: it may change without a page being read otherwise."""


def _of_pages(source: Source) -> dict[str, object]:
    """What of a source's entry its pages are read by."""
    return source.model_dump(mode="json", exclude=set(_OF_VISITS))


def sources_of(context: Context, batch: BatchKey) -> dict[str, Source]:
    """The batch's sources by name: as the catalogue has them today, or as the plan had those that are gone."""
    planned = {source.name: source for source in planned_sources(context.store, batch)}
    today = {source.name: source for source in context.catalogue.sources}
    return {name: today.get(name, source) for name, source in sorted(planned.items())}


def _forgotten_of(store: Store, key: PartitionKey) -> list[str]:
    """The forgotten links that have pages in the batch."""
    forgotten = sorted(forgotten_links(store))
    if not forgotten:
        return []
    manifest = read_manifest(store, batch_of(key))
    known = {page.link_id for page in read_batch_rows(store, manifest, PAGES)} if manifest else set()
    return [link for link in forgotten if link in known]


def _budget(settings: Settings) -> dict[str, str]:
    """The sources' budget where somebody set it, so that a larger one makes the days in question anew."""
    usual = Settings.model_fields["source_cpu_seconds"].default
    seconds = settings.source_cpu_seconds
    return {} if seconds == usual else {"source_cpu_seconds": f"{seconds:g}"}


def _digest(value: object) -> str:
    return digest_of(value)[:16]


@dataclass(slots=True)
class _Found:
    """What the pages of a segment gave."""

    articles: list[Article] = field(default_factory=list)
    further: list[FurtherPage] = field(default_factory=list)
    rankings: list[Ranking] = field(default_factory=list)
    losses: list[Outcome] = field(default_factory=list)

    def add(self, page: Page, result: Extracted, batch: BatchKey) -> None:
        """Note what a page gave.  A further page that is none is no loss, unless its bytes are damaged."""
        outcome = result.outcome
        if page.part > 1:
            if isinstance(outcome, Article):
                self.further.append(FurtherPage.of(outcome, page.part))
            elif outcome.reason is Reason.DAMAGED:
                self.losses.append(outcome_of(batch, page, outcome.reason, outcome.detail))
            return
        self.rankings += [replace(row, day=batch.day) for row in result.rankings]
        if isinstance(outcome, Article):
            self.articles.append(outcome)
        else:
            self.losses.append(outcome_of(batch, page, outcome.reason, outcome.detail))


def outcome_of(batch: BatchKey, of: Page | Identity, reason: Reason | None, detail: str) -> Outcome:
    """What became of a page: the article that it has an identity of, or why it is none."""
    return Outcome(
        day=batch.day,
        batch=batch.batch,
        stage="extract",
        link_id=of.link_id,
        source=of.source,
        reason=reason,
        detail=detail,
    )


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `articles`, `further`, `rankings` and `losses`: one row for each page that is not forgotten."""
    batch, forgotten, found = batch_of(given.key), forgotten_links(given.store), _Found()
    pages = sorted(given.rows(PAGES), key=lambda page: page.warc_offset)
    found.losses += [
        outcome_of(batch, page, Reason.FORGOTTEN, "") for page in pages if page.link_id in forgotten and page.part == 1
    ]
    kept = [page for page in pages if page.link_id not in forgotten]
    for page, result in zip(kept, _read(given, kept, report), strict=True):
        _log(page, result)
        found.add(page, result, batch)
    writer.append(READ_ARTICLES, found.articles)
    writer.append(FURTHER_PAGES, found.further)
    writer.append(READ_RANKINGS, found.rankings)
    writer.append(UNREAD, found.losses)
    report(f"{len(kept)} pages read")


def _read(given: Given, pages: Sequence[Page], report: Report) -> Iterator[Extracted]:
    """What each of `pages` gave, one chunk in memory at a time."""
    extractor = open_extractor(given.context)
    extractor.prepare()
    sources = sources_of(given.context, batch_of(given.key))
    beat = seldom(lambda: report(f"reading {len(pages)} pages"), given.context.settings.lease_seconds / 4)
    for first in range(0, len(pages), CHUNK):
        yield from _extract_chunk(given.store, extractor, pages[first : first + CHUNK], sources, beat)


def _extract_chunk(
    store: Store, extractor: Extractor, pages: Sequence[Page], sources: dict[str, Source], beat: Callable[[], None]
) -> Iterator[Extracted]:
    bodies = [_body(store, page) for page in pages]
    readable = [
        (page, body, sources[page.source])
        for page, body in zip(pages, bodies, strict=True)
        if not isinstance(body, Corrupt)
    ]
    found = iter(extractor.extract(readable, beat))
    for page, body in zip(pages, bodies, strict=True):
        yield lost_to(body, page) if isinstance(body, Corrupt) else next(found)


def _body(store: Store, page: Page) -> bytes | Corrupt:
    """The payload of a page, or why it cannot be read."""
    try:
        return body_of(store, page)
    except Corrupt as error:
        return error


def _log(page: Page, result: Extracted) -> None:
    about = {"url": page.url, "link_id": page.link_id, "source": page.source}
    outcome = result.outcome
    if isinstance(outcome, Loss):
        _LOG.info("no article", **about, reason=outcome.reason, detail=outcome.detail)
    else:
        _LOG.info("article", **about, characters=outcome.text_length, published_at=outcome.published_at)


STAGE = Stage(
    name="read",
    version=VERSION,
    per=Per.SEGMENT,
    reads=(Input(tables=(PAGES,), label="segment"),),
    writes=(READ_ARTICLES, FURTHER_PAGES, READ_RANKINGS, UNREAD),
    settings=settings_of,
    work=work,
)
