"""The outbox for people and programs: every alert and notice on its way, and how far it came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from mediawatch.delivery import Notice
from mediawatch.delivery.outbox import MOST_ATTEMPTS, DeliveryAttempts, Outbox, boxes, is_stale
from mediawatch.delivery.outbox_messages import OutboxMessage, Subject
from mediawatch.lake.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One alert or notice on its way to one recipient through one channel.

    An alert has its `alert_id`, `step`, `topic` and `term`; a notice (a digest, a failure) its `notice_id`, and its
    title as the term.
    `status` is waiting, sending, sent, retrying, failed or unknown; `at` the instant it became so, `reason` why.
    """

    alert_id: str
    step: int
    kind: str
    topic: str
    term: str
    day: date
    recipient: str
    channel: str
    status: str
    attempts: int
    at: datetime
    reason: str
    letter: int
    notice_id: str = ""

    def document(self) -> dict[str, Any]:
        """As a JSON document."""
        return {**asdict(self), "day": self.day.isoformat(), "at": self.at.isoformat()}


def outbox(store: Store, now: datetime, *, since: date | None = None) -> list[OutboxRow]:
    """Everything the outbox knows, newest first; `since` leaves out letters made before that day (UTC)."""
    rows = [row for box in boxes(store) for row in _rows(box, now, since)]
    return sorted(
        rows,
        key=lambda row: (row.at, row.recipient, row.channel, row.letter, row.alert_id or row.notice_id),
        reverse=True,
    )


def _rows(box: Outbox, now: datetime, since: date | None) -> Iterator[OutboxRow]:
    for each in box.waiting():
        yield _row(box, each.subject, DeliveryAttempts(), "waiting", each.requested_at)
    attempts_by_number = box.attempts_by_number()
    for number in sorted(attempts_by_number, reverse=True):
        letter, course = box.letter(number), attempts_by_number[number]
        if since is not None and letter.created_at.date() < since:
            return
        status, at, reason = _status(box, letter, course, now)
        for subject in letter.subjects:
            yield _row(box, subject, course, status, at, reason=reason, letter=number)


def _status(box: Outbox, letter: OutboxMessage, course: DeliveryAttempts, now: datetime) -> tuple[str, datetime, str]:
    is_over = is_stale(letter.created_at, now)
    if not course.attempts:
        status = "failed" if is_over else "waiting"
        return status, letter.created_at, "claimed, not attempted"
    ended = box.ended(letter.number, course)
    if course.last == "begun":
        is_running = box.is_in_flight(letter.number, course, now)
        return ("sending", ended.at, "") if is_running else ("unknown", ended.at, "its worker ended before an answer")
    if course.last == "refused":
        is_over = is_over or ended.is_final or course.attempts >= MOST_ATTEMPTS
        return ("failed" if is_over else "retrying"), ended.at, ended.reason
    return course.last, ended.at, ended.reason


def _row(
    box: Outbox,
    subject: Subject,
    course: DeliveryAttempts,
    status: str,
    at: datetime,
    *,
    reason: str = "",
    letter: int = 0,
) -> OutboxRow:
    return OutboxRow(
        **_about(subject),
        kind=subject.kind.value,
        day=subject.day,
        recipient=box.recipient,
        channel=box.channel,
        status=status,
        attempts=course.attempts,
        at=at,
        reason=reason,
        letter=letter,
    )


def _about(subject: Subject) -> dict[str, Any]:
    if isinstance(subject, Notice):
        return {"alert_id": "", "notice_id": subject.notice_id, "step": 0, "topic": "", "term": subject.title}
    return {"alert_id": subject.alert_id, "step": subject.step, "topic": subject.topic, "term": subject.term}
