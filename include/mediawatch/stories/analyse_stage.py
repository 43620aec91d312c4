"""Analyse: what is computed once from each article's text, batch by batch, so that no later stage reads texts again."""

from __future__ import annotations

from collections.abc import Iterator

from mediawatch.context import Context, Report
from mediawatch.lake.documents import digest_of
from mediawatch.lake.partitions import PartitionKey, PartitionWriter
from mediawatch.language import fold
from mediawatch.pipeline.stage import Given, Input, Stage
from mediawatch.sources.publishers import Publishers
from mediawatch.stories import VERSION, signature
from mediawatch.tables import Per
from mediawatch.tables.extraction import ARTICLES, IDENTITIES
from mediawatch.tables.stories import SIGNATURES, Signed


def _settings(context: Context, key: PartitionKey) -> dict[str, str]:
    return {"publishers": digest_of([p.model_dump(mode="json") for p in context.publishers.entries])[:16]}


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the table `signatures`: a row for each article revision that the batch brought."""
    signed = list(_signed(given, given.context.publishers))
    writer.append(SIGNATURES, signed)
    report(f"{len(signed)} articles signed")


def _signed(given: Given, publishers: Publishers) -> Iterator[Signed]:
    identities = {i.link_id: i for i in given.rows(IDENTITIES) if i.reason is None}
    for article in given.rows(ARTICLES):
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
