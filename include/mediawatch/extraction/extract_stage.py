"""Extract: pages and their bytes -> articles or losses, batch by batch; each page has exactly one outcome."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

from mediawatch import logs
from mediawatch.context import Context, Report
from mediawatch.errors import Corrupt
from mediawatch.extraction import VERSION, accepted_canonical, join_pages
from mediawatch.extraction.archived import bodies_of, damaged_pages, faults_in, healed, lost_to
from mediawatch.extraction.article_ids import Draft, assign
from mediawatch.extraction.extractor import Extractor, open_extractor, seldom
from mediawatch.extraction.register import minted, register
from mediawatch.extraction.template_memory import lines_of, memory_generation, remembered, without_boilerplate
from mediawatch.lake.batches import BatchKey, planned_sources, read_batch_rows, read_manifest, sealed_batches
from mediawatch.lake.names import batches_in
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current
from mediawatch.lake.store import Store, missing
from mediawatch.lake.tombstones import forgotten_links
from mediawatch.pipeline.stage import Given, Input, Stage
from mediawatch.records import Article, Loss, Page, Ranking, Reason, Source
from mediawatch.records.ledger import Outcome
from mediawatch.settings import Settings
from mediawatch.sources.urls import normalise
from mediawatch.tables import Per
from mediawatch.tables.extraction import (
    ARTICLES,
    DAMAGED,
    EXTRACTED,
    IDENTITIES,
    PAGE_LINES,
    RANKINGS,
)
from mediawatch.tables.harvest import PAGES

if TYPE_CHECKING:
    from mediawatch.extraction import Extracted

_LOG = logs.logger(__name__)

CHUNK = 200
"""Pages whose bytes and articles are in memory at once."""


def _require_manifests(context: Context, day: date) -> None:
    """Raises Corrupt for a batch that was extracted and whose manifest is gone."""
    store = context.store
    sealed = {manifest.batch for manifest in sealed_batches(store, day)}
    for batch in batches_in(store, f"extract/day={day}"):
        if batch not in sealed and _was_extracted(store, PartitionKey(stage="extract", day=day, batch=batch)):
            raise missing(f"harvest/day={day}/batch={batch}/manifest.json", "the lake")


def _was_extracted(store: Store, key: PartitionKey) -> bool:
    """Whether there is an extraction of exactly this batch; a copied folder holds that of another."""
    try:
        return current(store, key) is not None
    except Corrupt:
        return False


def _memory(context: Context, key: PartitionKey) -> dict[str, str]:
    """The template lines that the day is built without: frozen, or to be frozen by this build."""
    return {"boilerplate": memory_generation(context.store, key.day)}


def _settings(context: Context, key: PartitionKey) -> dict[str, str]:
    return {
        "sources": _digest([s.model_dump(mode="json") for s in sources_of(context, _batch(key)).values()]),
        "forgotten": _digest(_forgotten_of(context.store, key)),
        "publishers": _digest([p.model_dump(mode="json") for p in context.publishers.entries]),
        **_budget(context.settings),
        **healed(context.store, key),
    }


def _forgotten_of(store: Store, key: PartitionKey) -> list[str]:
    """The forgotten links that have pages in the batch."""
    forgotten = sorted(forgotten_links(store))
    if not forgotten:
        return []
    manifest = read_manifest(store, _batch(key))
    known = {page.link_id for page in read_batch_rows(store, manifest, PAGES)} if manifest else set()
    return [link for link in forgotten if link in known]


def _batch(key: PartitionKey) -> BatchKey:
    return BatchKey(day=key.day, batch=key.batch)


def _budget(settings: Settings) -> dict[str, str]:
    """The sources' budget where somebody set it, so that a larger one makes the days in question anew."""
    usual = Settings.model_fields["source_cpu_seconds"].default
    seconds = settings.source_cpu_seconds
    return {} if seconds == usual else {"source_cpu_seconds": f"{seconds:g}"}


