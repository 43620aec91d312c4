"""Terms: the words of a day's admitted articles, counted, and the texts as strings of units for later days to search.

terms/day=D      terms       stories of each publisher with each word
                 exposures   stories of each publisher, whatever their words
                 strings     each article's folded text as units, to look new words up in
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from sys import intern
from typing import Any

import pyarrow as pa

from mediawatch.context import Context, Report
from mediawatch.keywords import Reading, TextDocument, read
from mediawatch.keywords.vocabulary import TermCounter
from mediawatch.lake.partitions import ROWS_A_PART, PartitionWriter, erase, read_columns
from mediawatch.lake.store import Store
from mediawatch.lake.tables import batches_of
from mediawatch.pipeline.admitted import Admissions, admissions_in, admissions_of, extracted
from mediawatch.pipeline.stage import Given, Input, Scope, Stage
from mediawatch.tables import Per
from mediawatch.tables.extraction import ARTICLES, IDENTITIES
from mediawatch.tables.keywords import EXPOSURES, STRINGS, TERMS, Strings
from mediawatch.tables.quality import VERDICTS
from mediawatch.tables.stories import CLUSTERED

VERSION = "6"
ROWS_AT_A_TIME = 200
_READINGS_AT_A_TIME = 2_000
"""Some 20 MB; as many texts are an object of the table of strings."""
_COLUMNS = (
    "link_id", "title", "text", "url", "source", "language",
)  # fmt: skip


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `terms`, `exposures` and `strings`."""
    admitted = admissions_in(given)
    documents = documents_in(admitted, given.columns(ARTICLES, _COLUMNS), given.day)
    counts, articles = fill(
        writer, (read(document, given.context.aliases) for document in documents), _copies(admitted, given.day)
    )
    # The roll-up of its month, if there is one, was made of other counts; the next evaluation makes it again.
    erase(given.store, "past", given.day.replace(day=1))
    report(f"{counts} counts of words in {articles} articles")


def _copies(admitted: Admissions, day: date) -> Counter[tuple[str, str]]:
    """{(publisher, story): how many of the day's articles it has}."""
    places = (a.place for known in admitted.values() for a in known.values() if a.counted_on == day)
    return Counter((place.publisher, place.story_id) for place in places if place is not None)


def fill(
    writer: PartitionWriter, readings: Iterable[Reading], copies: Mapping[tuple[str, str], int]
) -> tuple[int, int]:
    """Write the three tables of one day's `readings`, some thousand in memory at a time; how many counts there are, and
    how many articles.

    `copies` says how many of them each story of a publisher has.
    """
    counted = TermCounter(copies)
    articles, counts = 0, 0
    for some in batches_of(readings, _READINGS_AT_A_TIME):
        writer.append(STRINGS, map(_strings, some))
        for reading in some:
            counted.add(reading)
        articles += len(some)
    for rows in batches_of(counted.terms(), ROWS_A_PART):
        writer.append(TERMS, rows)
        counts += len(rows)
    writer.append(EXPOSURES, counted.exposures())
    writer.append(TERMS, [])
    writer.append(STRINGS, [])
    return counts, articles


def _strings(reading: Reading) -> Strings:
    units = reading.units.codes.astype("<u4").tobytes()
    return Strings(article_id=reading.article_id, publisher=reading.publisher, units=units)


def readings_of(context: Context, day: date, batches: Collection[str] | None = None) -> Iterator[Reading]:
    """The day's admitted articles as the detector reads them; only those that `batches` brought, unless None."""
    for document in documents_of(context.store, day, batches):
        yield read(document, context.aliases)
    pa.default_memory_pool().release_unused()  # the texts of a large day as columns, which Arrow would keep for itself


def documents_of(
    store: Store, day: date, batches: Collection[str] | None = None, *, ids: Collection[str] | None = None
) -> Iterator[TextDocument]:
    """The articles first counted on `day`, with the text admitted then, in the order of batches and ids; only those of
    `ids`, unless None.

    A later revision changes what a search finds and no count.
    """
    admitted = admissions_of(store, day, batches, ids=ids)
    receipts = ((batch, extracted(store, day, batch)) for batch, known in admitted.items() if known)
    articles = ((batch, read_columns(store, receipt, ARTICLES, _COLUMNS)) for batch, receipt in receipts if receipt)
    return documents_in(admitted, articles, day)


def documents_in(admitted: Admissions, articles: Iterable[tuple[str, pa.Table]], day: date) -> Iterator[TextDocument]:
    """The documents of `day` among `articles`, columns by batch, as they were `admitted`."""
    for batch, table in articles:
        known = admitted.get(batch, {})
        for row in _rows(table, known) if known else ():
            admission = known[row["link_id"]]
            if admission.place is None or admission.counted_on != day:
                continue
            yield TextDocument(
                article_id=admission.article_id,
                day=day,
                at=admission.place.at,
                site=intern(row["source"]),
                publisher=admission.place.publisher,
                story=admission.place.story_id,
                language=intern(row["language"]),
                title=row["title"],
                text=row["text"],
                url=row["url"],
                origin=admission.place.origin,
                house=admission.place.house,
            )


def _rows(table: pa.Table, links: Collection[str]) -> Iterator[dict[str, Any]]:
    """The rows of `links`, some hundred in memory at a time: a large batch is there as columns already."""
    for piece in table.to_batches(max_chunksize=ROWS_AT_A_TIME):
        wanted = [number for number, link in enumerate(piece["link_id"].to_pylist()) if link in links]
        if len(wanted) == len(piece):
            yield from piece.to_pylist()
            continue
        for number in wanted:
            yield from piece.slice(number, 1).to_pylist()


STAGE = Stage(
    name="terms",
    version=VERSION,
    per=Per.DAY,
    reads=(
        Input(tables=(VERDICTS,), label="audit"),
        Input(tables=(CLUSTERED,), label="cluster"),
        # The audit does not see everything of the articles: its rows can be equal where the texts are not.
        Input(tables=(ARTICLES, IDENTITIES), label="extract", of=Scope.BATCHES),
    ),
    writes=(TERMS, EXPOSURES, STRINGS),
    settings=lambda context, key: {"aliases": context.aliases.digest[:16]},
    work=work,
)
