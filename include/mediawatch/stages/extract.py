"""Extract: pages and their bytes -> articles or losses, batch by batch; each page has exactly one outcome."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from itertools import groupby
from multiprocessing import get_context
from typing import TYPE_CHECKING

from mediawatch.extraction import VERSION
from mediawatch.lake.batches import BatchKey, BatchManifest, sealed_batches
from mediawatch.lake.partitions import PartitionKey, PartitionWriter
from mediawatch.lake.store import Store
from mediawatch.lake.warc import read_exchange
from mediawatch.ledger import Outcome
from mediawatch.records import Article, Loss, Page, Reason, Source
from mediawatch.stages.forgetting import forgotten_links
from mediawatch.stages.harvest import planned_sources
from mediawatch.stages.identity import Draft, Identity, assign
from mediawatch.stages.memory import read_table
from mediawatch.stages.newsroom import Newsroom, Report
from mediawatch.stages.register import minted, register
from mediawatch.stages.unit import Stage, Unit

if TYPE_CHECKING:
    from concurrent.futures import Future

POOL_FROM = 400
"""Pages of a batch from which processes of its own pay: starting them costs about as much as 60 pages each."""

CHUNK = 200
"""Pages whose bytes and articles are in memory at once."""


def units(newsroom: Newsroom, day: date) -> list[Unit]:
    """One unit a sealed batch of the day."""
    forgotten = sorted(forgotten_links(newsroom.store))
    return [_unit(newsroom, manifest, forgotten) for manifest in sealed_batches(newsroom.store, day)]


def _unit(newsroom: Newsroom, manifest: BatchManifest, forgotten: Sequence[str]) -> Unit:
    known = {page.link_id for page in read_table(newsroom.store, manifest, "pages", Page)} if forgotten else set()
    return Unit(
        key=PartitionKey(stage="extract", day=manifest.day, batch=manifest.batch),
        inputs={"batch": manifest.digest},
        settings={
            "sources": _digest([s.model_dump(mode="json") for s in sources_of(newsroom, manifest.key).values()]),
            "forgotten": _digest([link for link in forgotten if link in known]),
        },
    )


def sources_of(newsroom: Newsroom, batch: BatchKey) -> dict[str, Source]:
    """The batch's sources by name: as the catalogue has them today, or as the plan had those that are gone."""
    planned = {source.name: source for source in planned_sources(newsroom.store, batch)}
    today = {source.name: source for source in newsroom.catalogue.sources}
    return {name: today.get(name, source) for name, source in sorted(planned.items())}


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def work(newsroom: Newsroom, unit: Unit, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `articles` (ids provisional), `identities` and `outcomes`."""
    store, batch = newsroom.store, BatchKey(day=unit.key.day, batch=unit.key.batch)
    manifest = next(m for m in sealed_batches(store, batch.day) if m.key == batch)
    sources = sources_of(newsroom, batch)
    forgotten = forgotten_links(store)
    pages = list(read_table(store, manifest, "pages", Page))
    drafts: list[Draft] = []
    outcomes: list[Outcome] = []
    done = 0
    with _executor(newsroom, len(pages)) as pool:
        for chunk in _chunks(sorted(pages, key=lambda p: (p.warc_file, p.warc_offset))):
            found = _extract_chunk(store, pool, chunk, sources, forgotten)
            articles = [item for item in found if isinstance(item, Article)]
            writer.append("articles", articles, Article, sort_by=("link_id",))
            drafts += [draft_of(article, sources[article.source]) for article in articles]
            outcomes += [
                _outcome(batch, loss.link_id, loss.source, loss.reason, loss.detail)
                for loss in found
                if isinstance(loss, Loss)
            ]
            done += len(chunk)
            report(f"{done} of {len(pages)} pages extracted")
    if not pages:
        writer.append("articles", [], Article)
    identities = assign(
        drafts, minted(store, drafts, day=batch.day, batch=batch.batch), day=batch.day, batch=batch.batch
    )
    register(store, identities, day=batch.day, batch=batch.batch)
    outcomes += [_outcome(batch, i.link_id, i.source, i.reason, i.article_id if i.reason else "") for i in identities]
    writer.append("identities", identities, Identity, sort_by=("link_id",))
    writer.append("outcomes", outcomes, Outcome, sort_by=("link_id",))


def draft_of(article: Article, source: Source) -> Draft:
    """What decides the article's identity."""
    from mediawatch.extraction import accepted_canonical
    from mediawatch.sources.urls import normalise

    own = normalise(article.url)
    address = accepted_canonical(article, source) or own
    return Draft(
        link_id=article.link_id,
        source=article.source,
        address=address,
        is_own=address == own,
        text_digest=article.text_digest,
    )


def _outcome(batch: BatchKey, link_id: str, source: str, reason: Reason | None, detail: str) -> Outcome:
    return Outcome(
        day=batch.day,
        batch=batch.batch,
        stage="extract",
        link_id=link_id,
        source=source,
        reason=reason,
        detail=detail,
    )


def _chunks(pages: Sequence[Page]) -> Iterator[list[Page]]:
    """Pages of one archive file at a time, at most CHUNK of them."""
    for _, group in groupby(pages, key=lambda page: page.warc_file):
        held = list(group)
        yield from (held[i : i + CHUNK] for i in range(0, len(held), CHUNK))


@contextmanager
def _executor(newsroom: Newsroom, pages: int) -> Iterator[Executor | None]:
    workers = newsroom.settings.extraction_workers or os.cpu_count() or 1
    if newsroom.pool is not None or workers == 1 or pages < POOL_FROM:
        yield newsroom.pool
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
        yield pool


def _extract_chunk(
    store: Store, pool: Executor | None, pages: Sequence[Page], sources: dict[str, Source], forgotten: frozenset[str]
) -> list[Article | Loss]:
    kept = [page for page in pages if page.link_id not in forgotten]
    losses: list[Article | Loss] = [
        Loss(stage="extract", link_id=page.link_id, source=page.source, reason=Reason.FORGOTTEN)
        for page in pages
        if page.link_id in forgotten
    ]
    bodies = [read_exchange(store, page.warc_file, page.warc_offset, page.warc_length).body for page in kept]
    if pool is None:
        return losses + [
            extract_page(page, body, sources[page.source]) for page, body in zip(kept, bodies, strict=True)
        ]
    results: list[Future[Article | Loss]] = [
        pool.submit(extract_page, page, body, sources[page.source]) for page, body in zip(kept, bodies, strict=True)
    ]
    return losses + [result.result() for result in results]


def extract_page(page: Page, body: bytes, source: Source) -> Article | Loss:
    """One page, in whichever process."""
    from mediawatch.extraction import extract

    return extract(page, body, source)


STAGE = Stage(name="extract", version=VERSION, units=units, work=work)
