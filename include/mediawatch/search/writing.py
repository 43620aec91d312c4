"""Writing articles into the months of a generation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import TYPE_CHECKING

from mediawatch.search.articles import article_document
from mediawatch.search.bulk import IndexDocument, IndexReport, index_documents
from mediawatch.search.catalog import Generation
from mediawatch.search.connection import answering
from mediawatch.search.generations import generation_indices, open_indices

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from mediawatch.records import Article


def placed_document(
    article: Article, generation: Generation, *, story_id: str = "", publisher: str = "", title_before: str = ""
) -> IndexDocument:
    """The article as a document of `generation`, in the index of the month it was first seen in (UTC)."""
    index = generation.index_for(article.first_seen_at.astimezone(UTC).date())
    source = article_document(article, story_id=story_id, publisher=publisher, title_before=title_before)
    return IndexDocument(index=index, id=article.article_id, source=source)


def write_placed(client: Elasticsearch, generation: Generation, documents: Iterable[IndexDocument]) -> IndexReport:
    """Write `documents` (each id once) into the months they name, opening those that are missing.

    An id stands in one month only: a copy in another one, where the first-seen day was another then, is deleted.
    Raises Unavailable.
    """
    months: dict[str, str] = {}
    report = index_documents(client, _opening(client, generation, documents, months))
    _delete_strays(client, generation, months)
    return report


def _opening(
    client: Elasticsearch, generation: Generation, documents: Iterable[IndexDocument], months: dict[str, str]
) -> Iterator[IndexDocument]:
    """The documents, after their index is there; notes in `months` where each goes."""
    opened: set[str] = set()
    for document in documents:
        if document.index not in opened:
            open_indices(client, generation, [document.index])
            opened.add(document.index)
        months[document.id] = document.index
        yield document


def _delete_strays(client: Elasticsearch, generation: Generation, months: dict[str, str]) -> None:
    others = set(generation_indices(client, generation)) - {generation.anchor}
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for name, index in months.items():
        ids[index].append(name)
    strays = [
        IndexDocument(index=found, id=name, source=None)
        for index, names in sorted(ids.items())
        if others - {index}
        for found, name in find_copies(client, generation, names, besides=index)
    ]
    index_documents(client, strays)


IDS_AT_ONCE = 1000


def find_copies(
    client: Elasticsearch, generation: Generation, ids: Iterable[str], *, besides: str = ""
) -> list[tuple[str, str]]:
    """(index, id) of every document of `generation` with one of `ids`, as of the last refresh; those in the index
    `besides` are left out.  Raises Unavailable."""
    left_out = [{"term": {"_index": besides}}] if besides else []
    wanted = sorted(set(ids))
    found: list[tuple[str, str]] = []
    for begin in range(0, len(wanted), IDS_AT_ONCE):
        piece = wanted[begin : begin + IDS_AT_ONCE]
        with answering():
            answer = client.search(
                index=generation.pattern,
                query={"bool": {"filter": {"ids": {"values": piece}}, "must_not": left_out}},
                source=False,
                size=10_000,
                filter_path="hits.hits._index,hits.hits._id",
            )
        found += [(row["_index"], row["_id"]) for row in answer.get("hits", {}).get("hits", [])]
    return found


def delete_articles(client: Elasticsearch, generation: Generation, ids: Iterable[str]) -> IndexReport:
    """Remove the documents with `ids` from `generation`; ids that are not there are fine.

    What was written since the last refresh is found too: the indices are refreshed first.
    """
    with answering():
        client.indices.refresh(index=generation.pattern)
    copies = find_copies(client, generation, ids)
    return index_documents(client, [IndexDocument(index=index, id=name, source=None) for index, name in copies])
