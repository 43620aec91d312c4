"""Writing what belongs together: articles into their months, and the rows of a day in place of that day's old ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from mediawatch.indexing.articles import article_document
from mediawatch.indexing.bulk import Document, IndexReport, index_documents
from mediawatch.indexing.catalog import Generation
from mediawatch.indexing.connection import answering
from mediawatch.indexing.generations import generation_indices, open_indices
from mediawatch.indexing.removal import find_copies

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from mediawatch.records import Article

ROWS_AT_ONCE = 5000


def write_articles(client: Elasticsearch, generation: Generation, articles: Iterable[Article]) -> IndexReport:
    """Write `articles` (each id once) into the months of `generation`, opening those that are missing.

    An id stands in one month only: a copy in another one, where the first-seen day was another then, is deleted.
    Raises Unavailable.
    """
    months: dict[str, str] = {}
    report = index_documents(client, _placed(client, generation, articles, months))
    _delete_strays(client, generation, months)
    return report


def replace_day(
    client: Elasticsearch, generation: Generation, day: date, documents: Iterable[tuple[str, dict[str, object]]]
) -> IndexReport:
    """Write (id, document) rows of `day`, and delete the rows of that day that are not among them any more.

    For kinds whose documents have a field `day`.  Old rows go after the new ones are there.  Raises Unavailable.
    """
    rows = [Document(index=generation.anchor, id=name, source=source) for name, source in documents]
    report = index_documents(client, rows)
    stale = set(_ids_of_day(client, generation, day)) - {row.id for row in rows}
    index_documents(client, [Document(index=generation.anchor, id=name, source=None) for name in sorted(stale)])
    return report


def _placed(
    client: Elasticsearch, generation: Generation, articles: Iterable[Article], months: dict[str, str]
) -> Iterator[Document]:
    """A document for each article; notes in `months` where it goes."""
    opened: set[str] = set()
    for article in articles:
        index = generation.index_for(article.first_seen_at.date())
        if index not in opened:
            open_indices(client, generation, [index])
            opened.add(index)
        months[article.article_id] = index
        yield Document(index=index, id=article.article_id, source=article_document(article))


def _delete_strays(client: Elasticsearch, generation: Generation, months: dict[str, str]) -> None:
    others = set(generation_indices(client, generation)) - {generation.anchor}
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for name, index in months.items():
        ids[index].append(name)
    strays = [
        Document(index=found, id=name, source=None)
        for index, names in sorted(ids.items())
        if others - {index}
        for found, name in find_copies(client, generation, names, besides=index)
    ]
    index_documents(client, strays)


def _ids_of_day(client: Elasticsearch, generation: Generation, day: date) -> Iterator[str]:
    """Every id of `day`, from one view: there are no scripts or deletes by query on a trimmed server."""
    after: list[int] | None = None
    with answering():
        view = client.open_point_in_time(index=generation.anchor, keep_alive="1m")["id"]
    try:
        while True:
            with answering():
                answer = client.search(
                    pit={"id": view, "keep_alive": "1m"},
                    query={"term": {"day": day.isoformat()}},
                    source=False,
                    size=ROWS_AT_ONCE,
                    sort="_shard_doc",
                    search_after=after,
                )
            rows = answer["hits"]["hits"]
            yield from (row["_id"] for row in rows)
            if len(rows) < ROWS_AT_ONCE:
                return
            after = rows[-1]["sort"]
    finally:
        with answering():
            client.options(ignore_status=404).close_point_in_time(id=view)
