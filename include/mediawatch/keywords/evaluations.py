"""Evaluations: each time somebody looked for news in the words of a day, and what lay there to be seen.

    looks/day=D/NNNNNN.json      which sealed batches the evaluation saw, whether it closed the day, whether it was live

An evaluation is a fact: what may be said in the middle of a day depends on when it was looked at, and that cannot be
asked again.  Building the day again repeats its evaluations, one after the other, each over the batches that it saw.
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
class Evaluation:
    """The evaluation `number` (from 1) at `day`, at the instant `made_at`, over the sealed `batches`.

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


def evaluations_of(store: Store, day: date) -> list[Evaluation]:
    """The evaluations of `day`, oldest first.  Raises Corrupt also for one that is gone: they are numbered without a
    gap.
    """
    for key in lost_evaluations(store, day):
        raise missing(key, "the lake")
    return [_read(store, key_of(_prefix(day), number)) for number in numbers_in(store, _prefix(day))]


def lost_evaluations(store: Store, day: date) -> list[str]:
    """The keys of the evaluations of `day` that are gone: later ones are there, or its words were judged by them."""
    held = set(numbers_in(store, _prefix(day)))
    newest = max(held | set(_judged(store, day)), default=0)
    return [key_of(_prefix(day), number) for number in range(1, newest + 1) if number not in held]


def input_name(evaluation: Evaluation) -> str:
    """What the evaluation is called among the inputs of what the day's words were found to be."""
    return f"look {evaluation.number}"


def evaluate_again(context: Context, day: date) -> Evaluation | None:
    """Record an evaluation of `day`, or None when nothing came since the last one.

    Raises Contended when another worker looks at the same moment.
    """
    evaluation = next_evaluation(context, day)
    if evaluation is not None:
        key = key_of(_prefix(day), evaluation.number)
        if not context.store.create(key, dump_at(key, _document(evaluation))):
            raise Contended(f"{key}: somebody else looks at {day}")
    return evaluation


def next_evaluation(context: Context, day: date) -> Evaluation | None:
    """The evaluation that would be recorded now, or None when the day has what it had, and is as open, as at the last
    one.
    """
    before = evaluations_of(context.store, day)
    evaluation = Evaluation(
        day=day,
        number=before[-1].number + 1 if before else 1,
        made_at=context.clock(),
        batches=tuple(sorted(manifest.batch for manifest in sealed_batches(context.store, day))),
        is_closing=day < context.today,
        is_live=context.today - day <= timedelta(days=1),
    )
    is_same = before and (before[-1].batches, before[-1].is_closing) == (evaluation.batches, evaluation.is_closing)
    return None if is_same else evaluation


def _document(evaluation: Evaluation) -> dict[str, object]:
    return {
        "day": evaluation.day.isoformat(),
        "number": evaluation.number,
        "made_at": evaluation.made_at.isoformat(),
        "batches": list(evaluation.batches),
        "is_closing": evaluation.is_closing,
        "is_live": evaluation.is_live,
    }


def _read(store: Store, key: str) -> Evaluation:
    document = load(store.read(key), key)
    with reading(key):
        return Evaluation(
            day=date.fromisoformat(document["day"]),
            number=document["number"],
            made_at=datetime.fromisoformat(document["made_at"]),
            batches=tuple(document["batches"]),
            is_closing=document["is_closing"],
            is_live=document["is_live"],
        )


def _judged(store: Store, day: date) -> list[int]:
    """The numbers of the evaluations that the day's words were judged by."""
    receipt = current_or_none(store, PartitionKey(stage="detect", day=day))
    names = receipt.inputs if receipt else ()
    return [int(found[1]) for name in names if (found := _JUDGED.fullmatch(name))]


def _prefix(day: date) -> str:
    return f"looks/day={day}"
