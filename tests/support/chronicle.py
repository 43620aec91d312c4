"""Days of articles written straight into the lake, as extraction, audit and clustering leave them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any

from mediawatch.context import Context
from mediawatch.lake.batches import BatchKey
from mediawatch.lake.partitions import PartitionKey, PartitionWriter
from mediawatch.lake.store import Store
from mediawatch.tables.declaration import Table
from mediawatch.tables.extraction import ARTICLES, IDENTITIES, Identity
from mediawatch.tables.quality import VERDICTS, Verdict
from mediawatch.tables.stories import CLUSTERED, Clustered
from mediawatch.workflow.runner import run_stage
from tests.support.index import an_article
from tests.support.lakes import seal_by_hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One article: the source that printed it, its words, the batch that brought it, and the story it is part of.

    Without a `story` it is a story of its own, by the publisher that it names, or its source.
    """

    source: str
    title: str
    text: str
    batch: str = "b1"
    story: str = ""
    language: str = "zh-Hans"
    named: str = ""


def write_day(context: Context, day: date, told: Sequence[Told]) -> list[str]:
    """Write `told` as the whole of `day`, as often as you like; the articles' ids, in their order."""
    store = context.store
    ids = [_id(day, each) for each in told]
    stories = {each.story: article_id for each, article_id in reversed(list(zip(told, ids, strict=True))) if each.story}
    for batch in sorted({each.batch for each in told}):
        seal_by_hand(store, BatchKey(day=day, batch=batch))
        _extracted(store, day, batch, [(each, i) for each, i in zip(told, ids, strict=True) if each.batch == batch])
    verdicts = [
        Verdict(link_id=i, article_id=i, revision=1, source=each.source, batch=each.batch, reason=None, detail="")
        for each, i in zip(told, ids, strict=True)
    ]
    clustered = [
        Clustered(
            article_id=i,
            batch=each.batch,
            day=day,
            at=_noon(day),
            named_publisher=each.named,
            site=each.source,
            signature=b"",
            title=each.title,
            language=each.language,
            story_id=stories.get(each.story, i),
            publisher=_publisher(told, each),
        )
        for each, i in zip(told, ids, strict=True)
    ]
    _put(store, PartitionKey(stage="audit", day=day), [(VERDICTS, verdicts)], ids)
    _put(store, PartitionKey(stage="cluster", day=day), [(CLUSTERED, clustered)], ids)
    return ids


def _extracted(store: Store, day: date, batch: str, told: Sequence[tuple[Told, str]]) -> None:
    articles = [
        an_article(
            each.title,
            each.text,
            each.language,
            article_id=i,
            link_id=i,
            source=each.source,
            site=f"{each.source}.example",
            published_at=_noon(day),
            first_seen_at=_noon(day),
            counted_on=day,
        )
        for each, i in told
    ]
    identities = [
        Identity(
            link_id=i,
            article_id=i,
            revision=1,
            source=each.source,
            address=f"https://{each.source}.example/{i}",
            text_digest=i,
            day=day,
            batch=batch,
            counted_on=day,
            reason=None,
        )
        for each, i in told
    ]
    tables: list[tuple[Table[Any], list[Any]]] = [(ARTICLES, articles), (IDENTITIES, identities)]
    _put(store, PartitionKey(stage="extract", day=day, batch=batch), tables, [i for _, i in told])


def _put(store: Store, key: PartitionKey, tables: Sequence[tuple[Table[Any], list[Any]]], ids: Iterable[str]) -> None:
    writer = PartitionWriter(store, key, inputs={"ids": " ".join(ids)}, version="by hand", settings={})
    for table, rows in tables:
        writer.append(table, rows)
    writer.publish()


def _publisher(told: Sequence[Told], each: Told) -> str:
    """The publisher that the story's first copy names, or its source."""
    return next(one.named or one.source for one in told if one is each or (each.story and one.story == each.story))


def _id(day: date, each: Told) -> str:
    return blake2b(f"{day}/{each.source}/{each.title}".encode(), digest_size=16).hexdigest()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


SOURCES = ("harbour", "valley", "plateau", "island")
TOPICS = (
    ("港口货运量回升", "市政府说，港口货运量比去年同期回升，码头工人加班装卸，仓库重新排满。"),
    ("河堤修缮完工", "水务局介绍，河堤修缮工程提前完工，沿岸居民可以重新散步，路灯也换成了新的。"),
    ("图书馆延长开放", "图书馆宣布延长开放时间，读者可以在自习室停留到深夜，咖啡座照常营业。"),
    ("学校操场翻新", "教育局拨款翻新学校操场，学生下个学期就能使用，家长表示欢迎。"),
)
NEW = "霁川鲟"


def quiet(day: date) -> list[Told]:
    """A day on which each source tells of the usual things."""
    return [
        Told(source=source, title=f"{title} {day.day}日 {source}", text=f"{text}这是{source}在{day}的报道。")
        for source in SOURCES
        for title, text in TOPICS
    ]


def about_the_new_word(batch: str = "b1", place: str = "河里") -> list[Told]:
    return [
        Told(
            source=source,
            batch=batch,
            title=f"渔民在{place}发现{NEW}",
            text=f"渔民在{source}附近的{place}发现了{NEW}，专家{number}号说{NEW}从未有人见过，将送去检验。",
        )
        for number, source in enumerate(SOURCES)
    ]


def write_quiet_days(context: Context, before: date, count: int) -> None:
    """Write and count `count` quiet days that end the day before `before`."""
    for back in range(count, 0, -1):
        day = before - timedelta(days=back)
        write_day(context, day, quiet(day))
        run_stage(context, "terms", day)
