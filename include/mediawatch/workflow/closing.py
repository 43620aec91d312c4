"""Closing a day: nothing more is harvested for it, its links join the roll-up of known ones, its numbers are final."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from mediawatch.context import Context, Report, prefixed, silent
from mediawatch.errors import BadRequest, Corrupt, MediawatchError
from mediawatch.extraction.template_memory import write_sketch
from mediawatch.harvest.harvesting import seal_batch, unsealed_batches
from mediawatch.harvest.memory import seen_links
from mediawatch.lake.batches import sealed_days
from mediawatch.lake.leases import lease
from mediawatch.lake.names import days_in
from mediawatch.lake.objects import read_chosen
from mediawatch.lake.partitions import (
    PartitionKey,
    PartitionWriter,
    Receipt,
    current,
    current_or_none,
    fault_in,
    partition_days,
)
from mediawatch.lake.store import Store
from mediawatch.pipeline.closed import VERSION, batches_of, closed_key, day_by_day, is_closed
from mediawatch.quality.decisions import FOLDER as DECISIONS
from mediawatch.quality.decisions import is_heeded
from mediawatch.records import Clock, day_of
from mediawatch.stories import WINDOW_DAYS
from mediawatch.tables.harvest import CLOSED, SEEN_LINKS, Closed, SeenLink
from mediawatch.tables.order import PREPARING
from mediawatch.workflow.runner import bring_to_index, build_day, is_built, judge_day, run_stage
from mediawatch.workflow.serving import open_target

SEEN_VERSION = "2"
LINKS_AT_ONCE = 1_000_000
"""Links of a month that are rolled up together, some 400 MB; of more, a sixteenth at a time."""


def days_to_close(context: Context, clock: Clock) -> list[date]:
    """Past days, oldest first, that have batches (sealed or left open by a crash) and are not closed."""
    today = day_of(clock(), context.settings.timezone)
    return [day for day in _harvested_days(context.store) if day < today and not _is_done(context.store, day)]


def _is_done(store: Store, day: date) -> bool:
    """Whether the day is closed; not where that cannot be told, so that closing it names what is damaged."""
    try:
        return is_closed(store, day)
    except Corrupt:
        return False


def close_day(context: Context, day: date, report: Report = silent) -> Receipt:
    """Seal what a crash left open, build the day, roll its links up, sketch its texts and close it.

    Raises BadRequest for a day that is not over, and what the build raises: a day held back by the gate stays open.
    """
    if day >= context.today:
        raise BadRequest(f"{day} cannot be closed before it is over: today is {context.today}.")
    for batch in unsealed_batches(context, day):
        report(f"{batch.path} was left open: sealing it as it stands")
        seal_batch(context, batch)
    build_day(context, day, report)
    for stage in PREPARING:  # what a task left that came too late
        context.store.delete_all(f"{stage}/day={day}")
    judge_day(context, day, report)
    with lease(
        context.store,
        f"closed/day={day}",
        holder=f"close {day}",
        seconds=context.settings.lease_seconds,
        clock=context.clock,
    ) as held:
        links = roll_up_links(context.store, day)
        write_sketch(context.store, day)
        writer = PartitionWriter(
            context.store,
            closed_key(day),
            inputs=batches_of(context.store, day),
            version=VERSION,
            settings={},
            lease=held,
        )
        writer.append(CLOSED, [Closed(day=day, links=links)])
        return writer.publish()


def roll_up_links(store: Store, day: date) -> int:
    """Write `seen` of `day`: its final links, and those of the earlier days of its month that are rolled up."""
    before = _last_roll_up(store, day)
    covered = before.day if before else day.replace(day=1) - timedelta(days=1)
    days = [d for d in sealed_days(store, since=covered + timedelta(days=1)) if d <= day]
    today = [row for d in days for row in seen_links(store, d)]
    inputs = {f"{d} {name}": digest for d in days for name, digest in batches_of(store, d).items()}
    inputs |= {"before": before.digest} if before else {}
    writer = PartitionWriter(store, _seen(day), inputs=inputs, version=SEEN_VERSION, settings={})
    total = len(today) + (before.tables[SEEN_LINKS.name].rows if before else 0)
    for first, end in _ranges(total):
        inside = (row for row in today if first <= row.link_id and (not end or row.link_id < end))
        writer.append(SEEN_LINKS, _joined(_seen_before(store, before, first, end), inside))
    writer.publish()
    return len({row.link_id for row in today})


def _ranges(links: int) -> list[tuple[str, str]]:
    """Bounds of link ids, which are hex digits, for so many `links`: one range after the other is in memory.

    A bound of "" is none.
    """
    bounds = ["", *"123456789abcdef", ""] if links > LINKS_AT_ONCE else ["", ""]
    return list(pairwise(bounds))


def _seen_before(store: Store, before: Receipt | None, first: str, end: str) -> Iterator[SeenLink]:
    """The links of a range that an earlier roll-up has."""

    def inside(rows: pa.Table) -> pa.Array:
        links = rows["link_id"]
        after = pc.greater_equal(links, first)
        return pc.and_(after, pc.less(links, end)) if end else after

    for part in before.tables[SEEN_LINKS.name].parts if before else ():
        yield from read_chosen(store, part, SeenLink, inside)


def _joined(before: Iterable[SeenLink], today: Iterable[SeenLink]) -> list[SeenLink]:
    """Each link once: as it was seen first, but for one that has a page only now."""
    rows = {row.link_id: row for row in before}
    for row in today:
        held = rows.get(row.link_id)
        if held is None or (row.is_page and not held.is_page):
            rows[row.link_id] = row
    return [*rows.values()]


def _last_roll_up(store: Store, day: date) -> Receipt | None:
    for before in range(1, day.day):
        key = _seen(day - timedelta(days=before))
        receipt = None if fault_in(store, key) else current(store, key)
        if receipt is not None:
            return receipt
    return None


def _harvested_days(store: Store) -> list[date]:
    return days_in(store, "harvest")


def _seen(day: date) -> PartitionKey:
    return PartitionKey(stage="seen", day=day)


def days_to_build(context: Context) -> list[date]:
    """Days with sealed batches that are open and not built, or closed over other batches than they have now.

    This is asked of the lake at each run, so a lost wake-up costs time, never a day.
    """
    decided = set(days_in(context.store, DECISIONS))
    return [day for day in sealed_days(context.store) if not _is_built(context, day, is_decided=day in decided)]


def _is_built(context: Context, day: date, *, is_decided: bool) -> bool:
    """Whether the day is closed or built, and heeds what people decided about it.

    Not where that cannot be told, so that its build names what is damaged.
    """
    try:
        is_done = is_closed(context.store, day) and not (is_decided and not _is_heeded(context, day))
        return is_done or is_built(context, day)
    except Corrupt:
        return False


def _is_heeded(context: Context, day: date) -> bool:
    """Whether what people decided about the quarantine of the day is built in."""
    receipt = current(context.store, PartitionKey(stage="audit", day=day))
    return receipt is None or is_heeded(context, day, receipt.settings)


def in_order(days: Iterable[date]) -> list[date]:
    """`days` so that each comes after those whose stories it joins, and the newest news does not wait for an import.

    Days within the window of one another stand together, oldest first; of such stretches the newest comes first.
    """
    stretches: list[list[date]] = []
    for day in sorted(set(days)):
        if stretches and (day - stretches[-1][-1]).days <= WINDOW_DAYS:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return [day for stretch in reversed(stretches) for day in stretch]


def build_days(
    context: Context, days: Iterable[date], report: Report = silent, *, alone: bool = False
) -> dict[date, MediawatchError]:
    """Build `days` in their order; what stopped those that could not be built, by day.

    One that stops holds up the days whose stories reach back to it, which stop for the same reason, and no others.
    """
    stopped: dict[date, MediawatchError] = {}
    for day in in_order(days):
        try:
            build_day(context, day, prefixed(report, day), alone=alone)
            if is_closed(context.store, day):  # what people decided of its quarantine changed its sources' figures
                judge_day(context, day, prefixed(report, day))
        except MediawatchError as error:
            stopped[day] = error
    return stopped


def serve_day(context: Context, day: date, report: Report = silent) -> None:
    """Bring all that is known of a built `day` into the live index: articles, ledger, stories, words and alerts.

    Raises as `bring_to_index` does; the next call catches up.
    """
    bring_to_index(context, day, report)
    if current_or_none(context.store, PartitionKey(stage="detect", day=day)) is not None:
        run_stage(context, "announce", day, report)


def serve_days(context: Context, days: Iterable[date], report: Report = silent) -> dict[date, Exception]:
    """`serve_day` for each of `days`; what stopped those that it failed for, which hold up no other."""
    return day_by_day(days, lambda day: serve_day(context, day, prefixed(report, day)), report)


def days_waiting(context: Context) -> list[date]:
    """Days whose admitted articles are not in the index that is live now, closed days included; oldest first.

    Raises Unavailable when there is no index to bring them to.
    """
    target = open_target(context).name
    found = []
    for day in partition_days(context.store, "audit"):
        receipt = current_or_none(context.store, PartitionKey(stage="index", day=day))
        if receipt is None or receipt.settings["target"] != target:
            found.append(day)
    return found
