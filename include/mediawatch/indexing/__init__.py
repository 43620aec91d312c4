"""The serving index: what Elasticsearch holds, how it is written, swapped and searched.

It can be rebuilt from the lake at any time.  Importing this package does not import the client library.
"""

from mediawatch.indexing.analysis import choose_way, server_modules
from mediawatch.indexing.articles import article_document
from mediawatch.indexing.bulk import Document, IndexReport, Refusal, index_documents
from mediawatch.indexing.catalog import KINDS, Generation
from mediawatch.indexing.connection import connect
from mediawatch.indexing.excerpts import Excerpt
from mediawatch.indexing.generations import (
    abandon,
    begin_generation,
    drop_generations,
    live_generation,
    open_indices,
    swap,
)
from mediawatch.indexing.ledger import ledger_document, ledger_id
from mediawatch.indexing.provisioning import Provisioned, provision
from mediawatch.indexing.quality import quality_document, quality_id
from mediawatch.indexing.queries import Filters
from mediawatch.indexing.rankings import ranking_document, ranking_id
from mediawatch.indexing.removal import delete_articles, find_copies
from mediawatch.indexing.runs import RunRow, run_document, run_id
from mediawatch.indexing.searching import Hit, count, search, search_all
from mediawatch.indexing.stories import story_document, story_id
from mediawatch.indexing.writing import placed_document, write_placed

__all__ = [
    "KINDS",
    "Document",
    "Excerpt",
    "Filters",
    "Generation",
    "Hit",
    "IndexReport",
    "Provisioned",
    "Refusal",
    "RunRow",
    "abandon",
    "article_document",
    "begin_generation",
    "choose_way",
    "connect",
    "count",
    "delete_articles",
    "drop_generations",
    "find_copies",
    "index_documents",
    "ledger_document",
    "ledger_id",
    "live_generation",
    "open_indices",
    "placed_document",
    "provision",
    "quality_document",
    "quality_id",
    "ranking_document",
    "ranking_id",
    "run_document",
    "run_id",
    "search",
    "search_all",
    "server_modules",
    "story_document",
    "story_id",
    "swap",
    "write_placed",
]
