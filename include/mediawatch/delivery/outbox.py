"""The outbox: what was asked for, what was claimed, and what became of it, as facts in the lake.

Everything of one recipient's channel is below `outbox/<recipient>/<channel>/`:

- `waiting/<id>.json`: an alert, with its latest evidence, or a notice (a digest, a failure) asked for and not yet
  claimed.  No claim: it may be put again and removed.
- `letters/<n>/letter.json`: the claim.  A letter is what goes out as one message, with its alerts or its one notice
  frozen.  Letters are numbered without a gap and created exclusively, each by a worker that has read all before it: so
  nothing is in two.
- `letters/<n>/<k>.begun.json`: attempt k is about to touch the network; created exclusively.
- `letters/<n>/<k>.<result>.json`: what became of it: `sent`, `refused` or `unknown`.  An attempt that was begun
  and has no result, by a process that is gone, is unknown.
- `told.json`: what letters up to a number told, so that a run reads the last few only; it can be made again.

No address is ever written: a channel is known by its name.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from mediawatch.delivery import Notice, SendAttempt, SendResult
from mediawatch.delivery.outbox_messages import (
    DeliveryReceipt,
    OutboxMessage,
    Subject,
    Waiting,
    add_letter,
    id_of,
    letter_document,
    letter_from,
    places_taken,
    snapshot_document,
    told_from,
    waiting_document,
    waiting_from,
)
from mediawatch.delivery.routing import best_of, names_of
from mediawatch.errors import Corrupt
from mediawatch.lake.damage import reading
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.processes import is_dead, own_process
from mediawatch.lake.store import Missing, Store
from mediawatch.records import Alert, AlertKind

ROOT: Final = "outbox"
IN_FLIGHT_SECONDS: Final = 600.0
"""An attempt without a result counts as unknown after this long, or at once when its process is known to be gone.  A
send ends within a minute; ten leave room for clocks that differ."""
SAME_TOPIC_DAYS: Final = 3
"""A topic told by one rule is not told again by another whose episode began within so many days of it: the window of
NEW and BACK.  Watch lists are told day by day."""
MOST_ATTEMPTS: Final = 6
WAIT_SECONDS: Final = (60, 300, 1800, 7200, 28_800)
"""Between one attempt and the next: a service that restarts is back in minutes, one that is down in hours.  After the
last, eleven hours from the first, news is old and the message is shown as failed."""
STALE_SECONDS: Final = 72 * 3600
"""What has waited longer than this is told no more: a weekend without a run, or a mute set meanwhile."""
_SNAPSHOT_EVERY: Final = 20
_FATE: Final = re.compile(r"letters/(\d{8})/(\d+)\.(begun|sent|refused|unknown)\.json$")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
"""Of a recipient or a channel, as the file of recipients has them; a copied folder has another."""
_LETTER: Final = re.compile(r"letters/(\d{8})/letter\.json$")

Content = Sequence[tuple[Alert, ...]] | Notice
"""What goes out as one message: groups of alerts, one topic each, or a notice."""


@dataclass(frozen=True, slots=True)
class DeliveryAttempts:
    """The attempts of one letter, by the names of its objects: {attempt: results, `begun` among them}."""

    results: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def attempts(self) -> int:
        """How many were begun."""
        return max(self.results, default=0)

    @property
    def last(self) -> str:
        """The result of the last attempt: sent, refused or unknown; `begun` without one, "" when none was begun."""
        found = self.results.get(self.attempts, frozenset())
        return next((result for result in ("sent", "refused", "unknown", "begun") if result in found), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnd:
    """When an attempt ended, why it failed, and whether the same message would be refused for good."""

    at: datetime
    reason: str
    is_final: bool


class Outbox:
    """The outbox of one recipient's channel."""

    def __init__(self, store: Store, recipient: str, channel: str) -> None:
        self.recipient = recipient
        self.channel = channel
        self._store = store
        self._folder = f"{ROOT}/{recipient}/{channel}"

    def waiting(self) -> list[Waiting]:
        """What was asked for and not claimed, oldest first."""
        keys = (key for key in self._store.list(f"{self._folder}/waiting") if key.endswith(".json"))
        known = [waiting for key in keys if (waiting := self._waiting(key))]
        return sorted(known, key=lambda each: (each.requested_at, id_of(each.subject)))

    def ask(self, subject: Subject, now: datetime) -> None:
        """Let `subject` wait; one that waits already keeps its place and gets the newer evidence."""
        key = self._waiting_key(subject)
        before = self._waiting(key)
        requested_at = before.requested_at if before else now
        document = waiting_document(Waiting(subject=subject, requested_at=requested_at))
        self._store.put(key, dump_at(key, document))

    def forget(self, subject: Subject) -> None:
        """Let `subject` wait no more."""
        self._store.delete(self._waiting_key(subject))

    def attempts_by_number(self) -> dict[int, DeliveryAttempts]:
        """Every letter by its number, with its attempts."""
        results: dict[int, dict[int, set[str]]] = {}
        for key in self._store.list(f"{self._folder}/letters"):
            if found := _LETTER.search(key):
                results.setdefault(int(found[1]), {})
            elif found := _FATE.search(key):
                results.setdefault(int(found[1]), {}).setdefault(int(found[2]), set()).add(found[3])
        return {n: DeliveryAttempts({k: frozenset(v) for k, v in results[n].items()}) for n in sorted(results)}

    def lost(self) -> list[str]:
        """The keys of what is gone: letters before the newest one that is there or told of, attempts that ended."""
        attempts_by_number = self.attempts_by_number()
        upto, _ = self._snapshot(f"{self._folder}/told.json")
        letters = [self._key(number, "letter") for number in range(1, max([*attempts_by_number, upto], default=0) + 1)]
        begun = [
            self._key(number, f"{attempt}.begun")
            for number, course in attempts_by_number.items()
            for attempt in range(1, course.attempts + 1)
        ]
        held = set(self._store.list(f"{self._folder}/letters"))
        return [key for key in (*letters, *begun) if key not in held]

    def letter(self, number: int) -> OutboxMessage:
        """The letter of that number.  Raises Missing."""
        key = self._key(number, "letter")
        with reading(key):
            return letter_from(load(self._store.read(key), key), number)

    def claim(self, number: int, content: Content, now: datetime, told: Mapping[str, DeliveryReceipt]) -> bool:
        """Make letter `number` with these groups of alerts, or this notice; False when another worker has made it."""
        groups, notice = ((), content) if isinstance(content, Notice) else (tuple(content), None)
        updates = frozenset(alert.alert_id for group in groups for alert in group if alert.alert_id in told)
        mark = uuid.uuid4().hex
        letter = OutboxMessage(number=number, created_at=now, mark=mark, groups=groups, updates=updates, notice=notice)
        return _create(self._store, self._key(number, "letter"), letter_document(letter))

    def begin(self, number: int, attempt: int, now: datetime) -> bool:
        """Claim attempt number `attempt` of a letter; False when another worker has it."""
        document = {"at": now.isoformat(), "process": own_process(), "mark": uuid.uuid4().hex}
        return _create(self._store, self._key(number, f"{attempt}.begun"), document)

    def end(self, number: int, attempt: int, outcome: SendAttempt, now: datetime) -> None:
        """Record what became of an attempt."""
        document: dict[str, Any] = {"at": now.isoformat(), "reason": outcome.reason, "mark": uuid.uuid4().hex}
        document |= {"is_final": True} if outcome.is_final else {}
        _create(self._store, self._key(number, f"{attempt}.{outcome.result.value}"), document)

    def ended(self, number: int, course: DeliveryAttempts) -> AttemptEnd:
        """How the last attempt ended, or when it was begun."""
        key = self._key(number, f"{course.attempts}.{course.last}")
        document = load(self._store.read(key), key)
        with reading(key):
            return AttemptEnd(
                at=datetime.fromisoformat(document["at"]),
                reason=str(document.get("reason", "")),
                is_final=document.get("is_final") is True,
            )

    def is_in_flight(self, number: int, course: DeliveryAttempts, now: datetime) -> bool:
        """Whether the last attempt, begun without a result, may still be under way."""
        key = self._key(number, f"{course.attempts}.begun")
        document = load(self._store.read(key), key)
        with reading(key):
            begun_at = datetime.fromisoformat(document["at"])
            return not is_dead(document["process"]) and now < begun_at + timedelta(seconds=IN_FLIGHT_SECONDS)

    def told(self, numbers: Iterable[int]) -> dict[str, DeliveryReceipt]:
        """What the letters of these numbers told, by id; the newest step of each alert."""
        key = f"{self._folder}/told.json"
        upto, found = self._snapshot(key)
        newer = sorted(number for number in numbers if number > upto)
        for number in newer:
            add_letter(found, self.letter(number))
        if len(newer) >= _SNAPSHOT_EVERY:
            self._store.put(key, dump_at(key, snapshot_document(newer[-1], found.values())))
        return found

    def _snapshot(self, key: str) -> tuple[int, dict[str, DeliveryReceipt]]:
        """What letters up to a number told; a damaged one is made again from all letters."""
        try:
            with reading(key):
                document = load(self._store.read(key), key)
                return int(document["upto"]), {each.alert_id: each for each in map(told_from, document["told"])}
        except Corrupt:
            return 0, {}

    def _waiting(self, key: str) -> Waiting | None:
        """What waits there; None where it was claimed since."""
        try:
            with reading(key):
                return waiting_from(load(self._store.read(key), key))
        except Missing:
            return None

    def _waiting_key(self, subject: Subject) -> str:
        return f"{self._folder}/waiting/{sha256(id_of(subject).encode()).hexdigest()[:32]}.json"

    def _key(self, number: int, name: str) -> str:
        return f"{self._folder}/letters/{number:08d}/{name}.json"


