"""Cluster: the day's admitted articles into stories, in the light of the three days before.

cluster/day=D    clustered   the day's articles, each with its story and publisher
                 earlier     the articles of earlier days that those stories have, without signatures
                 stories     each story that the day touched, as known then
                 merges      stories of earlier days that an article of the day made one
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from mediawatch.context import Context, Report
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, Receipt, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.pipeline.stage import Input, Scope, Stage, Unit, published
from mediawatch.quality.audit_stage import newest_admitted
from mediawatch.stories import VERSION, WINDOW_DAYS, cluster, publishers_of, told
from mediawatch.stories.analyse_stage import analysed
from mediawatch.tables import Per
from mediawatch.tables.quality import VERDICTS
from mediawatch.tables.stories import CLUSTERED, EARLIER, MERGES, SIGNATURES, STORIES, Clustered, Member, Merge, Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The story that an article is part of, its publisher, and its own `origin` and time, as Member has it."""

    story_id: str
    publisher: str
    origin: str
    at: datetime


def work(context: Context, unit: Unit, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `clustered`, `earlier`, `stories` and `merges`."""
    store, day = context.store, unit.key.day
    today, window = list(_members(store, day)), list(_earlier(store, day))
    found = cluster(today, window)
    window = _renamed(window, found.merges)
    placed = [_clustered(member, found.stories[member.article_id]) for member in today]
    known = _by_story(placed, window)
    publishers = {story_id: publishers_of(members) for story_id, members in known.items()}
    writer.append(CLUSTERED, [replace(row, publisher=publishers[row.story_id][row.article_id]) for row in placed])
    new = {row.article_id for row in placed}
    earlier = [replace(m, signature=b"") for ms in known.values() for m in ms if m.day < day or m.article_id not in new]
    writer.append(EARLIER, earlier)
    stories = [told(story_id, members, publishers[story_id], day) for story_id, members in known.items()]
    writer.append(STORIES, stories)
    writer.append(MERGES, found.merges)
    report(f"{len(placed)} articles in {len(stories)} stories")


def places(store: Store, day: date) -> dict[str, Placement]:
    """{article id: its story and publisher} of the day; empty where the day is not clustered."""
    receipt = current(store, PartitionKey(stage="cluster", day=day))
    rows: Iterable[Clustered] = read_rows(store, receipt, CLUSTERED) if receipt else ()
    return {
        row.article_id: Placement(story_id=row.story_id, publisher=row.publisher, origin=row.origin, at=row.at)
        for row in rows
    }


def _members(store: Store, day: date) -> Iterator[Member]:
    """The day's articles, each in its newest admitted revision, but as old as its first one.

    A story is named after its first article and its publisher is the earliest: a revision must not change either.
    """
    receipt = published(store, PartitionKey(stage="audit", day=day))
    admitted = newest_admitted(read_rows(store, receipt, VERDICTS))
    wanted = {(verdict.batch, verdict.link_id) for verdict in admitted.values()}
    brought: dict[str, str] = {}
    earliest: dict[str, datetime] = {}
    newest: list[Signed] = []
    for batch, signed in sorted(analysed(store, day).items()):
        for row in read_rows(store, signed, SIGNATURES):
            brought.setdefault(row.article_id, batch)
            earliest[row.article_id] = min(row.at, earliest.get(row.article_id, row.at))
            if (batch, row.link_id) in wanted:
                newest.append(row)
    for row in newest:
        yield Member(
            article_id=row.article_id,
            batch=brought[row.article_id],
            day=day,
            at=earliest[row.article_id],
            named_publisher=row.named_publisher,
            site=row.site,
            signature=row.signature,
            title=row.title,
            url=row.url,
            language=row.language,
        )


def _window(store: Store, day: date) -> dict[date, Receipt]:
    """The clustered days before `day` whose stories can still be joined, oldest first."""
    days = (day - timedelta(days=back) for back in range(WINDOW_DAYS, 0, -1))
    receipts = {before: current(store, PartitionKey(stage="cluster", day=before)) for before in days}
    return {before: receipt for before, receipt in receipts.items() if receipt is not None}


def _earlier(store: Store, day: date) -> list[Clustered]:
    """The window's articles and those from before it that belong to their stories, under the names these have now."""
    rows: dict[tuple[str, date], Clustered] = {}
    merges: list[Merge] = []
    for receipt in _window(store, day).values():
        for table in (EARLIER, CLUSTERED):
            for row in read_rows(store, receipt, table):
                held = rows.get((row.article_id, row.day))
                rows[row.article_id, row.day] = replace(row, signature=held.signature) if held else row
        merges += read_rows(store, receipt, MERGES)
    return _renamed(rows.values(), merges)


def _renamed(rows: Iterable[Clustered], merges: Sequence[Merge]) -> list[Clustered]:
    """`rows` with absorbed stories under the name of those that absorbed them, in the order of `merges`."""
    names: dict[str, str] = {}
    for merge in merges:
        names = {old: merge.story_id if new == merge.absorbed else new for old, new in names.items()}
        names[merge.absorbed] = merge.story_id
    return [replace(row, story_id=names.get(row.story_id, row.story_id)) for row in rows]


def _clustered(member: Member, story_id: str) -> Clustered:
    values = {field.name: getattr(member, field.name) for field in fields(Member)}
    return Clustered(**values, story_id=story_id)


def _by_story(today: Sequence[Clustered], window: Iterable[Clustered]) -> Mapping[str, list[Clustered]]:
    """{story: all its articles that are known} of the stories of `today`."""
    known: defaultdict[str, list[Clustered]] = defaultdict(list)
    for row in today:
        known[row.story_id].append(row)
    for row in window:
        if row.story_id in known:
            known[row.story_id].append(row)
    return known


STAGE = Stage(
    name="cluster",
    version=VERSION,
    per=Per.DAY,
    reads=(
        Input(tables=(VERDICTS,), label="audit"),
        Input(tables=(SIGNATURES,), label="analyse {batch}", of=Scope.BATCHES),
        Input(tables=(CLUSTERED, EARLIER, MERGES), label="cluster {day}", of=Scope.BEFORE, days=WINDOW_DAYS),
    ),
    writes=(CLUSTERED, EARLIER, STORIES, MERGES),
    work=work,
)
