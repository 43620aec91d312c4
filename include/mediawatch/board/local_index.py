"""The local index: what the board looks up, kept in the lake by day and made again when a day's articles change.

shelf/day=D     table `headlines`: a narrow row for each admitted article; kept for good
bodies/day=D    table `texts`, which the board indexes in memory; for the last BODY_DAYS days only
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow.compute as pc

from mediawatch.context import Context, Report, silent
from mediawatch.lake.documents import digest_of
from mediawatch.lake.leases import lease
from mediawatch.lake.objects import read_object
from mediawatch.lake.partitions import (
    PartitionKey,
    PartitionWriter,
    Receipt,
    current,
    erase,
    fault_in,
    is_fresh,
    partition_days,
    read_columns,
    read_rows,
    sweep,
)
from mediawatch.lake.store import Store
from mediawatch.lake.tables import batches_of, from_parquet
from mediawatch.pipeline.admitted import Admission, admitted_articles, placed_articles
from mediawatch.records import Article
from mediawatch.search import Hit
from mediawatch.search.names import own_publisher
from mediawatch.search.searchable import searchable
from mediawatch.tables.board import HEADLINES, TEXTS, HeadlineRow, Text
from mediawatch.workflow.runner import clear_damage

BODY_DAYS = 30
"""Days whose bodies are searched without Elasticsearch, as the page says."""
TEXTS_A_PART = 200
"""Texts in one object: to show an excerpt one of them is read, some 200 KB."""
VERSION = "8/" + digest_of([field.name for field in fields(HeadlineRow)])[:8]
"""Of how the rows are made, and of the columns that they have."""


def headline_rows(articles: Iterable[tuple[Article, Admission]], day: date) -> list[HeadlineRow]:
    """The rows of a day's admitted articles, oldest first; of the articles themselves one is in memory at a time."""
    found = [
        headline_row(
            0,
            article,
            day,
            story_id=admission.story_id,
            story_publisher=admission.place.publisher if admission.place else "",
        )
        for article, admission in articles
    ]
    found.sort(key=_age)
    return [replace(row, row=number) for number, row in enumerate(found)]


def _age(article: Article | HeadlineRow) -> tuple[datetime, str]:
    """By what the board orders a day's articles."""
    return article.first_seen_at, article.article_id


def headline_row(
    row: int, article: Article | Hit, day: date, *, story_id: str, story_publisher: str = ""
) -> HeadlineRow:
    """An article of the lake or the index as the board lists it; without a story's publisher it is its own."""
    publisher = own_publisher(article)
    title = article.title or article.title_en
    english = article.title_en if article.title else ""
    computed: dict[str, Any] = {
        "row": row,
        "title": title,
        "title_en": english,
        "publisher": publisher,
        "is_revision": article.counted_on < day,
        "searchable": searchable(f"{title}\n{english}"),
        "story_id": story_id,
        "story_publisher": story_publisher or publisher,
    }
    names = (field.name for field in fields(HeadlineRow))
    return HeadlineRow(**{name: computed[name] if name in computed else getattr(article, name) for name in names})


def refresh(context: Context, report: Report = silent, *, since: date = date.min, is_thorough: bool = False) -> int:
    """Bring the shelf up to date for the audited days from `since` on, newest first; how many days were made.

    Bodies older than BODY_DAYS leave.  `is_thorough` also reads what is there, and makes again what is damaged.
    Raises Contended while another worker is at a day.
    """
    made = 0
    first = first_body_day(context.today)
    for day in reversed(partition_days(context.store, "audit", since=since)):
        if refresh_day(context, day, with_bodies=day >= first, is_thorough=is_thorough):
            made += 1
            report(f"{day}: in the local index")
    for day in partition_days(context.store, "bodies"):
        if day < first:
            erase(context.store, "bodies", day)
    return made


def first_body_day(today: date) -> date:
    """The first day whose bodies are searched."""
    return today - timedelta(days=BODY_DAYS - 1)


