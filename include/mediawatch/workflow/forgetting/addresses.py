"""Forgetting: a tombstone takes an address out of index, lake, archive and messages, and survives every rebuild.

What is known of the page (its links, addresses, titles) is gathered first, then everything that may quote it is
rewritten or dropped, and its own rows go last: so whoever is killed on the way still knows what to look for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from mediawatch.context import Context, Report, silent
from mediawatch.extraction.register import blank_address
from mediawatch.harvest.harvesting import unsealed_batches
from mediawatch.lake import partitions
from mediawatch.lake.batches import BatchManifest, read_batch_rows, sealed_batches, sealed_days
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.names import days_in
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current_or_none, partition_days, read_rows
from mediawatch.lake.store import Store
from mediawatch.lake.tombstones import buried_with, bury, bury_together
from mediawatch.records import Article
from mediawatch.sources.urls import address_id, link_id, spelt_id
from mediawatch.tables.extraction import ARTICLES, PAST_WORDS, TEMPLATE_LINES
from mediawatch.tables.harvest import CANDIDATES, PAGES
from mediawatch.tables.keywords import ALERTS
from mediawatch.tables.order import PREPARING
from mediawatch.tables.stories import EARLIER
from mediawatch.workflow.digests import folder_of
from mediawatch.workflow.forgetting.marks import Marks, marks_of
from mediawatch.workflow.forgetting.rewriting import Rewriting

DERIVED: Final = (
    *PREPARING,
    *("extract", "analyse", "audit", "cluster", "terms", "detect", "ledger", "lines", "shelf", "bodies"),
)
"""What may quote a page.  `index`, `publish` and `announce` hold ids, by which the rebuild knows what to take out."""
_MESSAGES: Final = ("outbox", "dismissals")
_EVE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What `forget` did: the link, the days to be built again, how many archived exchanges it erased.

    Of the days `watched` the words and alerts were judged before and have to be again.  Batches `left_open` are still
    being harvested: what they hold of the address is out of reach until they are sealed.
    """

    link_id: str
    days: tuple[date, ...]
    records: int
    watched: tuple[date, ...] = ()
    left_open: tuple[str, ...] = ()


def forget(context: Context, url: str, *, why: str, report: Report = silent) -> Forgotten:
    """Put a tombstone for `url`, and take what names the page out of everything that the lake holds.

    The tombstone comes first, so that a crash leaves work to repeat, never an address half remembered.  The days
    returned have to be built again, which also takes the document out of the index.  Raises ValueError for no URL, and
    Corrupt for what cannot be searched because it is damaged.
    """
    store, links = context.store, {link_id(url), spelt_id(url), context.catalogue.link_of(url)}
    bury(context.store, sorted(links), why, context.clock())
    manifests = [manifest for day in sealed_days(store) for manifest in sealed_batches(store, day)]
    marks, named = _known(context, manifests, url, links)
    bury_together(context.store, marks.links, why, context.clock())
    _forget_messages(store, marks)
    since = min(named, default=date.min + _EVE) - _EVE
    rewritings = [Rewriting(store=store, manifest=m, marks=marks) for m in manifests if m.day >= since]
    touched = set(named)
    for rewriting in rewritings:
        before = rewriting.manifest
        rewriting.manifest = rewriting.archive()
        touched |= {before.day} if rewriting.manifest is not before else set()
    _forget_template_lines(store, marks)
    watched = _drop_derived(store, marks, touched)
    for rewriting in rewritings:
        rewriting.changed.clear()
        rewriting.rows()
    for each in marks.links:
        blank_address(store, each)
    for day in sorted(touched):
        report(f"{day}: erased")
    return Forgotten(
        link_id=context.catalogue.link_of(url),
        days=tuple(sorted(touched | watched.keys())),
        records=sum(rewriting.erased for rewriting in rewritings),
        watched=tuple(sorted(day for day, is_judged in watched.items() if is_judged)),
        left_open=tuple(batch.path for day in days_in(store, "harvest") for batch in unsealed_batches(context, day)),
    )


def _known(context: Context, manifests: Sequence[BatchManifest], url: str, asked: set[str]) -> tuple[Marks, set[date]]:
    """What the page is known by, which was `asked` for by these links, and the days whose batches name it."""
    store, link_of = context.store, context.catalogue.link_of
    links = _links(asked, manifests, store).union(*(buried_with(store, link) for link in asked))
    own = [(m.day, page) for m in manifests for page in read_batch_rows(store, m, PAGES) if page.link_id in links]
    rows = [
        (manifest.day, row)
        for manifest in manifests
        for row in read_batch_rows(store, manifest, CANDIDATES)
        if row.link_id in links and row.url
    ]
    articles = list(_articles(store, {day for day, _ in own}, links))
    addresses = [url, *(article.url for article in articles), *(row.url for _, row in rows)]
    addresses += [address for _, page in own for address in (page.url, page.final_url, page.next_page)]
    titles = [row.title for _, row in rows] + [page.announced_title for _, page in own]
    titles += [title for article in articles for title in (article.title, article.title_en)]
    further = {address_id(page.next_page) for _, page in own if page.next_page}
    further |= {address_id(page.final_url) for _, page in own if page.part > 1}
    texts = [article.text for article in articles]
    return marks_of(links | further, addresses, titles, texts, link_of), {day for day, _ in (*own, *rows)}


