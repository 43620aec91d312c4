"""What a run of deliveries did, for the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mediawatch.delivery import Bundle, Fate, SendAttempt, headline_of


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

    def add(self, others: Iterable[Delivery]) -> None:
        """Add what `others` did."""
        for other in others:
            self.sent += other.sent
            self.refused += other.refused
            self.unknown += other.unknown
            self.waiting += other.waiting
            self.told_before += other.told_before
            self.stale += other.stale
            self.problems += other.problems

    def count(self, attempt: SendAttempt) -> None:
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
