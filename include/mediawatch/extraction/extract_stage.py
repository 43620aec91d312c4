"""Extract: what the pages of a batch were read as -> its articles with their ids; each page has exactly one outcome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from mediawatch.context import Context, Report
from mediawatch.errors import Corrupt
from mediawatch.extraction import VERSION, accepted_canonical, join_pages, read_stage
from mediawatch.extraction.archived import damaged_pages, faults_in, healed
from mediawatch.extraction.article_ids import Draft, assign
from mediawatch.extraction.read_stage import outcome_of, settings_of, sources_of
from mediawatch.extraction.register import minted, register
from mediawatch.extraction.shared_dates import less_sure, shared_instants
from mediawatch.extraction.template_memory import lines_of, memory_generation, remembered, without_boilerplate
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.names import batches_in
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current
from mediawatch.lake.store import Store, missing
from mediawatch.pipeline.stage import Given, Input, Stage, batch_of
from mediawatch.records import Article, Page, Ranking, Reason, Source
from mediawatch.records.ledger import Outcome
from mediawatch.sources.identity import article_address
from mediawatch.tables import Per
from mediawatch.tables.extraction import (
    ARTICLES,
    DAMAGED,
    EXTRACTED,
    FURTHER_PAGES,
    IDENTITIES,
    PAGE_LINES,
    RANKINGS,
    READ_ARTICLES,
    READ_RANKINGS,
    UNREAD,
    FurtherPage,
)
from mediawatch.tables.harvest import PAGES


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
    return {**settings_of(context, key), **healed(context.store, key)}


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `articles` (ids provisional), `lines` (before stripping), `identities`, `rankings` and
    `outcomes`; and `damaged` where pages cannot be read.
    """
    store, batch = given.store, batch_of(given.key)
    pages = list(given.rows(PAGES))
    losses = _losses(given.rows(UNREAD))
    drafts = _write_articles(given, writer, losses)
    if damaged := damaged_pages(pages, losses.values()):
        writer.append(DAMAGED, damaged)
        for line in faults_in(losses.values()):
            report(line)
    known = minted(store, drafts, day=batch.day, batch=batch.batch)
    identities = assign(drafts, known, day=batch.day, batch=batch.batch)
    register(store, identities, day=batch.day, batch=batch.batch)
    writer.append(IDENTITIES, identities)
    writer.append(RANKINGS, newest_lists(list(given.rows(READ_RANKINGS)), pages))
    kept = (outcome_of(batch, i, i.reason, i.article_id if i.reason else "") for i in identities)
    writer.append(EXTRACTED, [*losses.values(), *kept])


def _losses(rows: Iterable[Outcome]) -> dict[str, Outcome]:
    """{link: why it is no article}.  Damage to any of its pages comes before what the first one says."""
    found: dict[str, Outcome] = {}
    for row in rows:
        if row.link_id not in found or row.reason is Reason.DAMAGED:
            found[row.link_id] = row
    return found


def _write_articles(given: Given, writer: PartitionWriter, losses: Mapping[str, Outcome]) -> list[Draft]:
    """Write the batch's articles and their lines, one segment in memory at a time; what decides their ids."""
    sources = sources_of(given.context, batch_of(given.key))
    template = remembered(given.store, given.day, given.inputs["boilerplate"])
    further = _further(given.rows(FURTHER_PAGES))
    shared = shared_instants(row for _, rows in given.by_batch(READ_ARTICLES) for row in rows)
    drafts: list[Draft] = []
    for _, rows in given.by_batch(READ_ARTICLES):
        articles = [_joined(row, further) for row in rows if row.link_id not in losses]
        drafts += [draft_of(article, sources[article.source]) for article in articles]
        writer.append(PAGE_LINES, map(lines_of, articles))
        writer.append(ARTICLES, [without_boilerplate(less_sure(article, shared), template) for article in articles])
    if not writer.tables:
        writer.append(PAGE_LINES, [])
        writer.append(ARTICLES, [])
    return drafts


def _further(rows: Iterable[FurtherPage]) -> dict[str, list[FurtherPage]]:
    """{link: its pages after the first one, in order}."""
    found: defaultdict[str, list[FurtherPage]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.part):
        found[row.link_id].append(row)
    return found


def _joined(article: Article, further: Mapping[str, Sequence[Article]]) -> Article:
    """The article of a first page, continued by those of the pages that follow."""
    pages = further.get(article.link_id)
    return join_pages([article, *pages]) if pages else article


def draft_of(article: Article, source: Source) -> Draft:
    """What decides the article's identity."""

    own = article_address(article.url, source)
    address = article_address(accepted_canonical(article, source) or article.url, source)
    return Draft(
        link_id=article.link_id,
        source=article.source,
        address=address,
        is_own=address == own,
        text_digest=article.text_digest,
        title=article.title,
    )


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
    units=read_stage.STAGE,
)