def is_stale(moment: datetime, now: datetime) -> bool:
    """Whether what began at `moment` is too old to be told."""
    return now - moment > timedelta(seconds=STALE_SECONDS)


def boxes(store: Store) -> Iterator[Outbox]:
    """Every recipient's channel that the outbox knows."""
    for recipient in filter(_NAME.fullmatch, store.folders(ROOT)):
        for channel in filter(_NAME.fullmatch, store.folders(f"{ROOT}/{recipient}")):
            yield Outbox(store, recipient, channel)


def fresh_of(group: Sequence[Alert], told: Mapping[str, DeliveryReceipt]) -> tuple[Alert, ...]:
    """The alerts of one topic and day that letters have still to tell, best first; empty when all is told.

    An alert is told by a letter that has it, at its step or a higher one, or by one that told its topic at the same
    time by another rule.  A new episode of the same rule is news again, and so is the same list on another day.
    """
    members = frozenset(alert.alert_id for alert in group)
    return tuple(alert for alert in group if not _is_told(alert, members, told))


def _is_told(alert: Alert, members: frozenset[str], told: Mapping[str, DeliveryReceipt]) -> bool:
    own = told.get(alert.alert_id)
    if own is not None and own.step >= alert.step:
        return True
    names = names_of(alert)
    return any(
        each.step >= alert.step
        and each.rule != alert.rule
        and (each.alert_id in members or not names.isdisjoint(each.names))
        and _is_same_time(alert, each)
        for each in told.values()
    )


