"""Index: the day's admitted articles into Elasticsearch, changed documents only; without it they wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mediawatch.context import Report
from mediawatch.extraction.register import WINDOW
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, partition_days, read_rows
from mediawatch.lake.store import Store
from mediawatch.pipeline.admitted import admissions_in, placed
from mediawatch.pipeline.stage import Given, Input, Scope, Stage
from mediawatch.records import Article, Reason
from mediawatch.records.ledger import Outcome
from mediawatch.search import delete_articles, write_placed
from mediawatch.tables import Per
from mediawatch.tables.extraction import ARTICLES, IDENTITIES
from mediawatch.tables.quality import VERDICTS, Verdict
from mediawatch.tables.search import INDEX_OUTCOMES, INDEXED, IndexedArticle
from mediawatch.tables.stories import CLUSTERED, EARLIER
from mediawatch.workflow.serving import Target, documents_of, fingerprint, open_target, target_name

if TYPE_CHECKING:
    from mediawatch.search import IndexDocument


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `indexed` and `outcomes`."""
    day = given.day
    verdicts = {v.link_id: v for v in given.rows(VERDICTS) if v.reason is None}
    if not given.settings["target"]:
        report(f"{len(verdicts)} articles wait for Elasticsearch")
        # What stands in an index that is away now has to be known when it is back, or nothing would be taken out.
        writer.append(INDEXED, _recorded(given.store, given.key))
        writer.append(INDEX_OUTCOMES, [_outcome(v, day, Reason.NOT_INDEXED_YET, "") for v in verdicts.values()])
        return
    standing, refused = _bring_up_to_date(given, open_target(given.context))
    writer.append(INDEXED, standing)
    writer.append(
        INDEX_OUTCOMES,
        [
            _outcome(v, day, Reason.INDEX_REFUSED if v.article_id in refused else None, refused.get(v.article_id, ""))
            for v in verdicts.values()
        ],
    )
    report(f"{len(standing)} articles in the index, {len(refused)} refused")


def _outcome(verdict: Verdict, day: date, reason: Reason | None, detail: str) -> Outcome:
    return Outcome(
        day=day,
        batch=verdict.batch,
        stage="index",
        link_id=verdict.link_id,
        source=verdict.source,
        reason=reason,
        detail=detail,
    )


def _bring_up_to_date(given: Given, target: Target) -> tuple[list[IndexedArticle], dict[str, str]]:
    """Write what changed, delete what is no longer admitted; what stands now, and {id: why} of the refused."""

    name = given.settings["target"]
    before = {row.article_id: row for row in _recorded(given.store, given.key) if row.target == name}
    later = _later_revisions(given.store, given.day, name)
    standing: dict[str, IndexedArticle] = {}

    def changed() -> Iterator[IndexDocument]:
        for article, document in documents_of(
            given.context, placed(admissions_in(given), given.by_batch(ARTICLES)), target.generation
        ):
            row = _row(article, document, name)
            standing[row.article_id] = row
            if before.get(row.article_id) != row and later.get(row.article_id, 0) <= row.revision:
                yield document

    result = write_placed(target.client, target.generation, changed())
    refused = {refusal.id: refusal.detail for refusal in result.refused}
    gone = set(before) - set(standing) - set(later)
    if gone:
        delete_articles(target.client, target.generation, gone)
    # Where a document is refused, the one before it still stands.
    stands = {key: before.get(key) if key in refused else row for key, row in standing.items()}
    return [row for row in stands.values() if row is not None], refused


def _row(article: Article, document: IndexDocument, target: str) -> IndexedArticle:
    return IndexedArticle(
        article_id=article.article_id,
        revision=article.revision,
        index=document.index,
        digest=fingerprint(document),
        target=target,
    )


def _recorded(store: Store, key: PartitionKey) -> list[IndexedArticle]:
    receipt = current(store, key)
    return [] if receipt is None else list(read_rows(store, receipt, INDEXED))


def _later_revisions(store: Store, day: date, target: str) -> dict[str, int]:
    """{article id: revision} that later days have written: rebuilding an old day must not bring an old text back."""
    found: dict[str, int] = {}
    for later in partition_days(store, "index", since=day + timedelta(days=1)):
        rows = _recorded(store, PartitionKey(stage="index", day=later)) if later <= day + WINDOW else []
        found.update({row.article_id: row.revision for row in rows if row.revision > 1 and row.target == target})
    return found


STAGE = Stage(
    name="index",
    version="3",
    per=Per.DAY,
    reads=(
        Input(tables=(VERDICTS,), label="audit"),
        Input(tables=(CLUSTERED, EARLIER), label="cluster"),
        # The audit does not see everything of the articles: its rows can be equal where the texts are not.
        Input(tables=(ARTICLES, IDENTITIES), label="extract", of=Scope.BATCHES),
    ),
    writes=(INDEXED, INDEX_OUTCOMES),
    settings=lambda context, key: {"target": target_name(context)},
    work=work,
)
