"""Killed at any write and run again, a day comes out as if nothing had happened."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import pytest

from tests.kill.conftest import STEPS, Undisturbed, Yard

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SAMPLED = 5
"""One write in so many is killed at, beside those that decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """Killed in `step`, at its write number `at`, before or after doing it."""

    step: str
    at: int
    is_after: bool
    write: str


def deaths(undisturbed: Undisturbed, is_every_write: bool) -> list[Death]:
    """Where to kill: before and after each write that decides, before every few of the others (or before all)."""
    every = 1 if is_every_write else SAMPLED
    begins = dict(zip(STEPS, accumulate((len(undisturbed.writes[step]) for step in STEPS), initial=0), strict=False))
    found = []
    for step in STEPS:
        for number, write in enumerate(undisturbed.writes[step], start=1):
            if decides(write):
                found += [Death(step=step, at=number, is_after=after, write=write) for after in (False, True)]
            elif (begins[step] + number) % every == 0:
                found.append(Death(step=step, at=number, is_after=False, write=write))
    return found


def decides(write: str) -> bool:
    """Whether the write makes something visible: a plan, the candidates, a shard, a seal, an id, a pointer."""
    verb, key = write.split()
    return not key.startswith("leases/") and (verb == "create" or key.endswith(("/candidates.parquet", "/shard.json")))


def test_the_small_day_has_something_of_everything(undisturbed: Undisturbed) -> None:
    empty = {table for table, rows in undisturbed.rows.items() if not rows}
    assert {table.split()[-1] for table in empty if not table.endswith((" indexed", " published"))} == {
        *("earlier", "merges"),  # of stories, which take a day before
    }
    assert sum(map(len, undisturbed.writes.values())) > 60
    assert len([key for key in undisturbed.writes["shard 0"] if key.endswith(".segment.json")]) >= 3


def test_killed_at_a_write_and_run_again_the_day_is_the_same(
    yard: Yard, undisturbed: Undisturbed, is_every_write: bool
) -> None:
    def survive(death: Death) -> str:
        """The tables that came out otherwise."""
        name = f"{death.step} {death.at} {death.is_after}"
        if Path(yard.lake(f"before {death.step}")).exists():
            yard.copy(f"before {death.step}", name)
        yard.crews.run(yard.on(name, death.step, at=death.at, is_after=death.is_after))
        yard.crews.run(yard.on(name, *STEPS))
        rows = yard.rows(name)
        shutil.rmtree(yard.lake(name))
        wrong = {table for table in undisturbed.rows.keys() | rows if rows.get(table) != undisturbed.rows.get(table)}
        return f"{death}: {sorted(wrong)}" if wrong else ""

    chosen = deaths(undisturbed, is_every_write)
    assert {death.step for death in chosen} == set(STEPS)
    assert [line for line in yard.crews.each(survive, chosen) if line] == []


def test_a_second_death_on_the_way_back_changes_nothing(yard: Yard, undisturbed: Undisturbed) -> None:
    yard.crews.run(yard.on("twice", "open", "shard 0", at=9))
    yard.crews.run(yard.on("twice", *STEPS, at=12))
    yard.crews.run(yard.on("twice", *STEPS, at=41))
    yard.crews.run(yard.on("twice", *STEPS))

    assert yard.rows("twice") == undisturbed.rows
