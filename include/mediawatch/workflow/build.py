"""Which days need a build, asked of the lake at each run, and several days built in their order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mediawatch.context import Context, Report, silent
from mediawatch.errors import Corrupt, MediawatchError
from mediawatch.lake.batches import sealed_days
from mediawatch.lake.partitions import PartitionKey, current_or_none, partition_days
from mediawatch.pipeline.closed import is_closed
from mediawatch.stories import WINDOW_DAYS
from mediawatch.workflow.runner import build_day, is_built
from mediawatch.workflow.serving import open_target


def days_to_build(context: Context) -> list[date]:
    """Days with sealed batches that are open and not built, or closed over other batches than they have now.

    This is asked of the lake at each run, so a lost wake-up costs time, never a day.
    """
    return [day for day in sealed_days(context.store) if not _is_done(context, day)]


def _is_done(context: Context, day: date) -> bool:
    """Whether the day is closed or built; not where that cannot be told, so that its build names what is damaged."""
    try:
        return is_closed(context.store, day) or is_built(context, day)
    except Corrupt:
        return False


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
            build_day(context, day, lambda line, day=day: report(f"{day}: {line}"), alone=alone)  # type: ignore[misc]
        except MediawatchError as error:
            stopped[day] = error
    return stopped


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
