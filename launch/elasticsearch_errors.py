"""What is said when there is no local Elasticsearch."""

from __future__ import annotations

from mediawatch.errors import Unavailable


class NoElasticsearch(Unavailable):
    """No Elasticsearch is available here; the message says what was tried and what would help.

    A harvest goes on without one: admitted articles wait in the lake.
    """
