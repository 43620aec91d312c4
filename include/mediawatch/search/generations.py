"""Generations: building a new copy of an index beside the live one, and swapping the alias without a gap.

Writers of one kind must exclude each other (the caller's lease): what is written to the live generation while the next
one is being filled is not in the next one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from mediawatch.errors import Unavailable
from mediawatch.search.catalog import Generation, kind_named, number_in
from mediawatch.search.connection import answering

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

QUIET_CHECKS, QUIET_SECONDS, QUIET_CEILING = 3, 0.3, 180.0
"""The ceiling is longer than an export that was cut off keeps its view of an index (2 minutes)."""


def live_generation(client: Elasticsearch, prefix: str, name: str = "articles") -> Generation | None:
    """The generation that searches see, or None before the first `provision`.  Raises Unavailable."""
    alias = f"{prefix}-{name}"
    numbers = [n for index in _members(client, alias) if (n := number_in(index, alias)) is not None]
    return _generation(prefix, name, max(numbers)) if numbers else None


def begin_generation(client: Elasticsearch, prefix: str, name: str = "articles") -> Generation:
    """A new, empty generation that searches do not see yet.  Expects a provisioned server; raises Unavailable."""
    from elasticsearch import BadRequestError

    while True:
        generation = _generation(prefix, name, 1 + max(all_numbers(client, prefix, name), default=0))
        try:
            with answering():
                client.indices.create(index=generation.anchor)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
        else:
            return generation


def swap(client: Elasticsearch, generation: Generation) -> list[str]:
    """Point the alias at `generation` and at nothing else, in one step; returns the indices that left it.

    The old indices stay, so that searches under way can end; `drop_generations` removes them.
    """
    incoming = generation_indices(client, generation)
    with answering():
        client.indices.refresh(index=incoming)
        outgoing = sorted(set(_members(client, generation.alias)) - set(incoming))
        actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": generation.alias}} for index in incoming]
        actions += [{"remove": {"index": index, "alias": generation.alias}} for index in outgoing]
        client.indices.update_aliases(actions=actions)
    return outgoing


def drop_generations(
    client: Elasticsearch, prefix: str, name: str = "articles", *, pause: Callable[[float], None] = time.sleep
) -> list[str]:
    """Delete every generation older than the live one, each once no search is running on it; returns the indices.

    A generation with a higher number may be one that is being filled: it stays.  Raises Unavailable when searches on an
    old generation do not end within three minutes.
    """
    live = live_generation(client, prefix, name)
    if live is None:
        return []
    older = [_generation(prefix, name, n) for n in sorted(all_numbers(client, prefix, name)) if n < live.number]
    doomed = [index for generation in older for index in generation_indices(client, generation)]
    if doomed:
        _await_quiet(client, doomed, pause)
        _delete(client, doomed)
    return doomed


def abandon(client: Elasticsearch, generation: Generation) -> None:
    """Delete a generation that was begun and will not be finished.  Refuses (ValueError) the live one."""
    if live_generation(client, generation.prefix, generation.name) == generation:
        raise ValueError(f"{generation.anchor} is live")
    _delete(client, generation_indices(client, generation))


def open_indices(client: Elasticsearch, generation: Generation, indices: Iterable[str]) -> list[str]:
    """Create those of `indices` that are missing, behind the alias when `generation` is live; returns the new ones.

    Two workers may do this at once.
    """
    from elasticsearch import BadRequestError

    missing = sorted(set(indices) - set(generation_indices(client, generation)))
    is_live = bool(missing) and live_generation(client, generation.prefix, generation.name) == generation
    created: list[str] = []
    for index in missing:
        try:
            with answering():
                client.indices.create(index=index, aliases={generation.alias: {}} if is_live else None)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
        else:
            created.append(index)
    return created


def generation_indices(client: Elasticsearch, generation: Generation) -> list[str]:
    """Every index of `generation`, sorted."""
    with answering():
        names = client.indices.get(index=generation.pattern, features="aliases", allow_no_indices=True)
    return sorted(name for name in names if number_in(name, generation.alias) == generation.number)


def all_numbers(client: Elasticsearch, prefix: str, name: str) -> set[int]:
    """The numbers of all generations of a kind, live or not."""
    alias = f"{prefix}-{name}"
    with answering():
        names = client.indices.get(index=f"{alias}-g*", features="aliases", allow_no_indices=True)
    return {n for index in names if (n := number_in(index, alias)) is not None}


def _generation(prefix: str, name: str, number: int) -> Generation:
    return Generation(prefix=prefix, name=name, number=number, period=kind_named(name).period)


def _members(client: Elasticsearch, alias: str) -> list[str]:
    from elasticsearch import NotFoundError

    with answering():
        try:
            return list(client.indices.get_alias(name=alias))
        except NotFoundError:
            return []


def _delete(client: Elasticsearch, indices: list[str]) -> None:
    for index in indices:
        with answering():
            client.indices.delete(index=index, ignore_unavailable=True)


def _await_quiet(client: Elasticsearch, indices: list[str], pause: Callable[[float], None]) -> None:
    """Wait until several looks in a row find no search on `indices`: one look can fall between query and
    fetch.
    """
    quiet = 0
    for _ in range(int(QUIET_CEILING / QUIET_SECONDS)):
        with answering():
            found = client.indices.stats(index=indices, metric="search")["_all"]["total"]
        busy = sum(found.get("search", {}).get(key, 0) for key in ("query_current", "fetch_current", "open_contexts"))
        quiet = 0 if busy else quiet + 1
        if quiet == QUIET_CHECKS:
            return
        pause(QUIET_SECONDS)
    raise Unavailable(f"Searches on {', '.join(indices)} did not end within {QUIET_CEILING:.0f} s.")
