"""The serving index: what Elasticsearch holds, how it is written, swapped and searched.

It can be rebuilt from the lake at any time.  Importing this package does not import the client library.
"""

from mediawatch.search.analysis import choose_way, server_modules
from mediawatch.search.articles import article_document
from mediawatch.search.bulk import IndexDocument, IndexReport, RefusedDocument, index_documents
from mediawatch.search.catalog import KINDS, Generation
from mediawatch.search.connection import connect
from mediawatch.search.excerpts import Excerpt
from mediawatch.search.generations import (
    abandon,
    begin_generation,
    drop_generations,
    live_generation,
    open_indices,
    swap,
)
from mediawatch.search.health import figure_document, figure_id, health_document, health_id
from mediawatch.search.ledger import ledger_document, ledger_id
from mediawatch.search.provisioning import Provisioned, is_provisioned, is_usable, mapping_digest, provision
from mediawatch.search.quality import quality_document, quality_id
from mediawatch.search.rankings import ranking_document, ranking_id
from mediawatch.search.roles import put_roles
from mediawatch.search.runs import RunRow, run_document, run_id
from mediawatch.search.searching import LARGEST_PAGE, Hit, count, count_stories, search, search_all
from mediawatch.search.stories import story_document, story_id
from mediawatch.search.writing import delete_articles, find_copies, placed_document, write_placed

__all__ = [
    "KINDS",
    "LARGEST_PAGE",
    "Excerpt",
    "Generation",
    "Hit",
    "IndexDocument",
    "IndexReport",
    "Provisioned",
    "RefusedDocument",
    "RunRow",
    "abandon",
    "article_document",
    "begin_generation",
    "choose_way",
    "connect",
    "count",
    "count_stories",
    "delete_articles",
    "drop_generations",
    "figure_document",
    "figure_id",
    "find_copies",
    "health_document",
    "health_id",
    "index_documents",
    "is_provisioned",
    "is_usable",
    "ledger_document",
    "ledger_id",
    "live_generation",
    "mapping_digest",
    "open_indices",
    "placed_document",
    "provision",
    "put_roles",
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
