"""What became of each visit to a seed: visited, unchanged or failed, never nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mediawatch.context import Context
from mediawatch.errors import Outage
from mediawatch.harvest.memory import read_announced
from mediawatch.lake.batches import (
    BatchManifest,
    read_batch_rows,
    read_plan,
    sealed_batches,
    sealed_days,
    table_objects,
)
from mediawatch.lake.objects import fault_of
from mediawatch.lake.store import Store
from mediawatch.records import Reason, Source
from mediawatch.records.ledger import Outcome
from mediawatch.tables.harvest import CANDIDATES, FETCHED, SeedAnswer
from mediawatch.tables.ledger import Visit

LOOKED_BACK = 2
"""Days with harvests within which each source was visited: none waits longer than one, unless its entry says so."""
FEWEST_SOURCES = 5
"""A run of fewer sources says nothing of the network, unless the catalogue has no more."""
SHOWN = 5
"""Failures that one sentence names; the board and `mediawatch ledger --lost` have all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How a source's visits ended.  `is_failed` when some failed and none that could bring news did not."""

    visited: int = 0
    unchanged: int = 0
    failed: int = 0
    is_failed: bool = False

    @property
    def received(self) -> int:
        """All of them."""
        return self.visited + self.unchanged + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedDay:
    """A day of one seed: its visits by their end, the `items` they announced, and how the last failure went."""

    source: str
    url: str
    kind: str
    visited: int
    unchanged: int
    failed: int
    items: int
    reason: Reason | None
    detail: str

    @property
    def visits(self) -> int:
        """All of them."""
        return self.visited + self.unchanged + self.failed


def visits_of(store: Store, manifest: BatchManifest) -> list[Visit]:
    """The visits of a sealed batch, by address.

    The seeds of a shard that did not come so far failed as well (`shard_missing`), and so did those of a shard
    whose record of them is `damaged`: its plan names them.  An imported batch has none.
    """
    found = {row.url: _visit(manifest, row) for row in read_announced(store, manifest)}
    lost = dict.fromkeys(manifest.missing_shards, (Reason.SHARD_MISSING, ""))
    lost |= {shard: (Reason.DAMAGED, fault) for shard, fault in damaged_records(store, manifest).items()}
    for visit in _planned(store, manifest, lost):
        found.setdefault(visit.url, visit)
    return [found[url] for url in sorted(found)]


def damaged_records(store: Store, manifest: BatchManifest) -> dict[int, str]:
    """{shard: what is wrong} of the shards whose record of their visits cannot be read."""
    tables = ((shard.shard, info) for shard in manifest.shards for info in table_objects(shard, "announced"))
    return {shard: fault for shard, info in tables if (fault := fault_of(store, info))}


def last_visits(store: Store) -> list[Visit]:
    """The last visit to each seed in the newest LOOKED_BACK days that have harvests, by address."""
    found: dict[str, Visit] = {}
    days = 0
    for day in reversed(sealed_days(store)):
        live = [manifest for manifest in sealed_batches(store, day) if manifest.origin == "live"]
        for manifest in sorted(live, key=lambda manifest: manifest.opened_at, reverse=True):
            for visit in visits_of(store, manifest):
                found.setdefault(visit.url, visit)
        days += bool(live)
        if days == LOOKED_BACK:
            break
    return [found[url] for url in sorted(found)]


def _visit(manifest: BatchManifest, row: SeedAnswer) -> Visit:
    return Visit(
        day=manifest.day,
        batch=manifest.batch,
        source=row.source,
        url=row.url,
        kind=row.kind,
        at=row.fetched_at,
        reason=row.reason,
        detail=row.detail,
        items=row.items,
        certificate_until=row.certificate_until,
        is_pointer=row.follows > 0 and not row.items,
    )


def _planned(store: Store, manifest: BatchManifest, lost: Mapping[int, tuple[Reason, str]]) -> Iterator[Visit]:
    """The visits that the plan names for the shards that are `lost`, each with the reason and detail of its shard."""
    from mediawatch.harvest.discovery import announcements

    plan = read_plan(store, manifest.key) if lost else None
    if plan is None:
        return
    entries = [(entry, why) for shard, why in sorted(lost.items()) for entry in plan["shards"][shard]]
    for announcement, (reason, detail) in (
        (each, why) for entry, why in entries for each in announcements(Source.model_validate(entry))
    ):
        yield Visit(
            day=manifest.day,
            batch=manifest.batch,
            source=announcement.source,
            url=announcement.url,
            kind=announcement.kind,
            at=manifest.opened_at,
            reason=reason,
            detail=detail,
            items=0,
            is_pointer=False,
        )


def answers(visits: Iterable[Visit]) -> dict[str, Answers]:
    """{source: how its visits ended}, sorted by source."""
    by_source: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_source[visit.source].append(visit)
    return {source: _answers(found) for source, found in sorted(by_source.items())}


def _answers(visits: Sequence[Visit]) -> Answers:
    results = [visit.result for visit in visits]
    is_fed = any(visit.result != "failed" and not visit.is_pointer for visit in visits)
    return Answers(
        visited=results.count("visited"),
        unchanged=results.count("unchanged"),
        failed=results.count("failed"),
        is_failed="failed" in results and not is_fed,
    )


