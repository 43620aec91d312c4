"""The seam to what is counted over articles: stories, alerts, terms.  None always says: not counted yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from mediawatch.lake.partitions import PartitionKey, current, read_columns, read_rows
from mediawatch.lake.store import Store
from mediawatch.language import fold
from mediawatch.records import Alert, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One number that a rule judged a word by; `name` is one of FACTS."""

    name: str
    value: float | None


FACTS = ("articles", "stories", "voices", "usual", "ratio", "p_value", "effect", "score", "baseline_days")
"""The numbers a rule may judge by; the catalogue of messages has `fact.<name>` for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a word did or did not fire on `day`, by one rule.

    `gate` is the first that it failed, empty where it passed all: told by the message `gate.<gate>` (spaces as
    underscores), or as it is.  `topic` is the word that its alert goes by.
    """

    rule: str
    day: date
    has_fired: bool
    gate: str = ""
    topic: str = ""
    facts: tuple[Fact, ...] = ()


class Counts(Protocol):
    """What the pages need of stories, terms and alerts; every method may answer None: not counted yet."""

    def stories(self, day: date) -> Sequence[Story] | None:
        """The stories that got an article on `day`, in any order."""
        ...

    def alerts(self, first: date, last: date) -> Sequence[Alert] | None:
        """The alerts of the days from `first` to `last`, in any order; one row an alert and day."""
        ...

    def forms(self, word: str) -> Sequence[str]:
        """All spellings of `word` that are counted as one, `word` among them; at least itself."""
        ...

    def explanations(self, word: str, day: date) -> Sequence[Explanation] | None:
        """For each rule why `word` fired on `day` or did not."""
        ...


class LakeCounts:
    """What the lake holds of them today: the stories of the stage `cluster`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def stories(self, day: date) -> Sequence[Story] | None:
        """As Counts has it."""
        receipt = current(self._store, PartitionKey(stage="cluster", day=day))
        if receipt is None or "stories" not in receipt.tables:
            return None
        # The table has the stories of the days before as well, which a new copy may join.
        today = set(read_columns(self._store, receipt, "clustered", ["story_id"])["story_id"].to_pylist())
        return [story for story in read_rows(self._store, receipt, "stories", Story) if story.story_id in today]

    def alerts(self, first: date, last: date) -> Sequence[Alert] | None:
        """As Counts has it."""
        return None

    def forms(self, word: str) -> Sequence[str]:
        """As Counts has it: without a table of aliases a word is its only form."""
        return (word,)

    def explanations(self, word: str, day: date) -> Sequence[Explanation] | None:
        """As Counts has it."""
        return None


def by_voices(stories: Sequence[Story]) -> list[Story]:
    """The stories most voices tell first; then most articles, then the newest."""
    return sorted(stories, key=lambda s: (-s.voices, -s.articles, -s.newest_at.timestamp(), s.story_id))


def by_score(alerts: Sequence[Alert]) -> list[Alert]:
    """Newest day first, within it the highest score first."""
    return sorted(alerts, key=lambda a: (-a.day.toordinal(), -a.score, a.alert_id))


def about(alerts: Sequence[Alert], word: str) -> list[Alert]:
    """The alerts whose term, forms or topic are `word`, in either script."""
    wanted = fold(word)
    return [a for a in by_score(alerts) if wanted in {fold(form) for form in (a.term, a.topic, *a.forms, *a.also)}]
