"""Analyse: what is computed once from each article's text, batch by batch, so that no later stage reads texts again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mediawatch.context import Context, Report
from mediawatch.lake.documents import digest_of
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, Receipt, read_rows
from mediawatch.lake.store import Store
from mediawatch.language import fold
from mediawatch.pipeline.stage import Input, Stage, Unit, published
from mediawatch.quality.audit_stage import extracted
from mediawatch.sources.publishers import Publishers
from mediawatch.stories import VERSION, signature
from mediawatch.tables import Per
from mediawatch.tables.extraction import ARTICLES, IDENTITIES
from mediawatch.tables.stories import SIGNATURES, Signed


def _settings(context: Context, key: PartitionKey) -> dict[str, str]:
    return {"publishers": digest_of([p.model_dump(mode="json") for p in context.publishers.entries])[:16]}


def work(context: Context, unit: Unit, writer: PartitionWriter, report: Report) -> None:
    """Fill the table `signatures`: a row for each article revision that the batch brought."""
    receipt = published(context.store, PartitionKey(stage="extract", day=unit.key.day, batch=unit.key.batch))
    signed = list(_signed(context.store, receipt, context.publishers))
    writer.append(SIGNATURES, signed)
    report(f"{len(signed)} articles signed")


def analysed(store: Store, day: date) -> dict[str, Receipt]:
    """{batch: receipt} of the day's analysis.  Raises NotReady while an extracted batch is not analysed."""
    return {
        batch: published(store, PartitionKey(stage="analyse", day=day, batch=batch)) for batch in extracted(store, day)
    }


def _signed(store: Store, receipt: Receipt, publishers: Publishers) -> Iterator[Signed]:
    identities = {i.link_id: i for i in read_rows(store, receipt, IDENTITIES) if i.reason is None}
    for article in read_rows(store, receipt, ARTICLES):
        identity = identities.get(article.link_id)
        if identity is not None:
            house = publishers.at(article.site)
            yield Signed(
                article_id=identity.article_id,
                revision=identity.revision,
                link_id=article.link_id,
                named_publisher=article.publisher_id or fold(article.original_publisher),
                site=house.id if house else article.site,
                at=article.published_at or article.first_seen_at,
                title=article.title or article.title_en,
                url=article.url,
                language=article.language,
                signature=signature(article.title or article.title_en, article.text),
            )


STAGE = Stage(
    name="analyse",
    version=VERSION,
    per=Per.BATCH,
    reads=(Input(tables=(ARTICLES, IDENTITIES), label="extract"),),
    writes=(SIGNATURES,),
    settings=_settings,
    work=work,
)