def by_seed(visits: Iterable[Visit]) -> list[SeedDay]:
    """A row for each seed: those that failed most often first, then by source and address."""
    found: defaultdict[tuple[str, str], list[Visit]] = defaultdict(list)
    for visit in visits:
        found[visit.source, visit.url].append(visit)
    days = [_seed_day(sorted(same, key=lambda visit: (visit.at, visit.batch))) for same in found.values()]
    return sorted(days, key=lambda day: (-day.failed, day.source, day.url))


def _seed_day(visits: Sequence[Visit]) -> SeedDay:
    results = [visit.result for visit in visits]
    last = next((visit for visit in reversed(visits) if visit.result == "failed"), None)
    return SeedDay(
        source=visits[0].source,
        url=visits[0].url,
        kind=visits[0].kind,
        visited=results.count("visited"),
        unchanged=results.count("unchanged"),
        failed=results.count("failed"),
        items=sum(visit.items for visit in visits),
        reason=last.reason if last else None,
        detail=last.detail if last else "",
    )


def summary(visits: Sequence[Visit]) -> str:
    """`7 of 9 seeds answered, 2 of them unchanged; failed: paper gone: status 404 (https://...)`; "" for none."""
    if not visits:
        return ""
    failed = [visit for visit in visits if visit.result == "failed"]
    unchanged = sum(visit.result == "unchanged" for visit in visits)
    said = f"{len(visits) - len(failed)} of {len(visits)} seeds answered"
    said += f", {unchanged} of them unchanged" if unchanged else ""
    if not failed:
        return said
    named = "; ".join(f"{visit.source} {visit.why} ({visit.url})" for visit in failed[:SHOWN])
    more = f"; and {len(failed) - SHOWN} more" if len(failed) > SHOWN else ""
    return f"{said}; failed: {named}{more}"


UNANSWERED: Final = frozenset(
    {
        Reason.FORBIDDEN,
        Reason.HOST_GIVEN_UP,
        Reason.RATE_LIMITED,
        Reason.ROBOTS_UNREACHABLE,
        Reason.SERVER_ERROR,
        Reason.TOO_SLOW,
        Reason.UNREACHABLE,
    }
)
"""Why a link was not handed over that its source had announced minutes before: trouble of the network or the site."""

_NOT_KNOWN: Final = frozenset({Reason.SHARD_MISSING, Reason.DAMAGED})


def check_answers(context: Context, manifest: BatchManifest, *, chosen: Sequence[str] = ()) -> None:
    """Raise Outage when most of a sealed harvest failed, or a source that was `chosen` by name failed entirely.

    Most means: more than half of its seeds; or, when these still answered, more than half of what was asked of
    more than half of its sources.  Links carried over from earlier runs do not count: theirs is an older trouble.
    """
    said = outage_of(context.store, manifest)
    found = answers(visits_of(context.store, manifest))
    silent = [name for name in chosen if name in found and found[name].is_failed]
    if not said and silent:
        said = f"no seed of {', '.join(silent)} could be read"
    if said:
        raise Outage(
            f"{said}. What came is sealed in {manifest.key.path}, and the next harvest takes up the rest; "
            f"`mediawatch ledger --day {manifest.day} --lost` lists it once the day is built."
        )


def outage_of(store: Store, manifest: BatchManifest) -> str:
    """Why the batch shows that most sites were out of reach; "" when it does not, or when it asked too few of many.

    A shard that ended early never asked its sites, and a damaged record says nothing of them: these are other
    failures, and told as such.
    """
    visits = [visit for visit in visits_of(store, manifest) if visit.reason not in _NOT_KNOWN]
    if _are_too_few(visits, store, manifest):
        return ""
    failed = [visit for visit in visits if visit.result == "failed"]
    if 2 * len(failed) > len(visits):
        return f"{len(failed)} of {len(visits)} seeds failed ({_counted(visit.reason for visit in failed)})"
    return cut_off(visits, _new_links(store, manifest))


def _are_too_few(visits: Sequence[Visit], store: Store, manifest: BatchManifest) -> bool:
    """Whether the run visited a few of many sources, of which any may be in trouble by itself."""
    plan = read_plan(store, manifest.key)
    asked = len({visit.source for visit in visits})
    return plan is not None and asked < min(FEWEST_SOURCES, plan.get("enabled", 0))


def _new_links(store: Store, manifest: BatchManifest) -> list[Outcome]:
    """What became of the links that this run was the first to try."""
    candidates = read_batch_rows(store, manifest, CANDIDATES)
    carried = {row.link_id for row in candidates if row.is_carried}
    return [row for row in read_batch_rows(store, manifest, FETCHED) if row.link_id not in carried]


def cut_off(visits: Sequence[Visit], links: Sequence[Outcome]) -> str:
    """Why visits and new links together show it, source by source; "" when they do not."""
    asked = Counter([*(visit.source for visit in visits), *(link.source for link in links)])
    lost = [link for link in links if link.reason in UNANSWERED]
    failed = Counter([*(v.source for v in visits if v.result == "failed"), *(link.source for link in lost)])
    out = [source for source, count in failed.items() if 2 * count > asked[source]]
    if not lost or 2 * len(out) <= len(asked):
        return ""
    return (
        f"most of what was asked of {len(out)} of {len(asked)} sources was not answered: "
        f"{len(lost)} of {len(links)} new links are missing ({_counted(link.reason for link in lost)})"
    )


def _counted(reasons: Iterable[Reason | None]) -> str:
    counts = Counter(reason.value for reason in reasons if reason)
    return ", ".join(f"{word} {counts[word]}" for word in sorted(counts, key=lambda word: (-counts[word], word)))
