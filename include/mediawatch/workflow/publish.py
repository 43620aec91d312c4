"""Publish: the day's stories, rankings, ledger, quality, runs and, once they are judged, its sources' health into
Elasticsearch; say what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, groupby

from mediawatch.context import Context, Report
from mediawatch.errors import GateClosed, NotReady, Unavailable
from mediawatch.harvest.memory import read_announced
from mediawatch.harvest.visits import outage_of, summary, visits_of
from mediawatch.keywords.detect_stage import name_of
from mediawatch.lake.batches import BatchManifest, read_batch_rows
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.pipeline.stage import Given, Input, Scope, Stage, published
from mediawatch.quality.audit_stage import is_held
from mediawatch.records import Ranking, Story
from mediawatch.search import (
    IndexDocument,
    RunRow,
    figure_document,
    figure_id,
    health_document,
    health_id,
    index_documents,
    ledger_document,
    ledger_id,
    quality_document,
    quality_id,
    ranking_document,
    ranking_id,
    run_document,
    run_id,
    story_document,
    story_id,
)
from mediawatch.sources.urls import link_id
from mediawatch.tables import Per
from mediawatch.tables.extraction import RANKINGS
from mediawatch.tables.harvest import ANNOUNCED, PAGES
from mediawatch.tables.health import FINDINGS, HEALTH
from mediawatch.tables.ledger import BOUNDARIES, FINAL_OUTCOMES, VISITS
from mediawatch.tables.quality import RULE_RESULTS
from mediawatch.tables.search import PUBLISHED, PublishedDocument
from mediawatch.tables.stories import CLUSTERED, MERGES, STORIES, Clustered
from mediawatch.workflow.serving import open_target, target_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Readership:
    """`best_rank` is the best place of each story's articles in any list; `publishers` those of the story behind an
    address."""

    best_rank: Mapping[str, int]
    publishers: Mapping[str, int]

    def publishers_of(self, line: Ranking) -> int:
        """Publishers of the story that a list's line leads to; 0 where nothing of it was admitted."""
        return self.publishers.get(_address(line), 0)


def readership(lines: Iterable[Ranking], articles: Iterable[Clustered], stories: Iterable[Story]) -> Readership:
    """The day's lists against its stories."""
    publishers = {story.story_id: story.publishers for story in stories}
    story_of: dict[str, str] = {}
    for article in articles:
        # An article goes by the link that brought it first, and by its own address.
        story_of[article.article_id] = article.story_id
        story_of[link_id(article.url)] = article.story_id
    best: dict[str, int] = {}
    for line in lines:
        story = story_of.get(_address(line))
        if story is not None:
            best[story] = min(line.rank, best.get(story, line.rank))
    return Readership(best_rank=best, publishers={name: publishers.get(story, 0) for name, story in story_of.items()})


