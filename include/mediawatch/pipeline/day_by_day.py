"""Several days worked on in their order: one that fails stops none after it, and is told when all are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from mediawatch.context import Report
from mediawatch.errors import MediawatchError

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

    The worst is the first that does not pass by waiting: it is what a person has to mend.
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
