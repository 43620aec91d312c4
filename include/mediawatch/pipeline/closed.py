"""Which days are closed: nothing more is harvested for them, and their numbers are final."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from mediawatch.context import Report
from mediawatch.errors import MediawatchError
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.partitions import PartitionKey, is_fresh
from mediawatch.lake.store import Store

VERSION = "1"


def is_closed(store: Store, day: date) -> bool:
    """Whether `day` was closed over exactly the batches that it has now."""
    return is_fresh(store, closed_key(day), inputs=batches_of(store, day), version=VERSION, settings={}) is not None


def closed_key(day: date) -> PartitionKey:
    """Where it is written that `day` is closed."""
    return PartitionKey(stage="closed", day=day)


def batches_of(store: Store, day: date) -> dict[str, str]:
    """{batch: digest} of the day's sealed batches."""
    return {manifest.batch: manifest.digest for manifest in sealed_batches(store, day)}


Failed = Mapping[date, Exception]
"""What stopped each of the days that did not come through, in their order."""


def day_by_day(days: Iterable[date], work: Callable[[date], object], report: Report) -> dict[date, Exception]:
    """Do `work` for each of `days`; what stopped those that it failed for, a fault of ours included."""
    failed: dict[date, Exception] = {}
    for day in days:
        try:
            work(day)
        except Exception as error:  # noqa: BLE001 - raised by `raise_any`, when the other days are done
            failed[day] = error
            report(f"{day}: {said_of(error)}")
    return failed


def raise_any(failed: Failed) -> None:
    """Raise what stopped a day; of several days the worst, whose words name all of them.

    The worst is the first that does not pass by waiting: it is what a person has to fix.
    """
    if not failed:
        return
    worst = min(failed.values(), key=lambda error: isinstance(error, MediawatchError) and error.can_retry)
    every = "; ".join(f"{day}: {said_of(error)}" for day, error in failed.items())
    if len(failed) > 1 and isinstance(worst, MediawatchError):
        raise type(worst)(every) from worst
    worst.add_note(every)
    raise worst


def said_of(error: Exception) -> str:
    """The error's type and words."""
    return f"{type(error).__name__}: {error}"
