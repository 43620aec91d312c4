"""Delivery: alerts go to their recipients, each once, and the outbox says what became of every one.

A run asks for what today's alerts are to tell, and then works through every channel: what may go now is claimed, sent
and confirmed; what failed before is tried again when its time has come.  Any number of workers may run at once, and any
of them may die anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from mediawatch.alerting import (
    Attempt,
    Bundle,
    Channel,
    ChannelKind,
    Fate,
    Look,
    Parcel,
    Recipient,
    by_topic,
    check,
    compose,
    due,
    headline_of,
    kind_of,
    may_go,
    send,
)
from mediawatch.alerting.cleaning import clean
from mediawatch.errors import BadConfiguration
from mediawatch.records import Alert
from mediawatch.stages.letters import Letter
from mediawatch.stages.newsroom import Newsroom
from mediawatch.stages.outbox import MOST_ATTEMPTS, WAIT_SECONDS, Box, Course, is_stale, is_told
from mediawatch.watching import WatchList

Send = Callable[[str, ChannelKind, Parcel], Attempt]


@dataclass(slots=True, kw_only=True)
class Delivery:
    """What a run did: messages by fate, alerts left waiting, told before or too old, and what somebody has to mend.

    `would_send` are the messages that alerts of past days would have made; they are never sent.
    """

    sent: int = 0
    refused: int = 0
    unknown: int = 0
    waiting: int = 0
    told_before: int = 0
    stale: int = 0
    would_send: tuple[Bundle, ...] = ()
    problems: list[str] = field(default_factory=list)

    def count(self, attempt: Attempt) -> None:
        """Add one attempt."""
        self.sent += attempt.fate is Fate.SENT
        self.refused += attempt.fate is Fate.REFUSED
        self.unknown += attempt.fate is Fate.UNKNOWN

    def lines(self) -> Iterator[str]:
        """For people: what was done, and what would have been."""
        yield (
            f"{self.sent} sent, {self.refused} refused, {self.unknown} unknown, {self.waiting} waiting,"
            f" {self.told_before} told before"
        )
        yield from (
            f"would have told {bundle.recipient}: {headline_of(bundle.lead, 'en')}" for bundle in self.would_send
        )
        yield from self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What all channels of one run share."""

    newsroom: Newsroom
    labels: Mapping[str, Mapping[str, str]]
    environ: Mapping[str, str]
    kibana_url: str
    sending: Send
    report: Delivery

    @property
    def now(self) -> datetime:
        return self.newsroom.clock()


def deliver(
    newsroom: Newsroom,
    alerts: Iterable[Alert],
    *,
    recipients: Sequence[Recipient],
    watchlists: Sequence[WatchList] = (),
    live_days: Collection[date] | None = None,
    environ: Mapping[str, str] | None = None,
    kibana_url: str = "",
    sending: Send = send,
) -> Delivery:
    """Tell `recipients` of `alerts`, and go on with what earlier runs left.

    Only alerts of `live_days` (by default the newsroom's today) are sent; those of other days are reported as what
    would have been.  `environ` holds the channels' secrets (by default the process's own).  A channel that cannot be
    used is reported in `problems` and holds up nobody else.
    """
    environ = os.environ if environ is None else environ
    live = {newsroom.today} if live_days is None else live_days
    known = sorted(alerts, key=lambda alert: (alert.alert_id, alert.step))
    asked_for = {each.name: each.recipients for each in watchlists}
    report = Delivery()
    past = [alert for alert in known if alert.day not in live]
    report.would_send = due(past, recipients, newsroom.clock(), asked_for)
    labels = {"zh": {w.name: w.label.zh for w in watchlists}, "en": {w.name: w.label.en for w in watchlists}}
    round_ = _Round(
        newsroom=newsroom, labels=labels, environ=environ, kibana_url=kibana_url, sending=sending, report=report
    )
    present = [alert for alert in known if alert.day in live]
    for recipient in recipients:
        if recipient.enabled:
            wanted = [alert for alert in present if recipient.wants(alert, asked_for)]
            for channel in recipient.channels:
                _Errand(round_, recipient, channel).run(wanted)
    return report