def _is_same_time(alert: Alert, each: DeliveryReceipt) -> bool:
    """Whether what was told of a topic tells `alert` too.

    A watch list tells of one day: its alert stands for no other day's, and is told again on the next day whatever a
    rule said before.  What two rules find is one topic for SAME_TOPIC_DAYS.
    """
    if alert.kind is AlertKind.WATCH:
        return each.day == alert.day
    if each.is_of_list:
        return each.day == alert.episode_on
    return abs((alert.episode_on - each.day).days) <= SAME_TOPIC_DAYS


def untold(
    content: Content,
    told: Mapping[str, DeliveryReceipt],
    at_most: int | None = None,
    score: Callable[[Alert], float] | None = None,
) -> Content:
    """What of `content` no letter has told, and has a place among the `at_most` best of its day by `score`; empty if
    nothing.
    """
    if isinstance(content, Notice):
        return () if content.notice_id in told else content
    fresh = [alerts for group in content if (alerts := fresh_of(group, told))]
    return best_of(fresh, at_most, told=told, taken=places_taken(told.values()), score=score)


def subjects_of(content: Content) -> list[Subject]:
    """Every alert of `content`, or its notice."""
    return [content] if isinstance(content, Notice) else [alert for group in content for alert in group]


def size_of(content: Content) -> int:
    """How many topics or notices that is."""
    return 1 if isinstance(content, Notice) else len(content)


def _create(store: Store, key: str, document: Mapping[str, Any]) -> bool:
    """Create exclusively; a retried request that finds its own object has won as well."""
    if store.create(key, dump_at(key, document)):
        return True
    return bool(load(store.read(key), key).get("mark") == document["mark"])


def settle(box: Outbox, number: int, *, is_sent: bool, why: str, now: datetime) -> bool:
    """Record what a person found out about an unknown letter: it arrived, or it did not and may be sent again.

    False when the letter is not unknown.
    """
    course = box.attempts_by_number().get(number, DeliveryAttempts())
    if course.last not in ("begun", "unknown") or (course.last == "begun" and box.is_in_flight(number, course, now)):
        return False
    box.end(
        number, course.attempts, SendAttempt(result=SendResult.SENT if is_sent else SendResult.REFUSED, reason=why), now
    )
    return True
