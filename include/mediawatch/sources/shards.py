"""Dealing sources out to the workers of one harvest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mediawatch.records import Source
from mediawatch.sources.urls import host_of, twin_host


def deal(sources: Iterable[Source], shards: int) -> list[tuple[Source, ...]]:
    """At most `shards` non-empty groups, even by the links they may fetch in a run; the same for any input order.

    Sources that share a host (their own or one that announces for them) stay together, because one worker keeps one
    host's pace.  Raises ValueError when `shards` is not positive.
    """
    if shards < 1:
        raise ValueError(f"shards must be positive: {shards}")
    piles: list[list[Source]] = [[] for _ in range(shards)]
    for family in sorted(_families(sources), key=lambda family: (-_weight(family), family[0].name)):
        min(piles, key=_weight).extend(family)
    return [tuple(sorted(pile, key=lambda source: source.name)) for pile in piles if pile]


def _weight(sources: Iterable[Source]) -> int:
    return sum(source.limits.links_per_run for source in sources)


def _families(sources: Iterable[Source]) -> list[list[Source]]:
    """Sources connected through shared hosts, each family and the list of them in the order of names."""
    families: list[tuple[set[str], list[Source]]] = []
    for source in sorted(sources, key=lambda source: source.name):
        hosts, family = set(_hosts(source)), [source]
        apart = []
        for other_hosts, other in families:
            if hosts.isdisjoint(other_hosts):
                apart.append((other_hosts, other))
            else:
                hosts, family = hosts | other_hosts, other + family
        families = [*apart, (hosts, family)]
    return [sorted(family, key=lambda source: source.name) for _, family in families]


def _hosts(source: Source) -> Iterator[str]:
    yield from map(twin_host, source.hosts)
    yield from (twin_host(host_of(seed.url)) for seed in source.discovery)
