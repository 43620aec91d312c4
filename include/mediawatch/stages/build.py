"""Which days need a build: asked of the lake at each run."""

from __future__ import annotations

from datetime import date

from mediawatch.errors import Corrupt
from mediawatch.lake.batches import sealed_days
from mediawatch.lake.partitions import PartitionKey, current_or_none, partition_days
from mediawatch.stages.closing import is_closed
from mediawatch.stages.newsroom import Newsroom
from mediawatch.stages.serving import open_target
from mediawatch.stages.table import is_built


def days_to_build(newsroom: Newsroom) -> list[date]:
    """Days with sealed batches that are open and not built, or closed over other batches than they have now.

    This is asked of the lake at each run, so a lost wake-up costs time, never a day.
    """
    return [day for day in sealed_days(newsroom.store) if not _is_done(newsroom, day)]


def _is_done(newsroom: Newsroom, day: date) -> bool:
    """Whether the day is closed or built; not where that cannot be told, so that its build names what is damaged."""
    try:
        return is_closed(newsroom.store, day) or is_built(newsroom, day)
    except Corrupt:
        return False


def days_waiting(newsroom: Newsroom) -> list[date]:
    """Days whose admitted articles are not in the index that is live now, closed days included; oldest first.

    Raises Unavailable when there is no index to bring them to.
    """
    target = open_target(newsroom).name
    found = []
    for day in partition_days(newsroom.store, "audit"):
        receipt = current_or_none(newsroom.store, PartitionKey(stage="index", day=day))
        if receipt is None or receipt.settings["target"] != target:
            found.append(day)
    return found