def _links(asked: set[str], manifests: Sequence[BatchManifest], store: Store) -> set[str]:
    """The links `asked` for, those whose fetching led to one, and the address that fetching one led to.

    An address that several links lead to, or that is a home page, is not the page's own (a wall, a notice): it does
    not become one of them, unless it was asked for.
    """
    led: defaultdict[str, set[str]] = defaultdict(set)
    for page in (page for manifest in manifests for page in read_batch_rows(store, manifest, PAGES)):
        if page.part == 1 and page.final_url != page.url and urlsplit(page.final_url).path not in ("", "/"):
            led[address_id(page.final_url)].add(page.link_id)
    found = asked.union(*(led.get(link, ()) for link in asked))
    return found | {address for address, origins in led.items() if len(origins) == 1 and origins <= found}


def _articles(store: Store, days: set[date], links: set[str]) -> Iterator[Article]:
    """What was extracted of the page, where that stands and can be read."""
    for day in sorted(days):
        for manifest in sealed_batches(store, day):
            receipt = current_or_none(store, PartitionKey(stage="extract", day=day, batch=manifest.batch))
            rows = read_rows(store, receipt, ARTICLES) if receipt else iter(())
            yield from (article for article in rows if article.link_id in links)


def _forget_messages(store: Store, marks: Marks) -> None:
    """Take the page out of messages and decisions: that they were made stays, what they said of it does not."""
    keys = [key for folder in _MESSAGES for key in store.list(folder) if key.endswith(".json")]
    for key in keys:
        document = load(store.read(key), key)
        kept = marks.redacted(document)
        if kept != document and "/waiting/" in key and "notice" in document:
            store.delete(key)  # it is asked for anew once it is composed anew
        elif kept != document:
            store.put(key, dump_at(key, kept))
    for day in days_in(store, "digests"):
        _forget_digests(store, store.list(folder_of(day)), marks)


def _forget_digests(store: Store, keys: Sequence[str], marks: Marks) -> None:
    """Delete the digests of a day of which one names the page; those that do last, so that they are found again."""
    named = [key for key in keys if not key.endswith(".json") and marks.is_named_in(store.read(key), "")]
    for key in sorted(keys, key=lambda key: key in named) if named else ():
        store.delete(key)


def _forget_template_lines(store: Store, marks: Marks) -> None:
    """Take titles out of the examples of frozen template lines; which lines these are stays."""
    for day in partition_days(store, "boilerplate"):
        key = PartitionKey(stage="boilerplate", day=day)
        receipt = partitions.current(store, key)
        rows = list(read_rows(store, receipt, TEMPLATE_LINES)) if receipt else []
        kept = [replace(row, example="") if _shows(row.example, marks) else row for row in rows]
        if receipt and kept != rows:
            writer = PartitionWriter(
                store, key, inputs=receipt.inputs, version=receipt.version, settings=receipt.settings
            )
            writer.append(TEMPLATE_LINES, kept)
            if PAST_WORDS.name in receipt.tables:
                writer.append(PAST_WORDS, read_rows(store, receipt, PAST_WORDS))
            writer.publish()
            for part in receipt.tables["lines"].parts:
                store.delete(part.key)


def _shows(example: str, marks: Marks) -> bool:
    return len(example) > 0 and any(title.startswith(example) or title in example for title in marks.titles)


def _drop_derived(store: Store, marks: Marks, touched: set[date]) -> dict[date, bool]:
    """Drop what may quote the page; of each day that lost something, whether its alerts had been judged."""
    quoting = {
        day for day in partition_days(store, "cluster") if day not in touched and _quotes_in_stories(store, day, marks)
    }
    alerting = {day for day in partition_days(store, "detect") if _quotes_in_alerts(store, day, marks)}
    judged = set(partition_days(store, "detect"))
    for day in touched:
        for stage in DERIVED:
            partitions.erase(store, stage, day)
    for day in quoting:
        partitions.erase(store, "cluster", day)
    for day in alerting:
        partitions.erase(store, "detect", day)
    return {day: day in judged for day in touched | quoting | alerting}


def _quotes_in_stories(store: Store, day: date, marks: Marks) -> bool:
    """Whether the stories of a later day have the page as a copy of theirs."""
    receipt = current_or_none(store, PartitionKey(stage="cluster", day=day))
    rows = read_rows(store, receipt, EARLIER) if receipt else iter(())
    return any(row.article_id in marks.links or marks.leads_here(row.url, "") for row in rows)


def _quotes_in_alerts(store: Store, day: date, marks: Marks) -> bool:
    receipt = current_or_none(store, PartitionKey(stage="detect", day=day))
    rows = read_rows(store, receipt, ALERTS) if receipt else iter(())
    documents = (load(row.document.encode(), f"detect of {day}") for row in rows)
    return any(marks.redacted(document) != document or _counts(document, marks) for document in documents)


def _counts(document: dict[str, object], marks: Marks) -> bool:
    ids = document.get("article_ids")
    return isinstance(ids, list) and not marks.links.isdisjoint(ids)
