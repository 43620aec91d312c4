"""The way to what is counted over articles: stories, alerts, terms.  None always says: not counted yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from mediawatch.context import Context
from mediawatch.keywords import Gate, WordFacts
from mediawatch.keywords.detect_stage import alerts_of, candidates_of, name_of
from mediawatch.keywords.dismissals import Dismissal, dismissals
from mediawatch.keywords.word_facts import word_facts
from mediawatch.lake.partitions import PartitionKey, current, read_columns, read_rows
from mediawatch.language import fold
from mediawatch.records import Alert, Story
from mediawatch.tables.keywords import CandidateRow
from mediawatch.tables.stories import CLUSTERED, STORIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One number that a rule judged a word by; `name` is one of FACTS."""

    name: str
    value: float | None


FACTS = ("articles", "stories", "publishers", "usual", "ratio", "p_value", "effect", "score", "baseline_days")
"""The numbers a rule may judge by; the catalogue of messages has `fact.<name>` for each."""
_COMPARED = ("ratio", "effect")
"""Those that compare with the baseline, and say nothing where it does not have the word."""
_COUNTED = ("articles", "stories", "publishers")
"""Those that the page shows beside it, as every alert tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdict:
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

    def dismissals(self) -> Mapping[str, Dismissal]:
        """{alert id: its dismissal} of the alerts that a person found to be of no use."""
        ...

    def forms(self, word: str) -> Sequence[str]:
        """All spellings of `word` that are counted as one, `word` among them; at least itself."""
        ...

    def explanations(self, word: str, day: date) -> Sequence[RuleVerdict] | None:
        """For each rule why `word` fired on `day` or did not."""
        ...

    def facts(self, word: str, day: date) -> WordFacts | None:
        """What is known of `word` on `day`; None also for what cannot be counted."""
        ...

    def publisher(self, name: str) -> str:
        """What people call a publisher."""
        ...


class LakeCounts:
    """What the lake holds of them: the partitions that clustering and watching leave."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store

    def stories(self, day: date) -> Sequence[Story] | None:
        """As Counts has it."""
        receipt = current(self._store, PartitionKey(stage="cluster", day=day))
        if receipt is None or "stories" not in receipt.tables:
            return None
        # The table has the stories of the days before as well, which a new copy may join.
        today = set(read_columns(self._store, receipt, CLUSTERED, ["story_id"])["story_id"].to_pylist())
        return [story for story in read_rows(self._store, receipt, STORIES) if story.story_id in today]

    def alerts(self, first: date, last: date) -> Sequence[Alert] | None:
        """As Counts has it."""
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        if not any(self._is_judged(day) for day in days):
            return None
        return [alert for day in days for alert in alerts_of(self._store, day)]

    def dismissals(self) -> Mapping[str, Dismissal]:
        """As Counts has it."""
        return {dismissal.alert_id: dismissal for dismissal in dismissals(self._store)}

    def forms(self, word: str) -> Sequence[str]:
        """As Counts has it."""
        aliases = self._context.aliases
        return tuple(dict.fromkeys((word, *aliases.forms(aliases.canonical(word)))))

    def explanations(self, word: str, day: date) -> Sequence[RuleVerdict] | None:
        """As Counts has it; a word that stood out in no way has none."""
        if not self._is_judged(day):
            return None
        term = self._context.aliases.canonical(word)
        told = {alert.topic: alert for alert in alerts_of(self._store, day)}
        return [_explanation(row, day, told.get(term)) for row in candidates_of(self._store, day) if row.term == term]

    def facts(self, word: str, day: date) -> WordFacts | None:
        """As Counts has it."""
        return word_facts(self._context, word, day)

    def publisher(self, name: str) -> str:
        """As Counts has it."""
        return name_of(self._context, name)

    def _is_judged(self, day: date) -> bool:
        return current(self._store, PartitionKey(stage="detect", day=day)) is not None


def _explanation(row: CandidateRow, day: date, alert: Alert | None) -> RuleVerdict:
    left_out = _COUNTED if row.usual else (*_COUNTED, *_COMPARED)
    values = {name: getattr(row, name, None) for name in FACTS if name not in left_out}
    return RuleVerdict(
        rule=alert.rule if alert else "",
        day=day,
        has_fired=alert is not None,
        gate="" if row.gate == Gate.PASSED else row.gate,
        topic=alert.term if alert else "",
        facts=tuple(Fact(name=name, value=value) for name, value in values.items() if value is not None),
    )


def by_publishers(stories: Sequence[Story]) -> list[Story]:
    """The stories most publishers tell first; then most articles, then the newest."""
    return sorted(stories, key=lambda s: (-s.publishers, -s.articles, -s.newest_at.timestamp(), s.story_id))


def by_score(alerts: Sequence[Alert]) -> list[Alert]:
    """Newest day first, within it the highest score first."""
    return sorted(alerts, key=lambda a: (-a.day.toordinal(), -a.score, a.alert_id))


def last_of_each(alerts: Iterable[Alert]) -> list[Alert]:
    """Of several days of one alert the last."""
    return list({alert.alert_id: alert for alert in sorted(alerts, key=lambda a: a.day)}.values())


def about(alerts: Sequence[Alert], word: str) -> list[Alert]:
    """The alerts whose term, forms or topic are `word`, in either script."""
    wanted = fold(word)
    return [a for a in by_score(alerts) if wanted in {fold(form) for form in (a.term, a.topic, *a.forms, *a.also)}]
