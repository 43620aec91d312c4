"""What a person asks of a search, read with what the newsroom knows: names in all spellings, publishers, sources."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches

from mediawatch.context import Context
from mediawatch.search.grammar import (
    NO_SOURCE,
    UNKNOWN_SOURCE,
    BadQuery,
    Days,
    Either,
    Every,
    Named,
    Query,
    Without,
    named_in,
    parse_query,
)


def read_query(context: Context, typed: str) -> Query:
    """`typed` as a query; a publisher is looked for by its id and under its own sites.  Raises BadQuery."""
    query = parse_query(typed, context.aliases, today=context.today)
    check_sources(context, named_in(query, "source"))
    return _with_publishers(context, query)


def check_sources(context: Context, names: Iterable[str]) -> None:
    """Raises BadQuery for one that is not in the catalogue, with the one that comes nearest."""
    known = {source.name for source in context.catalogue.sources}
    for name in names:
        if name.strip().casefold() not in known:
            near = get_close_matches(name.casefold(), known, 1)
            raise BadQuery(UNKNOWN_SOURCE, name=name, near=near[0]) if near else BadQuery(NO_SOURCE, name=name)


def restricted(
    query: Query,
    *,
    sources: Iterable[str] = (),
    languages: Iterable[str] = (),
    first: date | None = None,
    last: date | None = None,
) -> Query:
    """`query` among articles of one of these sources, in one of these languages, and of these days, where given."""
    of_sources = tuple(Named("source", name) for name in sources)
    in_languages = tuple(Named("lang", tag) for tag in languages)
    on_days = (Days(first=first, last=last),) if first or last else ()
    return Every((query, *(Either(parts) for parts in (of_sources, in_languages) if parts), *on_days))


def of_publisher(context: Context, name: str) -> Query:
    """Articles of the publisher who goes by `name`: its id, any of its names, or one of its hosts."""
    return _with_publishers(context, Named("publisher", name))


def _with_publishers(context: Context, query: Query) -> Query:
    match query:
        case Named("publisher", value):
            names = _names_of(context, value)
            return Either(tuple(Named("publisher", name) for name in names)) if len(names) > 1 else query
        case Every(parts) | Either(parts):
            return type(query)(tuple(_with_publishers(context, part) for part in parts))
        case Without(part):
            return Without(_with_publishers(context, part))
        case _:
            return query


def _names_of(context: Context, value: str) -> tuple[str, ...]:
    """All names and hosts of the publisher `value`: an id, a source as the catalogue has it, a printed name, a host."""
    publishers = context.publishers
    source = next((each for each in context.catalogue.sources if value in (each.title, each.name)), None)
    known = publishers.identified(value)
    if known is None:
        hosts = source.hosts if source else ()
        known = next((found for host in hosts if (found := publishers.at(host))), None)
        known = known or (None if source else publishers.named(value) or publishers.at(value))
    ids = (known.id,) if known else ()
    hosts = (*(known.hosts if known else ()), *(source.hosts if source else ()))
    return tuple(dict.fromkeys((value, *ids, *(f"{prefix}{host}" for host in hosts for prefix in ("", "www.")))))
