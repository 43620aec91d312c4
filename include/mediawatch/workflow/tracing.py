"""What became of one address: announced where, asked for how often, read, judged, told, indexed, and alerted on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from mediawatch.context import Context
from mediawatch.errors import Corrupt
from mediawatch.keywords.detect_stage import alerts_since
from mediawatch.lake.batches import BatchManifest, read_batch_rows, sealed_batches, sealed_days, table_objects
from mediawatch.lake.history import query
from mediawatch.lake.objects import ObjectInfo
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.records import Alert, Article, Page, Reason
from mediawatch.records.ledger import Outcome
from mediawatch.sources.urls import link_id
from mediawatch.tables.declaration import Table
from mediawatch.tables.extraction import ARTICLES, EXTRACTED, IDENTITIES, Identity
from mediawatch.tables.harvest import CANDIDATES, FETCHED, PAGES, DiscoveredLink
from mediawatch.tables.quality import VERDICTS, Verdict
from mediawatch.tables.search import INDEX_OUTCOMES, INDEXED, IndexedArticle
from mediawatch.tables.stories import CLUSTERED, Clustered

Row = TypeVar("Row")

TRACED_DAYS: Final = 31
ALERTED_WITHIN: Final = timedelta(days=7)
"""How long an article is evidence: words are judged by the last four days, and a day is judged again after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedBatch:
    """What one harvest did for the address; each part is empty or None where it came not so far."""

    day: date
    batch: str
    announced: DiscoveredLink
    requests: tuple[Outcome, ...] = ()
    pages: tuple[Page, ...] = ()
    extraction: Outcome | None = None
    identity: Identity | None = None
    article: Article | None = None
    verdict: Verdict | None = None
    story: Clustered | None = None
    indexing: Outcome | None = None

    @property
    def reason(self) -> Reason | None:
        """Why it went no further in this batch; None where it went all the way that was open."""
        outcomes: tuple[Any, ...] = (*self.requests, self.extraction, self.identity, self.verdict, self.indexing)
        found = [self.announced.reason, *(outcome.reason for outcome in outcomes if outcome is not None)]
        return next((reason for reason in reversed(found) if reason is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All that the lake knows of an address: by batch, the oldest first, and the alerts that rest on its articles.

    `faults` are the days that could not be read, each in a sentence.
    """

    url: str
    links: tuple[str, ...]
    batches: tuple[TracedBatch, ...]
    alerts: tuple[Alert, ...] = ()
    documents: tuple[IndexedArticle, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def revisions(self) -> tuple[Article, ...]:
        """The revisions that were read, the oldest first."""
        own = [found.article for found in self.batches if found.article is not None]
        return tuple(sorted(own, key=lambda article: (article.article_id, article.revision)))


def trace(context: Context, url: str, *, days: int = TRACED_DAYS) -> Trace:
    """What the last `days` days know of `url`: a link as it was announced, or where one led.

    Raises ValueError for what is no address.
    """
    store = context.store
    first = context.today - timedelta(days=days - 1)
    faults: list[str] = []
    manifests = [m for day in sealed_days(store, since=first) for m in _sealed(store, day, faults)]
    links = _links(store, manifests, url)
    batches = [one for m in _batches_with(store, manifests, links) for one in _traced(store, m, links)]
    return Trace(
        url=url,
        links=tuple(sorted(links)),
        batches=tuple(batches),
        alerts=tuple(_alerts(store, batches)),
        documents=tuple(_documents(store, batches)),
        faults=tuple(faults),
    )


def _sealed(store: Store, day: date, faults: list[str]) -> list[BatchManifest]:
    """The day's batches; none of a day with a damaged one, which is told."""
    try:
        return sealed_batches(store, day)
    except Corrupt as error:
        faults.append(str(error))
        return []


def _links(store: Store, manifests: Sequence[BatchManifest], url: str) -> set[str]:
    """The link that `url` is, and those that led there."""
    sql = "SELECT DISTINCT link_id FROM rows WHERE final_url = ? OR url = ?"
    return {link_id(url), *(name for (name,) in query(store, _objects(manifests, PAGES), sql, [url, url], row=Page))}


def _batches_with(store: Store, manifests: Sequence[BatchManifest], links: Iterable[str]) -> list[BatchManifest]:
    """Those of `manifests` that announced one of `links`, the oldest first."""
    owner = {store.url(info.key): m for m in manifests for info in table_objects(m, CANDIDATES.name)}
    sql = "SELECT DISTINCT filename FROM rows WHERE link_id IN (SELECT unnest(?))"
    objects = _objects(manifests, CANDIDATES)
    found = {owner[name].key for (name,) in query(store, objects, sql, [sorted(links)], row=DiscoveredLink)}
    return sorted((m for m in manifests if m.key in found), key=lambda m: (m.day, m.opened_at, m.batch))


def _objects(manifests: Iterable[BatchManifest], table: Table[Any]) -> list[ObjectInfo]:
    return [info for m in manifests for info in table_objects(m, table.name)]


def _traced(store: Store, manifest: BatchManifest, links: Collection[str]) -> Iterator[TracedBatch]:
    """What the batch did for each of `links` that it announced."""
    day, batch = manifest.day, manifest.batch
    announced = [row for row in read_batch_rows(store, manifest, CANDIDATES) if row.link_id in links]
    requests = [row for row in read_batch_rows(store, manifest, FETCHED) if row.link_id in links]
    pages = [row for row in read_batch_rows(store, manifest, PAGES) if row.link_id in links]
    of_batch, of_day = PartitionKey(stage="extract", day=day, batch=batch), PartitionKey(stage="audit", day=day)
    extractions = {row.link_id: row for row in _kept(store, of_batch, EXTRACTED) if row.link_id in links}
    identities = {row.link_id: row for row in _kept(store, of_batch, IDENTITIES) if row.link_id in links}
    articles = {row.link_id: row for row in _kept(store, of_batch, ARTICLES) if row.link_id in links}
    verdicts = {
        row.link_id: row for row in _kept(store, of_day, VERDICTS) if row.link_id in links and row.batch == batch
    }
    indexing = {
        row.link_id: row
        for row in _kept(store, replace(of_day, stage="index"), INDEX_OUTCOMES)
        if row.link_id in links and row.batch == batch
    }
    ids = {identity.article_id for identity in identities.values()}
    stories = {
        row.article_id: row
        for row in _kept(store, replace(of_day, stage="cluster"), CLUSTERED)
        if row.article_id in ids and row.batch == batch
    }
    for row in announced:
        link = row.link_id
        identity = identities.get(link)
        article = articles.get(link)
        yield TracedBatch(
            day=day,
            batch=batch,
            announced=row,
            requests=tuple(request for request in requests if request.link_id == link),
            pages=tuple(sorted((page for page in pages if page.link_id == link), key=lambda page: page.part)),
            extraction=extractions.get(link),
            identity=identity,
            article=_with_identity(article, identity) if article and identity else article,
            verdict=verdicts.get(link),
            story=stories.get(identity.article_id) if identity else None,
            indexing=indexing.get(link),
        )


def _with_identity(article: Article, identity: Identity) -> Article:
    return replace(article, article_id=identity.article_id, revision=identity.revision, counted_on=identity.counted_on)


def _kept(store: Store, key: PartitionKey, table: Table[Row]) -> Iterator[Row]:
    """The rows of a partition; none where it is not made."""
    receipt = current(store, key)
    return read_rows(store, receipt, table) if receipt else iter(())


def _alerts(store: Store, batches: Sequence[TracedBatch]) -> list[Alert]:
    """The alerts that rest on an article of `batches`, each as it was last."""
    ids = {one.identity.article_id for one in batches if one.identity}
    days = [one.day for one in batches if one.identity]
    if not days:
        return []
    last = max(days) + ALERTED_WITHIN
    found = [a for a in alerts_since(store, min(days)) if a.day <= last and ids.intersection(a.article_ids)]
    return sorted({alert.alert_id: alert for alert in found}.values(), key=lambda alert: (alert.day, -alert.score))


def _documents(store: Store, batches: Sequence[TracedBatch]) -> list[IndexedArticle]:
    """What stands in Elasticsearch of the articles of `batches`."""
    ids = {one.identity.article_id for one in batches if one.identity}
    days = sorted({one.day for one in batches})
    keys = [PartitionKey(stage="index", day=day) for day in days]
    newest = {row.article_id: row for key in keys for row in _kept(store, key, INDEXED) if row.article_id in ids}
    return list(newest.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One thing that happened to an address: the message `trace.<key>` with its `fields` says what.

    `stage` is one of `discover`, `fetch`, `extract`, `audit`, `cluster` and `index`; `reason` why it went no further
    there.
    """

    day: date
    batch: str
    stage: str
    at: datetime | None
    reason: Reason | None
    key: str
    fields: Mapping[str, object]


def local(fields: Mapping[str, object], zone: ZoneInfo) -> dict[str, object]:
    """The fields of a step with instants as people of `zone` read them."""
    return {
        name: f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
        for name, value in fields.items()
    }


def steps(found: TracedBatch) -> Iterator[TraceStep]:
    """What one batch did for the address, in order."""

    def step(
        stage: str, key: str, *, at: datetime | None = None, reason: Reason | None = None, **fields: object
    ) -> TraceStep:
        return TraceStep(
            day=found.day, batch=found.batch, stage=stage, at=at, reason=reason, key=f"trace.{key}", fields=fields
        )

    row = found.announced
    key = "carried" if row.is_carried else "recheck" if row.is_recheck else "announced"
    yield step("discover", key, at=row.first_seen_at, reason=row.reason, seed=row.discovered_by, detail=row.detail)
    for request in found.requests:
        if request.reason is not None:
            yield step("fetch", "refused", reason=request.reason, detail=request.detail)
    for page in found.pages:
        place = f"{page.warc_file} {page.warc_offset:,}"
        told = step("fetch", "fetched", at=page.fetched_at)
        yield replace(
            told, fields={"status": page.status, "size": page.size_bytes, "url": page.final_url, "place": place}
        )
    yield from _read_steps(found, step)
    if found.verdict is not None:
        key = "admitted" if found.verdict.reason is None else "held"
        yield step("audit", key, reason=found.verdict.reason, detail=found.verdict.detail)
    if found.story is not None:
        yield step("cluster", "told", story=found.story.story_id, publisher=found.story.publisher or found.story.site)
    if found.indexing is not None:
        key = "indexed" if found.indexing.reason is None else "not_indexed"
        yield step("index", key, reason=found.indexing.reason, detail=found.indexing.detail)


def _read_steps(found: TracedBatch, step: Callable[..., TraceStep]) -> Iterator[TraceStep]:
    extraction, identity, article = found.extraction, found.identity, found.article
    if extraction is not None and extraction.reason is not None:
        yield step("extract", "unread", reason=extraction.reason, detail=extraction.detail)
    if identity is not None and identity.reason is not None:
        yield step("extract", "no_revision", reason=identity.reason, article=identity.article_id)
    elif article is not None:
        yield step(
            "extract",
            "read",
            article=article.article_id,
            revision=article.revision,
            title=article.title,
            length=article.text_length,
            published=article.published_at or article.published_on or "-",
            origin=article.published_origin or "-",
            authors=article.byline or "-",
        )
