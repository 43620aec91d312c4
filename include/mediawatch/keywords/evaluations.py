"""Looks: each time somebody looked for news in the words of a day, and what lay there to be seen.

    looks/day=D/NNNNNN.json      which sealed batches the look saw, whether it closed the day, whether it was live

A look is a fact: what may be said in the middle of a day depends on when it was looked at, and that cannot be asked
again.  Building the day again repeats its looks, one after the other, each over the batches that it saw.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from mediawatch.context import Context
from mediawatch.errors import Contended
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.damage import reading
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.names import key_of, numbers_in
from mediawatch.lake.partitions import PartitionKey, current_or_none
from mediawatch.lake.store import Store, missing

_JUDGED: Final = re.compile(r"look ([0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The look `number` (from 1) at `day`, at the instant `made_at`, over the sealed `batches`.

    The one that `is_closing` a day is its last and sees all of it.  Only one that `is_live` may send messages; one made
    of a day that is long over says what would have been sent.
    """

    day: date
    number: int
    made_at: datetime
    batches: tuple[str, ...]
    is_closing: bool
    is_live: bool

    @property
    def name(self) -> str:
        """What evidence calls it: the day, the number and how many batches it saw."""
        return f"{self.day}/{self.number} over {len(self.batches)} batches"


def looks_at(store: Store, day: date) -> list[Look]:
    """The looks at `day`, oldest first.  Raises Corrupt also for one that is gone: they are numbered without a gap."""
    for key in lost_looks(store, day):
        raise missing(key, "the lake")
    return [_read(store, key_of(_prefix(day), number)) for number in numbers_in(store, _prefix(day))]


def lost_looks(store: Store, day: date) -> list[str]:
    """The keys of the looks at `day` that are gone: later ones are there, or its words were judged by them."""
    held = set(numbers_in(store, _prefix(day)))
    newest = max(held | set(_judged(store, day)), default=0)
    return [key_of(_prefix(day), number) for number in range(1, newest + 1) if number not in held]


def input_name(look: Look) -> str:
    """What the look is called among the inputs of what the day's words were found to be."""
    return f"look {look.number}"


def look_again(context: Context, day: date) -> Look | None:
    """Record a look at `day`, or None when nothing came since the last one.

    Raises Contended when another worker looks at the same moment.
    """
    look = next_look(context, day)
    if look is not None:
        key = key_of(_prefix(day), look.number)
        if not context.store.create(key, dump_at(key, _document(look))):
            raise Contended(f"{key}: somebody else looks at {day}")
    return look


def next_look(context: Context, day: date) -> Look | None:
    """The look that would be recorded now, or None when the day has what it had, and is as open, as at the last one."""
    before = looks_at(context.store, day)
    look = Look(
        day=day,
        number=before[-1].number + 1 if before else 1,
        made_at=context.clock(),
        batches=tuple(sorted(manifest.batch for manifest in sealed_batches(context.store, day))),
        is_closing=day < context.today,
        is_live=context.today - day <= timedelta(days=1),
    )
    is_same = before and (before[-1].batches, before[-1].is_closing) == (look.batches, look.is_closing)
    return None if is_same else look


def _document(look: Look) -> dict[str, object]:
    return {
        "day": look.day.isoformat(),
        "number": look.number,
        "made_at": look.made_at.isoformat(),
        "batches": list(look.batches),
        "is_closing": look.is_closing,
        "is_live": look.is_live,
    }


def _read(store: Store, key: str) -> Look:
    document = load(store.read(key), key)
    with reading(key):
        return Look(
            day=date.fromisoformat(document["day"]),
            number=document["number"],
            made_at=datetime.fromisoformat(document["made_at"]),
            batches=tuple(document["batches"]),
            is_closing=document["is_closing"],
            is_live=document["is_live"],
        )


def _judged(store: Store, day: date) -> list[int]:
    """The numbers of the looks that the day's words were judged by."""
    receipt = current_or_none(store, PartitionKey(stage="detect", day=day))
    names = receipt.inputs if receipt else ()
    return [int(found[1]) for name in names if (found := _JUDGED.fullmatch(name))]


def _prefix(day: date) -> str:
    return f"looks/day={day}"
