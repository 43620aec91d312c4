"""Which messages alerts make: one a topic and recipient, each due when its recipient wants it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mediawatch.delivery.hours import last_at, next_at
from mediawatch.delivery.recipients import Recipient
from mediawatch.language import fold
from mediawatch.records import Alert, AlertKind

_ORDER = (AlertKind.NEW, AlertKind.BACK, AlertKind.RISING, AlertKind.WATCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Alerts about one topic for one recipient: the one that is told in full first, then the others.

    `due_at` is the instant from which it may be sent.
    """

    recipient: str
    alerts: tuple[Alert, ...]
    due_at: datetime

    @property
    def lead(self) -> Alert:
        """The alert that is told in full."""
        return self.alerts[0]


def due(
    alerts: Iterable[Alert],
    recipients: Iterable[Recipient],
    now: datetime,
    asked_for: Mapping[str, tuple[str, ...]] | None = None,
    scores: Mapping[str, Callable[[Alert], float]] | None = None,
) -> tuple[Bundle, ...]:
    """What each recipient is to get of `alerts`, by recipient and then best first; a muted one gets nothing.

    `asked_for` gives the recipients that each watch list names.  Nothing counts as told before.
    `scores` says how good an alert is for a recipient, by its own score where that is not given.
    """
    known = list(alerts)
    return tuple(
        Bundle(recipient=each.name, alerts=group, due_at=due_at(each, now))
        for each in recipients
        if each.enabled and not each.is_muted(now)
        for group in best_of(
            by_topic([alert for alert in known if each.wants(alert, asked_for or {})]),
            each.at_most,
            score=(scores or {}).get(each.name),
        )
    )


def due_at(recipient: Recipient, now: datetime) -> datetime:
    """The first instant from `now` on at which a message to `recipient` may go.

    A digest waits for its time of day, and goes at that time even in quiet hours: it was asked for by the clock.
    """
    if recipient.digest_at is not None:
        return next_at(recipient.digest_at, now, recipient.timezone)
    quiet = recipient.quiet_hours
    return quiet.over_at(now, recipient.timezone) if quiet else now


def may_go(recipient: Recipient, requested_at: datetime, now: datetime) -> bool:
    """Whether a message that was asked for at `requested_at` may be sent at `now`."""
    if recipient.is_held(now):
        return False
    digest_at = recipient.digest_at
    return digest_at is None or requested_at <= last_at(digest_at, now, recipient.timezone)


def newest(alerts: Iterable[Alert]) -> list[Alert]:
    """Each alert once, as its newest day and step tell it; an episode of several days has an alert on each of them."""
    found: dict[str, Alert] = {}
    for alert in sorted(alerts, key=lambda one: (one.alert_id, one.day, one.step)):
        found[alert.alert_id] = alert
    return list(found.values())


def by_topic(alerts: Sequence[Alert]) -> list[tuple[Alert, ...]]:
    """Alerts of one topic and day together, whatever rule found them; newest day first, groups and members best first.

    An alert joins the group of its day whose best alert names the topic alike, has its word among its own, or shares
    half of the articles of both: a broad watch list joins one topic and does not glue several together.  What two days
    say of a topic are two messages: each has its own articles.
    """
    groups: list[list[Alert]] = []
    for alert in sorted(alerts, key=_rank):
        home = next((group for group in groups if group[0].day == alert.day and is_one_topic(group[0], alert)), None)
        if home is None:
            groups.append([alert])
        else:
            home.append(alert)
    return [tuple(group) for group in groups]


def best_of(
    groups: Sequence[tuple[Alert, ...]],
    at_most: int | None,
    *,
    told: Container[str] = frozenset(),
    taken: Mapping[date, int] | None = None,
    score: Callable[[Alert], float] | None = None,
) -> list[tuple[Alert, ...]]:
    """Those of `groups`, one topic each, that have a place among the `at_most` best of their day, in their order.

    `taken` says how many places of each day earlier messages have.  What a watch list asked for, and what goes on with
    an alert of `told` (their ids), needs none.  None means that there is room for all.  `score` says how good
    an alert is, its own score unless given.
    """
    if at_most is None:
        return list(groups)
    left = {day: at_most - used for day, used in (taken or {}).items()}
    chosen: set[int] = set()
    for number in sorted(range(len(groups)), key=lambda number: (-_best_score(groups[number], score), number)):
        group, day = groups[number], groups[number][0].day
        needs_none = any(alert.kind is AlertKind.WATCH or alert.alert_id in told for alert in group)
        if needs_none or left.setdefault(day, at_most) > 0:
            chosen.add(number)
            left[day] = left.get(day, at_most) - (not needs_none)
    return [group for number, group in enumerate(groups) if number in chosen]


def _best_score(group: Sequence[Alert], score: Callable[[Alert], float] | None) -> float:
    return max(score(alert) if score else alert.score for alert in group)


def names_of(alert: Alert) -> frozenset[str]:
    """The folded words by which an alert's topic is known."""
    return frozenset(fold(word) for word in (alert.topic, alert.term) if word)


def is_one_topic(one: Alert, other: Alert) -> bool:
    """Whether two alerts name their topic alike, or share half of the articles of both."""
    if names_of(one) & _words(other) or names_of(other) & _words(one):
        return True
    shared = len(set(one.article_ids) & set(other.article_ids))
    return shared > 0 and 2 * shared >= max(len(set(one.article_ids)), len(set(other.article_ids)))


def _words(alert: Alert) -> frozenset[str]:
    return names_of(alert) | {fold(word) for word in (*alert.forms, *alert.also)}


def _rank(alert: Alert) -> tuple[int, bool, int, float, str, int]:
    """The newest day first; what a rule found before what a list asked for: it has the fuller evidence; then by kind
    and score."""
    is_watched, kind = alert.kind is AlertKind.WATCH, _ORDER.index(alert.kind)
    return -alert.day.toordinal(), is_watched, kind, -alert.score, alert.alert_id, alert.step