def sources_of(context: Context, batch: BatchKey) -> dict[str, Source]:
    """The batch's sources by name: as the catalogue has them today, or as the plan had those that are gone."""
    planned = {source.name: source for source in planned_sources(context.store, batch)}
    today = {source.name: source for source in context.catalogue.sources}
    return {name: today.get(name, source) for name, source in sorted(planned.items())}


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(slots=True)
class _Extraction:
    """What the pages of a batch gave so far, beside the rows that were written already."""

    batch: BatchKey
    outcomes: list[Outcome] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    rankings: list[Ranking] = field(default_factory=list)
    done: int = 0

    def add(self, found: Sequence[Extracted], sources: Mapping[str, Source]) -> list[Article]:
        """Note what a chunk of pages gave; the articles among it."""
        articles = [item.outcome for item in found if isinstance(item.outcome, Article)]
        self.rankings += [replace(row, day=self.batch.day) for item in found for row in item.rankings]
        self.drafts += [draft_of(article, sources[article.source]) for article in articles]
        losses = (item.outcome for item in found if isinstance(item.outcome, Loss))
        self.outcomes += [_outcome(self.batch, e.link_id, e.source, e.reason, e.detail) for e in losses]
        return articles


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `articles` (ids provisional), `lines` (before stripping), `identities`, `rankings` and
    `outcomes`; and `damaged` where pages cannot be read.
    """
    store, batch = given.store, _batch(given.key)
    forgotten = forgotten_links(store)
    pages = list(given.rows(PAGES))
    kept = [page for page in pages if page.link_id not in forgotten]
    left_out = {page.link_id: page for page in pages if page.link_id in forgotten}.values()
    extraction = _Extraction(batch)
    extraction.outcomes += [_outcome(batch, page.link_id, page.source, Reason.FORGOTTEN, "") for page in left_out]
    _extract(given, kept, extraction, writer, report)
    outcomes = extraction.outcomes
    if damaged := damaged_pages(kept, outcomes):
        writer.append(DAMAGED, damaged)
        for line in faults_in(outcomes):
            report(line)
    known = minted(store, extraction.drafts, day=batch.day, batch=batch.batch)
    identities = assign(extraction.drafts, known, day=batch.day, batch=batch.batch)
    register(store, identities, day=batch.day, batch=batch.batch)
    outcomes += [_outcome(batch, i.link_id, i.source, i.reason, i.article_id if i.reason else "") for i in identities]
    writer.append(IDENTITIES, identities)
    writer.append(RANKINGS, newest_lists(extraction.rankings, pages))
    writer.append(EXTRACTED, outcomes)


def _extract(
    given: Given, pages: Sequence[Page], extraction: _Extraction, writer: PartitionWriter, report: Report
) -> None:
    """Read `pages`, one chunk in memory at a time: articles and their lines are written, the rest is noted."""
    extractor = open_extractor(given.context)
    extractor.prepare()
    sources = sources_of(given.context, extraction.batch)
    template = remembered(given.store, given.day, given.inputs["boilerplate"])

    def progress() -> None:
        report(f"{extraction.done} of {len(pages)} pages extracted")

    beat = seldom(progress, given.context.settings.lease_seconds / 4)
    for chunk in _chunks(_by_article(pages)):
        found = list(_extract_chunk(given.store, extractor, chunk, sources, beat))
        _log_outcomes(chunk, found)
        articles = extraction.add(found, sources)
        writer.append(PAGE_LINES, map(lines_of, articles))
        writer.append(ARTICLES, [without_boilerplate(article, template) for article in articles])
        extraction.done += sum(map(len, chunk))
        progress()
    if not pages:
        writer.append(PAGE_LINES, [])
        writer.append(ARTICLES, [])


def _log_outcomes(chunk: Iterable[Sequence[Page]], found: Iterable[Extracted]) -> None:
    urls = {pages[0].link_id: pages[0].url for pages in chunk}
    for outcome in (item.outcome for item in found):
        about = {"url": urls.get(outcome.link_id, ""), "link_id": outcome.link_id, "source": outcome.source}
        if isinstance(outcome, Loss):
            _LOG.info("no article", **about, reason=outcome.reason, detail=outcome.detail)
        else:
            _LOG.info("article", **about, characters=outcome.text_length, published_at=outcome.published_at)


def draft_of(article: Article, source: Source) -> Draft:
    """What decides the article's identity."""

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


def _by_article(pages: Iterable[Page]) -> list[list[Page]]:
    """The pages of each article in order, the articles in the order of the archive."""
    found: defaultdict[str, list[Page]] = defaultdict(list)
    for page in sorted(pages, key=lambda page: page.part):
        found[page.link_id].append(page)
    return sorted(found.values(), key=lambda parts: (parts[0].warc_file, parts[0].warc_offset))


def _chunks(articles: Sequence[Sequence[Page]]) -> Iterator[list[Sequence[Page]]]:
    """Articles of one archive file at a time, at most CHUNK of them."""
    for _, group in groupby(articles, key=lambda parts: parts[0].warc_file):
        held = list(group)
        yield from (held[i : i + CHUNK] for i in range(0, len(held), CHUNK))


def _extract_chunk(
    store: Store,
    extractor: Extractor,
    chunk: Sequence[Sequence[Page]],
    sources: dict[str, Source],
    beat: Callable[[], None],
) -> Iterator[Extracted]:
    """What the pages gave, one result for each article."""
    read = [(pages, bodies_of(store, pages)) for pages in chunk]
    pieces = [
        (part, body, sources[part.source])
        for pages, bodies in read
        if not isinstance(bodies, Corrupt)
        for part, body in zip(pages, bodies, strict=True)
    ]
    found = iter(extractor.extract(pieces, beat))
    for pages, bodies in read:
        yield lost_to(bodies, pages[0]) if isinstance(bodies, Corrupt) else _joined([next(found) for _ in pages])


def _joined(parts: Sequence[Extracted]) -> Extracted:
    """What the first page gave, its article continued by those of the pages that follow."""

    articles = [part.outcome for part in parts if isinstance(part.outcome, Article)]
    if len(articles) < 2 or articles[0] is not parts[0].outcome:
        return parts[0]
    return replace(parts[0], outcome=join_pages(articles))


def newest_lists(rankings: Sequence[Ranking], pages: Sequence[Page]) -> list[Ranking]:
    """Of each list (`heading` on a `site`), which every page of the site shows, its lines on the page fetched last."""
    fetched = {page.link_id: page.fetched_at for page in pages}
    newest: dict[tuple[str, str], str] = {}
    for row in sorted(rankings, key=lambda row: (fetched[row.link_id], row.link_id)):
        newest[row.site, row.heading] = row.link_id
    return [row for row in rankings if newest[row.site, row.heading] == row.link_id]


STAGE = Stage(
    name="extract",
    version=VERSION,
    per=Per.BATCH,
    reads=(Input(tables=(PAGES,), label="batch"),),
    writes=(ARTICLES, PAGE_LINES, IDENTITIES, RANKINGS, EXTRACTED, DAMAGED),
    require=_require_manifests,
    more=_memory,
    settings=_settings,
    work=work,
)
