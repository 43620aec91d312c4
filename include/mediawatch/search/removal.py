"""Taking articles out of the index, wherever they stand: forgotten ones, those held back, copies in another month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mediawatch.search.bulk import IndexDocument, IndexReport, index_documents
from mediawatch.search.catalog import Generation
from mediawatch.search.connection import answering

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

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
