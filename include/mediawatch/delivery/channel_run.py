"""One run's work for one recipient's channel: what it asks for, claims, sends and confirms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import TypeVar

from mediawatch import logs, telemetry
from mediawatch.delivery import (
    Bundle,
    Channel,
    ChannelKind,
    MessageStyle,
    Notice,
    OutgoingMessage,
    Recipient,
    SendAttempt,
    SendResult,
    by_topic,
    check,
    compose,
    kind_of,
    may_go,
    message_of,
    title_of,
)
from mediawatch.delivery.cleaning import clean
from mediawatch.delivery.outbox import (
    MOST_ATTEMPTS,
    WAIT_SECONDS,
    Content,
    DeliveryAttempts,
    Outbox,
    fresh_of,
    is_stale,
    size_of,
    subjects_of,
    untold,
)
from mediawatch.delivery.outbox_messages import DeliveryReceipt, OutboxMessage, Subject, Waiting, id_of
from mediawatch.delivery.preferences import Preferences
from mediawatch.delivery.stop_links import StopLinks
from mediawatch.errors import BadConfiguration
from mediawatch.lake.store import Store
from mediawatch.records import Alert, Clock
from mediawatch.records.alert import QUIET_DAYS

Result = TypeVar("Result")


class TimeBox:
    """Until when something may be begun: `seconds` from now, or until `stop` is called."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds
        self._stopped = Event()

    def is_over(self) -> bool:
        """Whether nothing more may be begun."""
        return self._stopped.is_set() or monotonic() >= self._end

    def stop(self) -> None:
        """End it now."""
        self._stopped.set()


def side_by_side(works: Sequence[Callable[[], Result]], most: int, box: TimeBox) -> list[Result]:
    """The results of `works`, in their order; up to `most` of them at once, each in a thread of its own.

    When one raises, the others are finished first and the error is raised then.  An interrupt stops `box`, so that
    whatever looks at it begins nothing more.
    """
    if len(works) < 2:
        return [work() for work in works]
    pool = ThreadPoolExecutor(most, thread_name_prefix="abreast")
    try:
        futures = [pool.submit(work) for work in works]
        errors = [error for future in futures if (error := future.exception()) is not None]
    except BaseException:
        # Without waiting: what hangs in the network would hold up the interrupt.
        box.stop()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    if errors:
        raise errors[0]
    return [future.result() for future in futures]


@dataclass(slots=True, kw_only=True)
class Delivery:
    """What a run did: messages by result, alerts left waiting, told before or too old, and what somebody has to fix.

    `left_out` are topics for which better ones left no place on their day.
    `would_send` are the messages that alerts of past days would have made; they are never sent.
    """

    sent: int = 0
    refused: int = 0
    unknown: int = 0
    waiting: int = 0
    told_before: int = 0
    left_out: int = 0
    stale: int = 0
    would_send: tuple[Bundle, ...] = ()
    problems: list[str] = field(default_factory=list)

    def add(self, others: Iterable[Delivery]) -> None:
        """Add what `others` did."""
        for other in others:
            self.sent += other.sent
            self.refused += other.refused
            self.unknown += other.unknown
            self.waiting += other.waiting
            self.told_before += other.told_before
            self.left_out += other.left_out
            self.stale += other.stale
            self.problems += other.problems

    def count(self, attempt: SendAttempt) -> None:
        """Add one attempt."""
        self.sent += attempt.result is SendResult.SENT
        self.refused += attempt.result is SendResult.REFUSED
        self.unknown += attempt.result is SendResult.UNKNOWN

    def lines(self) -> Iterator[str]:
        """For people: what was done, and what would have been."""
        yield (
            f"{self.sent} sent, {self.refused} refused, {self.unknown} unknown, {self.waiting} waiting,"
            f" {self.told_before} told before{f', {self.left_out} left out' if self.left_out else ''}"
        )
        yield from (f"would have told {bundle.recipient}: {title_of(bundle.lead, 'en')}" for bundle in self.would_send)
        yield from self.problems


_LOG = logs.logger(__name__)

Send = Callable[[str, ChannelKind, OutgoingMessage], SendAttempt]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRun:
    """What all channels of one run share.

    `stop_links` makes the links by which readers stop alerts.  `environ` holds the channels' secrets, `labels` what
    people call the watch lists, by language, `preferences` what recipients think of alerts, by recipient.  Nothing is
    sent once `box` is over.
    """

    store: Store
    clock: Clock
    environ: Mapping[str, str] = field(repr=False)
    sending: Send
    box: TimeBox
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kibana_url: str = ""
    stop_links: StopLinks | None = None
    board_url: str = ""
    preferences: Mapping[str, Preferences] = field(default_factory=dict)


