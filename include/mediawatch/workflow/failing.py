"""A task that failed for good is told to those who ask for it, once for each error of a task and day.

The message goes through the outbox as every other, so that several failures at once, or a kill in between, make one.
Where the lake is what failed, it goes without: once, at once, and the log says so.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from mediawatch.delivery import (
    Channel,
    ChannelKind,
    MessageKind,
    Notice,
    OutgoingMessage,
    Recipient,
    SendAttempt,
    TaskFailure,
    check,
    compose_failure,
    kind_of,
    read_recipients,
    send,
)
from mediawatch.delivery.channel_run import (
    ChannelRun,
    Delivery,
    DeliveryRun,
    Send,
    TimeBox,
    outgoing_notice,
    side_by_side,
)
from mediawatch.delivery.deliver import AT_ONCE, SECONDS
from mediawatch.errors import BadConfiguration, MediawatchError
from mediawatch.keywords.watching.watchlist import RECIPIENTS
from mediawatch.lake.opening import open_store
from mediawatch.records import Clock, day_of, now
from mediawatch.settings import Settings


def tell_failure(
    settings: Settings,
    failure: TaskFailure,
    *,
    clock: Clock = now,
    environ: Mapping[str, str] | None = None,
    sending: Send = send,
) -> Delivery:
    """Tell the recipients of failures; those in quiet hours, or with a time of day, get it from a later run.

    Needs the lake and the file of recipients, nothing else: what failed may be any other part.  Raises
    BadConfiguration for a faulty file of recipients.
    """
    environ = os.environ if environ is None else environ
    day, box = day_of(clock(), settings.timezone), TimeBox(SECONDS)
    recipients = read_recipients(settings.watchlists_dir / RECIPIENTS)
    ways = [
        _Way(settings, recipient, channel, compose_failure(failure, day, recipient.language), _Post(sending), box)
        for recipient in recipients
        if MessageKind.FAILURES in recipient.messages
        for channel in recipient.channels
    ]
    # All ask before the first one sends: whoever is killed while a channel hangs has asked for everybody.
    for way in ways:
        way.take(_Way.ask, clock, environ)
    side_by_side([partial(way.take, _Way.tell, clock, environ) for way in ways], AT_ONCE, box)
    report = Delivery()
    report.add(way.report for way in ways)
    return report


@dataclass(slots=True)
class _Post:
    """Sends, and remembers what became of it."""

    sending: Send
    outcomes: list[SendAttempt] = field(default_factory=list)

    def __call__(self, address: str, kind: ChannelKind, outgoing: OutgoingMessage) -> SendAttempt:
        self.outcomes.append(self.sending(address, kind, outgoing))
        return self.outcomes[-1]


@dataclass(slots=True)
class _Way:
    """From a failure to one channel of one recipient: through the outbox as long as the lake can be used."""

    settings: Settings
    recipient: Recipient
    channel: Channel
    notice: Notice
    post: _Post
    box: TimeBox
    report: Delivery = field(default_factory=Delivery)
    is_over: bool = False

    def take(self, step: Callable[[_Way, ChannelRun], None], clock: Clock, environ: Mapping[str, str]) -> None:
        """One step through the outbox; where that fails, the message goes without it unless it has gone already."""
        if self.is_over:
            return
        try:
            store = open_store(self.settings.lake_url)
            run = DeliveryRun(store=store, clock=clock, environ=environ, sending=self.post, box=self.box)
            step(self, ChannelRun(run, self.recipient, self.channel))
        except (MediawatchError, OSError) as error:
            self.is_over = True
            self._say(f"the outbox cannot be used: {type(error).__name__}: {error}")
            self._go_without(clock, environ)

    def ask(self, run: ChannelRun) -> None:
        """Let the message wait."""
        run.ask((), [self.notice])
        self.report.add([run.report])

    def tell(self, run: ChannelRun) -> None:
        """Send it, if it may go now."""
        self.report.add([run.tell(self.notice)])

    def _go_without(self, clock: Clock, environ: Mapping[str, str]) -> None:
        if self.post.outcomes:
            self._say(f"{self.post.outcomes[-1].result.value} all the same, which the outbox does not know")
        elif self.recipient.is_held(clock()):
            self._say("not told: it is quiet there, and nothing can be kept for later")
        else:
            self._send_directly(environ)

    def _send_directly(self, environ: Mapping[str, str]) -> None:
        try:
            address = self.channel.address(environ)
            check(address)
        except BadConfiguration as error:
            self._say(f"not told: {error}")
            return
        kind = kind_of(address)
        outcome = self.post(address, kind, outgoing_notice(self.notice, kind, uuid.uuid4().hex))
        self.report.count(outcome)
        self._say(f"sent directly, once: {outcome.result.value} {outcome.reason}".rstrip())

    def _say(self, line: str) -> None:
        self.report.problems.append(f"{self.recipient.name}/{self.channel.name}: {line}")
