"""Publishing what a replay made: a day's objects first, then its pointers, then what stands in Elasticsearch.

No object of the lake is overwritten, as names carry digests; killed on the way, a day keeps what its pointers lead to,
and the same command publishes the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import date
from typing import Final

from mediawatch.context import Context, Report, prefixed
from mediawatch.errors import Contended, MediawatchError
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.leases import Lease, lease
from mediawatch.lake.objects import read_object
from mediawatch.lake.overlay import OverlayStore
from mediawatch.lake.partitions import PartitionKey, current, current_or_none, erase, pointer_of, sweep
from mediawatch.lake.store import Store
from mediawatch.tables import Per
from mediawatch.workflow.runner import STAGES, bring_to_index, clear_damage, run_stage

LINES: Final = "lines"
ANEW: Final = "extract"
"""A replay from this stage on makes the day's lines too, where it is closed."""


def partitions_of(store: Store, day: date, stages: Sequence[str]) -> Iterator[PartitionKey]:
    """What a replay of `stages` makes of `day`, in its order."""
    batches = [manifest.batch for manifest in sealed_batches(store, day)]
    for name in stages:
        if STAGES[name].per is Per.DAY:
            yield PartitionKey(stage=name, day=day)
        else:
            yield from (PartitionKey(stage=name, day=day, batch=batch) for batch in batches)
    if stages[0] == ANEW:
        yield PartitionKey(stage=LINES, day=day)


def publish_days(
    context: Context, made: OverlayStore, days: Sequence[date], stages: Sequence[str], report: Report
) -> None:
    """Make what a replay made current in the lake, then bring the days into Elasticsearch.

    Raises Contended while somebody else builds one of them; and, once every day is done as far as it goes, what
    stopped the first that did not come through: then `mediawatch build` and `watch run` of that day do the rest.
    """
    watched = {day for day in days if _publish_day(context, made, day, stages, prefixed(report, day))}
    first: MediawatchError | None = None
    for day in days:
        try:
            bring_to_index(context, day, prefixed(report, day))
            if day in watched:
                run_stage(context, "announce", day, prefixed(report, f"{day}: announce"))
        except MediawatchError as error:
            report(f"{day}: {error}")
            first = first or error
    if first is not None:
        raise first


def _publish_day(context: Context, made: OverlayStore, day: date, stages: Sequence[str], report: Report) -> bool:
    """Publish one day in the lake; whether its words were judged anew."""
    store = context.store
    # The ledger counts what stands in Elasticsearch too: it is made when that is known.
    keys = [key for key in partitions_of(made, day, stages) if key.stage != "ledger" and _is_new(store, made, key)]
    with ExitStack() as held:
        leases = [held.enter_context(_lease(context, key)) for key in keys]
        _take_over_facts(store, made, day)
        for key in keys:
            clear_damage(store, key, report)
            _copy(store, made, key)
            for each in leases:
                each.renew()
        for key in keys:
            _flip(store, made, key)
        if any(key.stage == "terms" for key in keys):
            # The roll-up of the month was made of other counts.
            erase(store, "past", day.replace(day=1))
    report(f"{len(keys)} partitions published")
    return any(key.stage == "detect" for key in keys)


def take_over(store: Store, made: Store, key: PartitionKey) -> None:
    """Make the current generation of a partition of `made` the current one in `store`."""
    _copy(store, made, key)
    _flip(store, made, key)


def _is_new(store: Store, made: Store, key: PartitionKey) -> bool:
    now = current(made, key)
    return now is not None and current_or_none(store, key) != now


def _lease(context: Context, key: PartitionKey) -> AbstractContextManager[Lease]:
    return lease(
        context.store,
        key.path,
        holder=f"replay of {key.day}",
        seconds=context.settings.lease_seconds,
        clock=context.clock,
    )


def _copy(store: Store, made: Store, key: PartitionKey) -> None:
    """Everything that the partition's pointer leads to, and not the pointer."""
    receipt, entry = current(made, key), pointer_of(made, key).current()
    if receipt is None or entry is None:
        raise Contended(f"{key.path} is gone from the replay: somebody else is at it")
    for table in receipt.tables.values():
        for part in table.parts:
            store.put(part.key, read_object(made, part))
    name = str(entry.value["receipt"])
    store.put(name, made.read(name))


def _flip(store: Store, made: Store, key: PartitionKey) -> None:
    entry = pointer_of(made, key).current()
    if entry is None:
        raise Contended(f"{key.path} is gone from the replay: somebody else is at it")
    pointer = pointer_of(store, key)
    pointer.advance(pointer.current(), entry.value)
    sweep(store, key)


def _take_over_facts(store: Store, made: OverlayStore, day: date) -> None:
    """The ids that the replay gave out and the memory that it froze, where there were none; pointers last."""
    for folder in ("boilerplate", "register"):
        found = made.above.list(f"{folder}/day={day}")
        for key in sorted(found, key=lambda key: ("/current/" in key, key)):
            data = made.above.read(key)
            if not store.create(key, data) and store.read(key) != data:
                raise Contended(f"{key} was written by somebody else meanwhile: replay again")
