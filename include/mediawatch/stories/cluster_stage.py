"""Cluster: the day's admitted articles into stories, in the light of the three days before.

cluster/day=D    clustered   the day's articles, each with its story and publisher
                 earlier     the articles of earlier days that those stories have, without signatures
                 stories     each story that the day touched, as known then
                 merges      stories of earlier days that an article of the day made one
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from itertools import chain

from mediawatch.context import Report
from mediawatch.lake.partitions import PartitionWriter
from mediawatch.pipeline.admitted import newest_admitted
from mediawatch.pipeline.stage import Given, Input, Scope, Stage
from mediawatch.stories import VERSION, WINDOW_DAYS, cluster, publishers_of, told
from mediawatch.tables import Per
from mediawatch.tables.quality import VERDICTS
from mediawatch.tables.stories import CLUSTERED, EARLIER, MERGES, SIGNATURES, STORIES, Clustered, Member, Merge, Signed


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `clustered`, `earlier`, `stories` and `merges`."""
    day = given.day
    today, window = list(_members(given)), list(_earlier(given))
    found = cluster(today, window)
    known: defaultdict[str, list[Member]] = defaultdict(list)
    for member in today:
        known[found.stories[member.article_id]].append(member)
    joined = [row for row in _renamed(window, found.merges) if row.story_id in known]
    for row in joined:
        known[row.story_id].append(row)
    publishers = {story_id: publishers_of(members) for story_id, members in known.items()}
    placed = ((member, found.stories[member.article_id]) for member in today)
    writer.append(CLUSTERED, [_clustered(m, story, publishers[story][m.article_id]) for m, story in placed])
    writer.append(EARLIER, [replace(row, signature=b"") for row in joined])
    writer.append(STORIES, [told(story_id, ms, publishers[story_id], day) for story_id, ms in known.items()])
    writer.append(MERGES, found.merges)
    report(f"{len(today)} articles in {len(known)} stories")


def _members(given: Given) -> Iterator[Member]:
    """The day's articles, each in its newest admitted revision, but as old as its first one.

    A story is named after its first article and its publisher is the earliest: a revision must not change either.
    """
    admitted = newest_admitted(given.rows(VERDICTS))
    wanted = {(verdict.batch, verdict.link_id) for verdict in admitted.values()}
    brought: dict[str, str] = {}
    earliest: dict[str, datetime] = {}
    newest: list[Signed] = []
    for batch, rows in given.by_batch(SIGNATURES):
        for row in rows:
            brought.setdefault(row.article_id, batch)
            earliest[row.article_id] = min(row.at, earliest.get(row.article_id, row.at))
            if (batch, row.link_id) in wanted:
                newest.append(row)
    for row in newest:
        yield Member(
            article_id=row.article_id,
            batch=brought[row.article_id],
            day=given.day,
            at=earliest[row.article_id],
            named_publisher=row.named_publisher,
            site=row.site,
            signature=row.signature,
            title=row.title,
            url=row.url,
            language=row.language,
        )


def _earlier(given: Given) -> list[Clustered]:
    """The window's articles and those from before it that belong to their stories, under the names these have now."""
    rows: dict[tuple[str, date], Clustered] = {}
    earlier = dict(given.by_day(EARLIER))
    for day, clustered in given.by_day(CLUSTERED):
        for row in chain(earlier[day], clustered):
            held = rows.get((row.article_id, row.day))
            rows[row.article_id, row.day] = replace(row, signature=held.signature) if held else row
    return _renamed(rows.values(), list(given.rows(MERGES)))


def _renamed(rows: Iterable[Clustered], merges: Sequence[Merge]) -> list[Clustered]:
    """`rows` with absorbed stories under the name of those that absorbed them, in the order of `merges`."""
    names: dict[str, str] = {}
    for merge in merges:
        names = {old: merge.story_id if new == merge.absorbed else new for old, new in names.items()}
        names[merge.absorbed] = merge.story_id
    return [replace(row, story_id=names.get(row.story_id, row.story_id)) for row in rows]


def _clustered(member: Member, story_id: str, publisher: str) -> Clustered:
    values = {field.name: getattr(member, field.name) for field in fields(Member)}
    return Clustered(**values, story_id=story_id, publisher=publisher)


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
