"""Days of the invented newsroom, one after the other, each with a fault that is drawn by seed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from devsites import Newsroom
from tests.support.forking import Driver
from tests.support.kill import KILLED
from tests.support.sinks import HttpSink
from tests.support.small_index import SmallIndex

HOURS: Mapping[str, timedelta] = {
    "noon": timedelta(hours=12, minutes=10),
    "night": timedelta(hours=22, minutes=10),
    "morning": timedelta(days=1, hours=4, minutes=30),
}
"""The three parts of a day, and when each is lived, after its midnight (UTC)."""
HOUSE_EVERY = 7
AWAY, REFUSED, CUT = "the index is away", "the channel refuses", "the channel's answer is lost"
KILLED_BEFORE, KILLED_AFTER, LOST = "killed before a write", "killed after a write", "a write's answer is lost"
HOW = {KILLED_BEFORE: "before", KILLED_AFTER: "after", LOST: "lost"}
FAULTS = {"": 6, KILLED_BEFORE: 4, KILLED_AFTER: 4, LOST: 2, AWAY: 2, REFUSED: 1, CUT: 1}
"""What may happen on a day, and of twenty days on how many."""
RETRIED = re.compile(r"mediawatch\.errors\.(Contended|NotReady|Unavailable)")
"""Errors that Airflow's tasks try again after."""
ANSWERS: Mapping[str, tuple[int | None, ...]] = {REFUSED: (503,), CUT: (None,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a day: `steps` of the driver at `moment`; the fault is at the write `at` (0: none), and `how`."""

    settings: dict[str, Any]
    moment: str
    steps: tuple[str, ...]
    at: int = 0
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a part ended: its writes, the largest memory of its process, and seconds of the processor."""

    returncode: int
    writes: int
    error: str
    megabytes: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens on a day, and in which part of it; `share` says at which of its writes, 0 to 1."""

    what: str
    part: str
    share: float

    @classmethod
    def on(cls, day: date, seed: int) -> Fault:
        """The fault of `day`, the same for the same seed."""
        drawn = Random(f"{seed} {day}")  # noqa: S311
        (what,) = drawn.choices([*FAULTS], weights=[*FAULTS.values()])
        parts = [part for part in HOURS if what != AWAY or part != "morning"]  # which waits for the index
        return cls(what=what, part=drawn.choice(parts), share=drawn.random())

    def __str__(self) -> str:
        return f"{self.what}, {self.part}" if self.what else ""


class Living(Driver):
    """The process that forks for each part (`tests/soak/driver.py`)."""

    def __init__(self) -> None:
        super().__init__("tests/soak/driver.py")

    def live(self, part: Part) -> Ended:
        """Live through `part` in a fork."""
        return Ended(**self.ask(asdict(part)))


@dataclass(slots=True, kw_only=True)
class Soaked:
    """Everything that a soak needs: sites, channel, index, driver, and how many writes each part took last."""

    folder: Path
    sites: Newsroom
    sink: HttpSink
    index: SmallIndex
    driver: Living
    seed: int
    writes: Counter[str] = field(default_factory=Counter)

    @property
    def settings(self) -> dict[str, Any]:
        """Those of the tasks."""
        return {
            "lake_url": str(self.folder / "lake"),
            "catalog_dir": str(self.folder / "sources"),
            "aliases_dir": str(self.folder / "aliases"),
            "watchlists_dir": str(self.folder / "watchlists"),
            "elasticsearch_url": self.index.url,
            "shards": 2,
            "checkpoint_pages": 20,
            "extraction_workers": 1,
            "low_space_bytes": 0,
        }

    def live_through(self, day: date, fault: Fault) -> Iterator[tuple[str, Ended]]:
        """The parts of `day`, again after each kill; (part, how it ended) of every try."""
        midnight = datetime.combine(day, datetime.min.time(), UTC)
        for name, after in HOURS.items():
            part = Part(settings=self.settings, moment=str(midnight + after), steps=self.steps(name, day))
            self.sites.set_now(midnight + after)
            is_here = fault.part == name
            self.index.is_away = is_here and fault.what == AWAY
            self.sink.answer_next(*(ANSWERS.get(fault.what, ()) if is_here else ()))
            yield from ((name, ended) for ended in self._tries(name, part, fault if is_here else None))
            self.index.is_away = False

    def steps(self, part: str, day: date) -> tuple[str, ...]:
        """What is done in a part of a day."""
        if part != "morning":
            return (f"harvest {day:%Y%m%d}-{part}", "build", "watch")
        is_time = day.toordinal() % HOUSE_EVERY == 0
        return ("close", "watch", *((f"house {self.folder}",) if is_time else ()))

    def _tries(self, name: str, part: Part, fault: Fault | None) -> Iterator[Ended]:
        if fault and fault.what in HOW and self.writes[name]:
            at = 1 + int(fault.share * self.writes[name])
            disturbed = Part(**{**asdict(part), "steps": part.steps, "at": at, "how": HOW[fault.what]})
            ended = self.driver.live(disturbed)
            yield ended
            if ended.returncode == 0:
                return  # an answer was lost, or it came through with fewer writes
            if ended.returncode != KILLED and not RETRIED.search(ended.error):
                raise AssertionError(ended.error)
        ended = self.driver.live(part)
        if ended.returncode:
            raise AssertionError(ended.error)
        self.writes[name] = ended.writes
        yield ended