def refresh_day(context: Context, day: date, *, with_bodies: bool = True, is_thorough: bool = False) -> bool:
    """Make the day's partitions unless they are fresh; whether there was anything to do."""
    store = context.store
    audited = current(store, PartitionKey(stage="audit", day=day))
    if audited is None:
        return False
    texts = {"audit": audited.digest, **audited.inputs}
    clustered = current(store, PartitionKey(stage="cluster", day=day))
    inputs = {"shelf": {**texts, "cluster": clustered.digest if clustered else ""}, "bodies": texts}
    stages = ("shelf", "bodies") if with_bodies else ("shelf",)
    keys = {stage: PartitionKey(stage=stage, day=day) for stage in stages}
    stale = [stage for stage in stages if not _is_fresh(store, stage, day, inputs[stage])]
    stale += [stage for stage in stages if is_thorough and stage not in stale and fault_in(store, keys[stage])]
    for stage in stale:
        _make(context, stage, day, inputs[stage])
    return bool(stale)


def _is_fresh(store: Store, stage: str, day: date, inputs: dict[str, str]) -> Receipt | None:
    key = PartitionKey(stage=stage, day=day)
    return is_fresh(store, key, inputs=inputs, version=VERSION, settings={})


def _make(context: Context, stage: str, day: date, inputs: dict[str, str]) -> None:
    key = PartitionKey(stage=stage, day=day)
    seconds = context.settings.lease_seconds
    with lease(context.store, key.path, holder=f"board {day}", seconds=seconds, clock=context.clock) as held:
        clear_damage(context.store, key, silent)
        writer = PartitionWriter(context.store, key, inputs=inputs, version=VERSION, settings={}, lease=held)
        (_write_headlines if stage == "shelf" else _write_bodies)(context.store, day, writer)
        writer.publish()
        sweep(context.store, key)


def _write_headlines(store: Store, day: date, writer: PartitionWriter) -> None:
    writer.append(HEADLINES, headline_rows(placed_articles(store, day), day))


def _write_bodies(store: Store, day: date, writer: PartitionWriter) -> None:
    """The texts in the order of the headlines; a day's texts are in memory together."""
    aged = sorted((_age(article), article.text) for article in admitted_articles(store, day))
    for part in batches_of((Text(row=row, text=text) for row, (_, text) in enumerate(aged)), TEXTS_A_PART):
        writer.append(TEXTS, part)
    if not aged:
        writer.append(TEXTS, [])


def headlines(store: Store, day: date) -> list[HeadlineRow]:
    """The day's articles, oldest first: from the local index, or from the articles themselves where it has none yet."""
    receipt = current(store, PartitionKey(stage="shelf", day=day))
    if receipt is None:
        return headline_rows(placed_articles(store, day), day)
    return list(read_rows(store, receipt, HEADLINES))


def headlines_at(store: Store, day: date, rows: Iterable[int]) -> dict[int, HeadlineRow]:
    """{row: article} of some rows of a day that is in the local index."""
    receipt = current(store, PartitionKey(stage="shelf", day=day))
    if receipt is None:
        return {}
    table = read_columns(store, receipt, HEADLINES, [field.name for field in fields(HeadlineRow)])
    wanted = sorted(row for row in rows if row < table.num_rows)
    return {values["row"]: HeadlineRow(**values) for values in table.take(wanted).to_pylist()}


def headlines_of(store: Store, day: date, article_id: str) -> list[HeadlineRow]:
    """The rows of one article on a day that is in the local index: one, or none."""
    receipt = current(store, PartitionKey(stage="shelf", day=day))
    if receipt is None:
        return []
    ids = read_columns(store, receipt, HEADLINES, ["article_id"])["article_id"]
    row = pc.index(ids, article_id).as_py()
    return [] if row < 0 else list(headlines_at(store, day, [row]).values())


def texts_of(store: Store, day: date, rows: Iterable[int]) -> Iterator[tuple[int, str]]:
    """(row, text) of those `rows` whose bodies are in the local index."""
    receipt = current(store, PartitionKey(stage="bodies", day=day))
    parts = receipt.tables["texts"].parts if receipt else ()
    wanted = set(rows)
    for number in sorted({row // TEXTS_A_PART for row in wanted}):
        if number < len(parts):
            texts = from_parquet(read_object(store, parts[number]), Text)
            yield from ((text.row, text.text) for text in texts if text.row in wanted)
