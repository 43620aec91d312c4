"""Terms: the words of a day's admitted articles, counted, and the texts as strings of units for later days to search.

terms/day=D      terms       stories of each publisher with each word
                 exposures   stories of each publisher, whatever their words
                 strings     each article's folded text as units, to look new words up in
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from mediawatch.context import Context, Report
from mediawatch.keywords import Reading, TextDocument, count_terms, read
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, erase, read_columns, read_rows
from mediawatch.lake.store import Store
from mediawatch.pipeline.stage import Input, Stage, Unit, published
from mediawatch.quality.audit_stage import newest_admitted
from mediawatch.stories.cluster_stage import Placement, places
from mediawatch.tables import Per
from mediawatch.tables.extraction import ARTICLES, IDENTITIES
from mediawatch.tables.keywords import EXPOSURES, STRINGS, TERMS, Strings
from mediawatch.tables.quality import VERDICTS
from mediawatch.tables.stories import CLUSTERED

VERSION = "2"
_COLUMNS = (
    "link_id", "title", "text", "url", "source", "language",
)  # fmt: skip


def work(context: Context, unit: Unit, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `terms`, `exposures` and `strings`."""
    readings = readings_of(context, unit.key.day)
    counts = fill(writer, readings)
    # The roll-up of its month, if there is one, was made of other counts; the next look makes it again.
    erase(context.store, "past", unit.key.day.replace(day=1))
    report(f"{counts} counts of words in {len(readings)} articles")


def fill(writer: PartitionWriter, readings: Sequence[Reading]) -> int:
    """Write the three tables of one day's `readings`; how many rows `terms` has."""
    counted = count_terms(readings)
    writer.append(TERMS, counted.terms)
    writer.append(EXPOSURES, counted.exposures)
    strings = [
        Strings(article_id=r.article_id, publisher=r.publisher, units=r.units.codes.astype("<u4").tobytes())
        for r in readings
    ]
    writer.append(STRINGS, strings)
    return len(counted.terms)


def readings_of(context: Context, day: date, batches: Collection[str] | None = None) -> list[Reading]:
    """The day's admitted articles as the detector reads them; only those that `batches` brought, unless None."""
    return [read(document, context.aliases) for document in documents_of(context.store, day, batches)]


def documents_of(store: Store, day: date, batches: Collection[str] | None = None) -> Iterator[TextDocument]:
    """The articles first counted on `day`, with the text admitted then, in the order of batches and ids.

    A later revision changes what a search finds and no count.
    """
    audited = current(store, PartitionKey(stage="audit", day=day))
    if audited is None:
        return
    verdicts = [v for v in read_rows(store, audited, VERDICTS) if batches is None or v.batch in batches]
    wanted: dict[str, set[str]] = {}
    for verdict in newest_admitted(verdicts).values():
        wanted.setdefault(verdict.batch, set()).add(verdict.link_id)
    stories = places(store, day)
    for batch, links in sorted(wanted.items()):
        yield from _of_batch(store, day, batch, links, stories)


def _of_batch(
    store: Store, day: date, batch: str, links: Collection[str], stories: dict[str, Placement]
) -> Iterator[TextDocument]:
    receipt = published(store, PartitionKey(stage="extract", day=day, batch=batch))
    identities = {i.link_id: i for i in read_rows(store, receipt, IDENTITIES) if i.link_id in links}
    for row in read_columns(store, receipt, ARTICLES, _COLUMNS).to_pylist():
        identity = identities.get(row["link_id"])
        place = stories.get(identity.article_id) if identity else None
        if identity is None or place is None or identity.counted_on != day:
            continue
        yield TextDocument(
            article_id=identity.article_id,
            day=day,
            at=place.at,
            site=row["source"],
            publisher=place.publisher,
            story=place.story_id,
            language=row["language"],
            title=row["title"],
            text=row["text"],
            url=row["url"],
            origin=place.origin,
        )


STAGE = Stage(
    name="terms",
    version=VERSION,
    per=Per.DAY,
    reads=(
        Input(tables=(VERDICTS,), label="audit"),
        Input(tables=(CLUSTERED,), label="cluster"),
    ),
    writes=(TERMS, EXPOSURES, STRINGS),
    settings=lambda context, key: {"aliases": context.aliases.digest[:16]},
    work=work,
)