class ChannelRun:
    """One run's work for one recipient's channel; `report` says what it did."""

    def __init__(self, run: DeliveryRun, recipient: Recipient, channel: Channel) -> None:
        self.report = Delivery()
        self._run = run
        self._recipient = recipient
        self._channel = channel
        self._box = Outbox(run.store, recipient.name, channel.name)
        self._preferences = run.preferences.get(recipient.name, Preferences(recipient=recipient.name))
        self._is_slow = False
        self._unclaimed = 0
        self._unsent = 0

    def run(self, wanted: Sequence[Alert], notices: Sequence[Notice]) -> Delivery:
        """Ask for what is wanted, send what may go, try again what is due.

        A channel that did not answer in time is asked no more in this run.  What is left waits for the next one.
        """
        self.ask(wanted, notices)
        if address := self._address():
            for number, course in sorted(self._box.attempts_by_number().items()):
                self._go_on(number, course, address)
            self._send_what_may_go(address)
        return self._told_of(self._box.waiting())

    def ask(self, wanted: Sequence[Alert], notices: Sequence[Notice]) -> None:
        """Let what no letter has told wait; nothing for a recipient who is muted."""
        if not self._recipient.is_muted(self._run.clock()):
            self._ask(wanted, notices, self._box.told(self._box.attempts_by_number()))

    def tell(self, notice: Notice) -> Delivery:
        """Send `notice` if it waits and may go; everything else is left to the next `run`."""
        only = {notice.notice_id}
        if address := self._address():
            self._send_what_may_go(address, only)
        return self._told_of([each for each in self._box.waiting() if id_of(each.subject) in only])

    def _told_of(self, waiting: Sequence[Waiting]) -> Delivery:
        self.report.waiting += len(waiting) + self._unsent
        if left := self._unclaimed + self._unsent:
            why = "no answer in time" if self._is_slow else "the time for sending is over"
            self.report.problems.append(f"{self._name}: {why}; messages left for the next run: {left}")
        return self.report

    @property
    def _is_left(self) -> bool:
        """Whether nothing more is sent in this run."""
        return self._is_slow or self._run.box.is_over()

    @property
    def _name(self) -> str:
        return f"{self._recipient.name}/{self._channel.name}"

    def _ask(self, wanted: Sequence[Alert], notices: Sequence[Notice], told: Mapping[str, DeliveryReceipt]) -> None:
        groups = by_topic(wanted)
        fresh = [alerts for group in groups if (alerts := fresh_of(group, told))]
        best = untold(fresh, told, self._recipient.at_most, self._preferences.score)
        news = [notice for notice in notices if notice.notice_id not in told]
        asked = [*subjects_of(best), *news]
        for subject in asked:
            self._box.ask(subject, self._run.clock())
        self._leave_out([alert for group in fresh for alert in group], asked)
        self.report.left_out += len(fresh) - size_of(best)
        self.report.told_before += len(groups) - len(fresh) + len(notices) - len(news)

    def _leave_out(self, fresh: Sequence[Alert], asked: Sequence[Subject]) -> None:
        """Let what better topics took the place of wait no more."""
        out = {alert.alert_id for alert in fresh} - {id_of(subject) for subject in asked}
        for each in self._box.waiting() if out else ():
            if id_of(each.subject) in out:
                self._box.forget(each.subject)

    def _address(self) -> str:
        """The channel's address, "" when somebody has to fix it first."""
        try:
            address = self._channel.address(self._run.environ)
            check(address)
        except BadConfiguration as error:
            self.report.problems.append(f"{self._name}: {error}")
            return ""
        return address

    def _send_what_may_go(self, address: str, only: Collection[str] | None = None) -> None:
        """Claim and send, one message after the other, what waits and may go; or of `only` these ids."""
        for content in self._contents(self._ready(only)):
            if self._is_left:
                self._unclaimed += 1
            elif (number := self._claim(content)) is not None:
                self._go_on(number, DeliveryAttempts(), address)

    def _ready(self, only: Collection[str] | None) -> list[Subject]:
        """What waits and may go."""
        now = self._run.clock()
        ready: list[Subject] = []
        for each in self._box.waiting():
            if only is not None and id_of(each.subject) not in only:
                continue
            if is_stale(each.requested_at, now):
                self._box.forget(each.subject)
                self.report.stale += 1
            elif may_go(self._recipient, each.requested_at, now):
                ready.append(each.subject)
        return ready

    def _contents(self, ready: Sequence[Subject]) -> list[Content]:
        """What goes out as one message each: a topic, or all of them in a digest of alerts, and every notice."""
        groups = by_topic([each for each in ready if isinstance(each, Alert)])
        notices = [each for each in ready if isinstance(each, Notice)]
        if self._recipient.digest_at is None or not groups:
            in_order = sorted(groups, key=lambda group: group[0].day)
            return [*([group] for group in in_order), *notices]
        return [groups, *notices]

    def _claim(self, content: Content) -> int | None:
        """The number of a new letter with what no letter has told of `content`; None when all is told.

        Whoever loses the number to another worker reads what that one wrote and looks again.
        """
        while True:
            numbers = list(self._box.attempts_by_number())
            told = self._box.told(numbers)
            fresh = untold(content, told, self._recipient.at_most, self._preferences.score)
            number = max(numbers, default=0) + 1
            if fresh and not self._box.claim(number, fresh, self._run.clock(), told):
                continue
            self.report.told_before += size_of(content) - size_of(fresh)
            for subject in subjects_of(content):
                self._box.forget(subject)
            return number if fresh else None

    def _go_on(self, number: int, course: DeliveryAttempts, address: str) -> None:
        """Make the letter's next attempt, if one is allowed and due."""
        kind, now = kind_of(address), self._run.clock()
        is_idempotent = self._channel.is_idempotent(kind)
        if self._recipient.is_held(now) or not _is_next(self._box, number, course, now, is_idempotent=is_idempotent):
            return
        letter = self._box.letter(number)
        attempt = course.attempts + 1
        if is_stale(letter.created_at, now):
            return
        if self._is_left:
            self._unsent += 1
            return
        if not self._box.begin(number, attempt, now):
            return
        with telemetry.span("send message", recipient=self._recipient.name, channel=self._channel.name):
            outcome = self._run.sending(address, kind, self._outgoing(letter, kind))
        self._is_slow = outcome.is_slow
        _LOG.info(
            "message",
            recipient=self._recipient.name,
            channel=self._channel.name,
            letter=number,
            attempt=attempt,
            result=outcome.result,
            reason=outcome.reason,
        )
        self._box.end(number, attempt, outcome, self._run.clock())
        self.report.count(outcome)

    def _outgoing(self, letter: OutboxMessage, kind: ChannelKind) -> OutgoingMessage:
        if letter.notice:
            return outgoing_notice(letter.notice, kind, letter.mark)
        look = MessageStyle(
            language=self._recipient.language,
            timezone=self._recipient.timezone,
            dialect=kind.dialect,
            labels=self._run.labels.get(self._recipient.language),
            kibana=self._run.kibana_url,
            board=self._run.board_url,
            has_digits=kind.takes_html,
            quiet_days=QUIET_DAYS,
            preferences=self._preferences,
            stop=self._stop_link,
        )
        leads = [group[0] for group in letter.groups]
        fields = {
            "alert_ids": ",".join(alert.alert_id for alert in leads),
            "steps": ",".join(str(alert.step) for alert in leads),
            "kinds": ",".join(alert.kind.value for alert in leads),
            "terms": ",".join(clean(alert.term) for alert in leads),
        }
        return OutgoingMessage(message=compose(_as_told(letter), look), key=letter.mark, fields=fields)

    def _stop_link(self, alert: Alert) -> str:
        links = self._run.stop_links
        return links.link(alert, self._recipient.name, self._recipient.language) if links else ""