class _Errand:
    """One run's work for one recipient's channel."""

    def __init__(self, round_: _Round, recipient: Recipient, channel: Channel) -> None:
        self._round = round_
        self._recipient = recipient
        self._channel = channel
        self._box = Box(round_.newsroom.store, recipient.name, channel.name)

    def run(self, wanted: Sequence[Alert]) -> None:
        """Ask for what is wanted, send what may go, try again what is due."""
        courses = self._box.courses()
        if not self._recipient.is_muted(self._round.now):
            self._ask(wanted, courses)
        try:
            address = self._channel.address(self._round.environ)
            check(address)
        except BadConfiguration as error:
            self._round.report.problems.append(f"{self._recipient.name}/{self._channel.name}: {error}")
            self._round.report.waiting += len(self._box.waiting())
            return
        for number in self._claim_what_may_go():
            courses[number] = Course()
        for number, course in courses.items():
            self._go_on(number, course, address)
        self._round.report.waiting += len(self._box.waiting())

    def _ask(self, wanted: Sequence[Alert], courses: Mapping[int, Course]) -> None:
        told = self._box.told(courses)
        for group in by_topic(wanted):
            if is_told(group, told):
                self._round.report.told_before += 1
                continue
            for alert in group:
                self._box.ask(alert, self._round.now)

    def _claim_what_may_go(self) -> list[int]:
        """The letters made of what waits and may go; each topic once, whoever else is at it."""
        now = self._round.now
        ready: list[Alert] = []
        for each in self._box.waiting():
            if is_stale(each.requested_at, now):
                self._box.forget(each.alert)
                self._round.report.stale += 1
            elif may_go(self._recipient, each.requested_at, now):
                ready.append(each.alert)
        groups = by_topic(ready)
        shares = [[group] for group in groups] if self._recipient.digest_at is None else [groups]
        return [number for share in shares if share and (number := self._claim(share)) is not None]

    def _claim(self, groups: Sequence[tuple[Alert, ...]]) -> int | None:
        """The number of a new letter with those of `groups` that no letter has told; None when all are told.

        Whoever loses the number to another worker reads what that one wrote and looks again.
        """
        while True:
            numbers = list(self._box.courses())
            told = self._box.told(numbers)
            fresh = [group for group in groups if not is_told(group, told)]
            number = max(numbers, default=0) + 1
            if fresh and not self._box.claim(number, fresh, self._round.now, told):
                continue
            self._round.report.told_before += len(groups) - len(fresh)
            for alert in (alert for group in groups for alert in group):
                self._box.forget(alert)
            return number if fresh else None

    def _go_on(self, number: int, course: Course, address: str) -> None:
        """Make the letter's next attempt, if one is allowed and due."""
        kind, now = kind_of(address), self._round.now
        is_idempotent = self._channel.is_idempotent(kind)
        if self._recipient.is_held(now) or not _is_next(self._box, number, course, now, is_idempotent=is_idempotent):
            return
        letter = self._box.letter(number)
        attempt = course.attempts + 1
        if is_stale(letter.created_at, now) or not self._box.begin(number, attempt, now):
            return
        outcome = self._round.sending(address, kind, self._parcel(letter, kind))
        self._box.end(number, attempt, outcome, self._round.now)
        self._round.report.count(outcome)

    def _parcel(self, letter: Letter, kind: ChannelKind) -> Parcel:
        look = Look(
            language=self._recipient.language,
            timezone=self._recipient.timezone,
            dialect=kind.dialect,
            labels=self._round.labels[self._recipient.language],
            kibana=self._round.kibana_url,
        )
        leads = [group[0] for group in letter.groups]
        fields = {
            "alert_ids": ",".join(alert.alert_id for alert in leads),
            "steps": ",".join(str(alert.step) for alert in leads),
            "kinds": ",".join(alert.kind.value for alert in leads),
            "terms": ",".join(clean(alert.term) for alert in leads),
        }
        return Parcel(message=compose(_as_told(letter), look), key=letter.mark, fields=fields)


def _as_told(letter: Letter) -> list[list[Alert]]:
    """The alerts of a letter, with what was never told before as no update, whatever step it has reached meanwhile."""
    return [
        [alert if alert.alert_id in letter.updates else replace(alert, step=0) for alert in group]
        for group in letter.groups
    ]


def _is_next(box: Box, number: int, course: Course, now: datetime, *, is_idempotent: bool) -> bool:
    """Whether a letter may be attempted now: never after it was sent, and in doubt only where repeats are dropped."""
    if not course.attempts:
        return True
    if course.last == "sent" or course.attempts >= MOST_ATTEMPTS:
        return False
    if course.last == "begun":
        return is_idempotent and not box.is_in_flight(number, course, now)
    if course.last == "unknown" and not is_idempotent:
        return False
    ended_at, _ = box.ended(number, course)
    return now >= ended_at + timedelta(seconds=WAIT_SECONDS[course.attempts - 1])
