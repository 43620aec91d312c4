"""Dismissals: alerts that a person found to be of no use, and what follows from it.

    dismissals/<alert id>.json      the words, the reason, the day, and whose word it is where that is known

A dismissal is a decision, so it is a fact.  Its words make no new, back or rising alert for a while, and it counts
against the rule that made the alert on that rule's scorecard.  That of a match of a watch list mutes its word in that
list for a while, and nothing else: the list's other words are told, and so is the word by other lists and rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mediawatch.context import Context
from mediawatch.errors import BadRequest
from mediawatch.keywords.watching import Exclusion
from mediawatch.lake.damage import reading
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.store import Store
from mediawatch.records import Alert, AlertKind
from mediawatch.records.alert import QUIET_DAYS

_PREFIX: Final = "dismissals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissal:
    """A person's word, of the day `on`, that the alert was of no use; `by` is who said so, "" where that is not known.

    `words` are the alert's topic and its forms, `articles` those it counted; `watchlists` the lists whose match it was.
    """

    alert_id: str
    rule: str
    kind: str
    words: tuple[str, ...]
    articles: frozenset[str]
    why: str
    on: date
    watchlists: tuple[str, ...] = ()
    by: str = ""

    @property
    def until(self) -> date:
        """The last day it holds."""
        return self.on + timedelta(days=QUIET_DAYS)

    def exclusion(self) -> Exclusion:
        """The words as an entry of the exclusion list."""
        return Exclusion(words=self.words, why=self.why, since=self.on, until=self.until)

    def covers(self, alert: Alert) -> bool:
        """Whether `alert` is of the same event under another word: half of its articles are the dismissed one's.

        What a watch list matched is no event: a dismissed match covers nothing.
        """
        shared = len(self.articles.intersection(alert.article_ids))
        return not self.watchlists and shared > 0 and 2 * shared >= len(alert.article_ids)


class NoReason(BadRequest):
    """A dismissal does not say what made the alert useless."""


class DismissedBefore(BadRequest):
    """Somebody dismissed the alert before."""


def dismiss(context: Context, alert: Alert, why: str, *, by: str = "") -> Dismissal:
    """Record that `alert` was of no use, as `by` says.

    Raises NoReason without a reason, DismissedBefore when somebody has said so before.
    """
    if not why.strip():
        raise NoReason("A dismissal needs a reason: --why says what made the alert useless.")
    found = Dismissal(
        alert_id=alert.alert_id,
        rule=alert.rule,
        kind=alert.kind.value,
        words=tuple(dict.fromkeys((alert.topic, alert.term, *alert.forms))),
        articles=frozenset(alert.article_ids),
        why=why.strip(),
        on=context.today,
        watchlists=_lists_of(alert.kind.value, alert.rule),
        by=by,
    )
    document = {
        "rule": found.rule,
        "kind": found.kind,
        "words": list(found.words),
        "articles": sorted(found.articles),
        "why": found.why,
        "on": found.on.isoformat(),
        "by": found.by,
    }
    key = f"{_PREFIX}/{alert.alert_id}.json"
    if not context.store.create(key, dump_at(key, document)):
        raise DismissedBefore(f"{alert.alert_id} was dismissed before: `mediawatch alerts --dismissed` shows why.")
    return found


def dismissals(store: Store) -> Iterator[Dismissal]:
    """All dismissals, by alert."""
    for key in store.list(_PREFIX):
        if key.endswith(".json"):
            yield _read(store, key)


def _read(store: Store, key: str) -> Dismissal:
    document = load(store.read(key), key)
    with reading(key):
        return Dismissal(
            alert_id=key.removeprefix(f"{_PREFIX}/").removesuffix(".json"),
            rule=document["rule"],
            kind=document["kind"],
            words=tuple(document["words"]),
            articles=frozenset(document["articles"]),
            why=document["why"],
            on=date.fromisoformat(document["on"]),
            watchlists=_lists_of(document["kind"], document["rule"]),
            by=document.get("by", ""),
        )


def _lists_of(kind: str, rule: str) -> tuple[str, ...]:
    """The watch list whose match an alert was: the rule of such a one is called watch:NAME."""
    return (rule.partition(":")[2],) if kind == AlertKind.WATCH and ":" in rule else ()