def outgoing_notice(notice: Notice, kind: ChannelKind, key: str) -> OutgoingMessage:
    """A notice on its way through a channel of this kind."""
    fields = {"notice_id": notice.notice_id, "kinds": notice.kind.value, "day": notice.day.isoformat()}
    return OutgoingMessage(message=message_of(notice, kind.dialect), key=key, fields=fields)


def _as_told(letter: OutboxMessage) -> list[list[Alert]]:
    """The alerts of a letter, with what was never told before as no update, whatever step it has reached meanwhile."""
    return [
        [alert if alert.alert_id in letter.updates else replace(alert, step=0) for alert in group]
        for group in letter.groups
    ]


def _is_next(box: Outbox, number: int, course: DeliveryAttempts, now: datetime, *, is_idempotent: bool) -> bool:
    """Whether a letter may be attempted now: never after it was sent, and in doubt only where repeats are dropped."""
    if not course.attempts:
        return True
    if course.last == "sent" or course.attempts >= MOST_ATTEMPTS:
        return False
    if course.last == "begun":
        return is_idempotent and not box.is_in_flight(number, course, now)
    if course.last == "unknown" and not is_idempotent:
        return False
    ended = box.ended(number, course)
    return not ended.is_final and now >= ended.at + timedelta(seconds=WAIT_SECONDS[course.attempts - 1])