def _address(line: Ranking) -> str:
    """The link that a line leads to; empty for none."""
    try:
        return link_id(line.url) if line.url else ""
    except ValueError:
        return ""


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the table `published`; documents of an earlier build of the day that are no longer true are deleted."""
    receipt = current(given.store, given.key)
    standing = [] if receipt is None else list(read_rows(given.store, receipt, PUBLISHED))
    if given.settings["target"]:
        documents = list(_documents(given, report))
        standing = bring_up_to_date(given.context, documents, standing, given.settings["target"])
        report(f"{len(standing)} rows of stories, rankings, ledger, quality, runs and health in the index")
    writer.append(PUBLISHED, standing)


def bring_up_to_date(
    context: Context, documents: Sequence[IndexDocument], before: Iterable[PublishedDocument], target: str
) -> list[PublishedDocument]:
    """Write what is true, delete what an earlier build (`before`) left in this index and no longer is."""

    standing = [PublishedDocument(index=document.index, id=document.id, target=target) for document in documents]
    stale = {row for row in before if row.target == target} - set(standing)
    removals = [IndexDocument(index=row.index, id=row.id, source=None) for row in sorted(stale, key=lambda r: r.id)]
    result = index_documents(open_target(context).client, [*documents, *removals])
    if result.refused:
        raise AssertionError(f"our own rows do not fit our own mapping: {result.refused[:3]}")
    return standing


def _documents(given: Given, report: Report) -> Iterator[IndexDocument]:

    prefix = given.context.settings.index_prefix
    for row in given.rows(BOUNDARIES):
        yield IndexDocument(index=f"{prefix}-ledger", id=ledger_id(row), source=ledger_document(row))
    for result in given.rows(RULE_RESULTS):
        yield IndexDocument(index=f"{prefix}-quality", id=quality_id(result), source=quality_document(result))
    for state in given.rows(HEALTH):
        yield IndexDocument(index=f"{prefix}-health", id=health_id(state), source=health_document(state))
    for finding in given.rows(FINDINGS):
        yield IndexDocument(index=f"{prefix}-figures", id=figure_id(finding), source=figure_document(finding))
    lines = list(_rankings(given))
    read = readership(lines, given.rows(CLUSTERED), given.rows(STORIES))
    yield from _stories(given, read, prefix)
    for line in lines:
        source = ranking_document(line, publishers=read.publishers_of(line))
        yield IndexDocument(index=f"{prefix}-rankings", id=ranking_id(line), source=source)
    for manifest in given.manifests(PAGES):
        run = _run(given.store, manifest, report)
        yield IndexDocument(index=f"{prefix}-runs", id=run_id(run), source=run_document(run))


def _stories(given: Given, read: Readership, prefix: str) -> Iterator[IndexDocument]:

    absorbed: dict[str, list[str]] = {}
    for merge in given.rows(MERGES):
        absorbed.setdefault(merge.story_id, []).append(merge.absorbed)
    for story in given.rows(STORIES):
        merged = tuple(absorbed.get(story.story_id, ()))
        named = replace(story, publisher=name_of(given.context, story.publisher))
        source = story_document(named, merged, best_rank=read.best_rank.get(story.story_id))
        yield IndexDocument(index=f"{prefix}-stories", id=story_id(story), source=source)


def _rankings(given: Given) -> Iterator[Ranking]:
    """The lines of each list as the newest batch that saw it has them."""
    lists: dict[tuple[str, str], list[Ranking]] = {}
    for _, found in given.by_batch(RANKINGS):
        rows = sorted(found, key=lambda row: (row.site, row.heading, row.rank))
        lists |= {key: list(lines) for key, lines in groupby(rows, key=lambda row: (row.site, row.heading))}
    return chain.from_iterable(lists.values())


def _run(store: Store, manifest: BatchManifest, report: Report) -> RunRow:

    instants: list[datetime] = [manifest.opened_at]
    instants += [row.fetched_at for row in read_announced(store, manifest, report)]
    instants += [page.fetched_at for page in read_batch_rows(store, manifest, PAGES)]
    missing = ", ".join(str(shard) for shard in manifest.missing_shards)
    out = outage_of(store, manifest)
    wrong = (f"missing shards: {missing}" if missing else "", out, summary(visits_of(store, manifest)) if out else "")
    return RunRow(
        run_key=manifest.batch,
        stage="harvest",
        day=manifest.day,
        batch=manifest.batch,
        started_at=manifest.opened_at,
        ended_at=max(instants) if manifest.origin == "live" else manifest.opened_at,
        is_passed=not missing and not out,
        detail="; ".join(part for part in wrong if part),
        received=manifest.counts.get("candidates", 0),
        delivered=manifest.counts.get("fetched", 0),
    )


def _require_articles_there(context: Context, day: date) -> None:
    """Raises NotReady when the index is there for the stories and was not for the articles: these come first."""
    target = target_name(context)
    if target and published(context.store, PartitionKey(stage="index", day=day)).settings["target"] != target:
        raise NotReady(f"the articles of {day} wait to be indexed")


def conclude(context: Context, day: date) -> None:
    """Now that all is recorded: raise GateClosed for a day that is held back, Unavailable without Elasticsearch."""
    store = context.store
    audited = published(store, PartitionKey(stage="audit", day=day))
    if is_held(read_rows(store, audited, RULE_RESULTS)):
        raise GateClosed(
            f"{day} is held back: what was published before stays. `mediawatch ledger --day {day}` shows why; fix the "
            f"source or the rule and build the day again."
        )
    here = published(store, PartitionKey(stage="publish", day=day))
    if context.settings.elasticsearch_url and not here.settings["target"]:
        raise Unavailable(
            f"Elasticsearch at {context.settings.elasticsearch_url} does not answer: {day} is safe in the lake, and "
            "`mediawatch index --pending` catches up."
        )


STAGE = Stage(
    name="publish",
    version="5",
    per=Per.DAY,
    reads=(
        Input(tables=(BOUNDARIES, FINAL_OUTCOMES, VISITS), label="ledger"),
        Input(tables=(RULE_RESULTS,), label="audit"),
        Input(tables=(FINDINGS, HEALTH), label="health", of=Scope.IF_MADE),  # sources are judged when a day is closed
        Input(tables=(CLUSTERED, STORIES, MERGES), label="cluster"),
        Input(tables=(PAGES, ANNOUNCED), label="{batch}", of=Scope.BATCHES),
        Input(tables=(RANKINGS,), label="extract {batch}", of=Scope.BATCHES),
    ),
    writes=(PUBLISHED,),
    require=_require_articles_there,
    settings=lambda context, key: {"target": target_name(context)},
    work=work,
    conclude=conclude,
)
