"""Searching articles: a few hits to look at, or all of them to export."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from mediawatch.errors import BadRequest, Unavailable
from mediawatch.records.article import Listed
from mediawatch.search.articles import MAPPING
from mediawatch.search.connection import answering
from mediawatch.search.excerpts import Excerpt, excerpts
from mediawatch.search.fields import value_of
from mediawatch.search.grammar import Query, Term, terms_of
from mediawatch.search.queries import query_body

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from mediawatch.settings import Settings

TimeOrder = Literal["seen", "published"]
"""Newest first by the time that an article was first collected, or published; those without a time last."""
Order = Literal["relevance"] | TimeOrder

LARGEST_PAGE = 1000
FURTHEST = 10_000
"""Articles that one can turn to by pages: Elasticsearch's own bound."""
KEEP_ALIVE = "2m"
_EXACT_STORIES = 40_000
"""Stories up to which Elasticsearch counts exactly, nearly: the most that it can be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Listed):
    """One article found: fields of the index, of which those with a default may be missing there.

    `title` is the English one where there is no other.  `score` is 0 when hits are ordered by time.  It stands for
    `copies` of its story that were found, itself among them; 1 where stories are not told apart.
    """

    publisher_id: str = ""
    story_id: str = ""
    counted_on: date
    highlights: tuple[Excerpt, ...]
    score: float
    copies: int = 1


_NAMES = [field.name for field in fields(Hit) if field.name in MAPPING["properties"]]
FIELDS = [*_NAMES, "body_zh", "body_en"]
"""What is asked of the index: the fields of a hit, and the texts that are marked."""


def search(
    client: Elasticsearch,
    settings: Settings,
    query: Query,
    *,
    start: int = 0,
    size: int = 10,
    order: Order = "relevance",
    one_a_story: bool = False,
) -> list[Hit]:
    """At most `size` articles that `query` finds, from `start` on, the words marked; one of each story if wanted.

    Raises BadRequest before the first `provision`, Unavailable when the server does not answer, ValueError beyond
    FURTHEST.
    """
    if start + size > FURTHEST:
        raise ValueError(f"hits {start} to {start + size}: pages end at {FURTHEST}")
    collapse = {"field": "story_id", "inner_hits": {"name": "copies", "size": 0}} if one_a_story else None
    with _provisioned(settings):
        answer = client.search(
            index=f"{settings.index_prefix}-articles",
            query=query_body(query),
            from_=start,
            size=size,
            sort=_sort(order),
            collapse=collapse,
            source_includes=FIELDS,
            track_total_hits=False,
        )
    return [_hit(row, terms_of(query)) for row in answer["hits"]["hits"]]


def count(client: Elasticsearch, settings: Settings, query: Query) -> int:
    """How many articles `search_all` would find.  Raises as `search` does."""
    with _provisioned(settings):
        answer = client.count(index=f"{settings.index_prefix}-articles", query=query_body(query))
    return int(answer["count"])


def count_stories(client: Elasticsearch, settings: Settings, query: Query) -> int:
    """How many stories they are, exactly up to 40,000 and nearly beyond.  Raises as `search` does."""
    stories = {"cardinality": {"field": "story_id", "precision_threshold": _EXACT_STORIES}}
    with _provisioned(settings):
        answer = client.search(
            index=f"{settings.index_prefix}-articles", query=query_body(query), size=0, aggs={"stories": stories}
        )
    return int(answer["aggregations"]["stories"]["value"])


def search_all(
    client: Elasticsearch,
    settings: Settings,
    query: Query,
    *,
    order: Order = "seen",
    page: int = LARGEST_PAGE,
) -> Generator[Hit]:
    """Every article found, from one consistent view of the index, in bounded memory.  Raises as `search` does."""
    with _provisioned(settings):
        view = client.open_point_in_time(index=f"{settings.index_prefix}-articles", keep_alive=KEEP_ALIVE)["id"]
    try:
        body = query_body(query)
        yield from _pages(client, view, terms_of(query), body, order=order, page=page)
    finally:
        with answering():
            client.options(ignore_status=404).close_point_in_time(id=view)


def _pages(
    client: Elasticsearch, view: str, terms: tuple[Term, ...], body: dict[str, Any], *, order: Order, page: int
) -> Iterator[Hit]:
    after: list[Any] | None = None
    while True:
        with _view_kept():
            answer = client.search(
                query=body,
                pit={"id": view, "keep_alive": KEEP_ALIVE},
                size=page,
                sort=_sort(order),
                search_after=after,
                source_includes=FIELDS,
                track_total_hits=False,
            )
        found = answer["hits"]["hits"]
        yield from (_hit(row, terms) for row in found)
        if len(found) < page:
            return
        after = found[-1]["sort"]


@contextmanager
def _view_kept() -> Iterator[None]:
    """As `answering`; and a view that the server has dropped can be asked for again."""
    from elasticsearch import NotFoundError

    try:
        with answering():
            yield
    except NotFoundError as error:
        raise Unavailable("Elasticsearch has dropped the view of this search: ask again.") from error


def _sort(order: Order) -> list[dict[str, Any]]:
    """By relevance or by time, ties always the same way."""
    newest: list[dict[str, Any]] = [{"first_seen_at": "desc"}, {"article_id": "desc"}]
    first: dict[Order, list[dict[str, Any]]] = {
        "relevance": [{"_score": "desc"}],
        "published": [{"published_at": {"order": "desc", "missing": "_last"}}],
        "seen": [],
    }
    return [*first[order], *newest]


def _hit(row: Mapping[str, Any], terms: tuple[Term, ...]) -> Hit:
    source = row["_source"]
    texts = [(field, source.get(field, "")) for field in ("title", "title_en", "body_zh", "body_en")]
    held = {name: value_of(source[name], MAPPING["properties"][name]) for name in _NAMES if name in source}
    if "title" not in held:
        held["title"] = held.pop("title_en", "")
    copies = row["inner_hits"]["copies"]["hits"]["total"]["value"] if "inner_hits" in row else 1
    return Hit(**held, highlights=excerpts(texts, terms), score=row["_score"] or 0.0, copies=copies)


@contextmanager
def _provisioned(settings: Settings) -> Iterator[None]:
    """As `answering`; and a missing alias is the caller's mistake."""
    from elasticsearch import NotFoundError

    try:
        with answering():
            yield
    except NotFoundError as error:
        raise BadRequest(
            f"There is no index {settings.index_prefix}-articles yet: run `mediawatch provision`."
        ) from error
