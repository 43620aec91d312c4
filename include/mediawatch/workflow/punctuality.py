"""How soon news came through: links that were due by now, the newest article, and alerts by when they were told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from mediawatch.context import Context
from mediawatch.delivery.outbox_status import OutboxRow
from mediawatch.delivery.recipients import Recipient
from mediawatch.delivery.routing import due_at
from mediawatch.keywords.detect_stage import found_first
from mediawatch.keywords.evaluations import evaluations_of
from mediawatch.lake.batches import BatchManifest, sealed_batches, sealed_days, table_objects
from mediawatch.lake.objects import columns_in
from mediawatch.lake.partitions import PartitionKey, current, read_columns
from mediawatch.lake.store import Store
from mediawatch.records import Reason, ReasonClass
from mediawatch.records.ledger import STAGES
from mediawatch.tables.harvest import CANDIDATES
from mediawatch.tables.ledger import FINAL_OUTCOMES
from mediawatch.workflow.ledger import batches_on

ADMITTED_WITHIN: Final = timedelta(hours=2)
"""From when a link is first seen to when its article is admitted."""
DUE_FOR: Final = timedelta(hours=1)
"""Links count while they became due within this time: asked every minute, each counts for as long as any other."""
TOLD_WITHIN: Final = timedelta(minutes=75)
"""From the beginning of a harvest to the first message of an alert that it brought, where nobody asked to wait."""
ALERTS_FOR: Final = timedelta(hours=24)
_FOUND_DAYS: Final = 3
"""A digest of the next day, and its promise a day later, are looked back at from then."""
_LOOKED_BACK: Final = timedelta(days=14)
_AFTER_AUDIT: Final = pa.array(STAGES[STAGES.index("audit") + 1 :])
_POLICY: Final = pa.array([reason.value for reason in Reason if reason.kind is ReasonClass.POLICY])

Told = Literal["in_time", "late", "untold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksDue:
    """Links of news that had to be admitted within the last hour, and how many of them are."""

    due: int
    admitted: int


def links_due(context: Context) -> LinksDue:
    """The links first seen between three hours and two hours ago.

    Links that are left out on purpose (known already, off-site, robots) are no news and do not count; one whose batch
    is not built yet does.
    """
    until = context.clock() - ADMITTED_WITHIN
    due = admitted = 0
    for day in (context.today - timedelta(days=1), context.today):
        links = _first_seen(context.store, day, until - DUE_FOR, until)
        ended = _ended(context.store, day) if links else None
        left_out: set[str] = set()
        if ended is not None:
            ended = ended.filter(pc.is_in(ended["link_id"], pa.array(links)))
            left_out = _links(ended.filter(pc.is_in(ended["reason"], _POLICY)))
            admitted += len(_admitted(ended) - left_out)
        due += len(links - left_out)
    return LinksDue(due=due, admitted=admitted)


def _first_seen(store: Store, day: date, since: datetime, until: datetime) -> set[str]:
    """The links that a batch of `day` saw first in this time, but for those that discovery left out on purpose."""
    found: set[str] = set()
    for manifest in sealed_batches(store, day):
        if since - timedelta(days=1) < manifest.opened_at < until and manifest.origin == "live":
            for links in _candidates(store, manifest, ["link_id", "first_seen_at", "reason"]):
                seen = links["first_seen_at"]
                is_due = pc.and_(pc.greater(seen, pa.scalar(since)), pc.less_equal(seen, pa.scalar(until)))
                found |= _links(links.filter(pc.and_not(is_due, pc.is_in(links["reason"], _POLICY))))
    return found


def _candidates(store: Store, manifest: BatchManifest, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The links that a batch discovered, by columns, shard by shard."""
    return (columns_in(store, info, columns) for info in table_objects(manifest, CANDIDATES.name))


def newest_article_at(context: Context) -> datetime | None:
    """When the newest admitted article of the last fourteen days was first seen; None where there is none."""
    store = context.store
    for day in reversed(sealed_days(store, since=context.today - _LOOKED_BACK)):
        ended = _ended(store, day)
        admitted = pa.array(_admitted(ended)) if ended is not None else ()
        built = batches_on(store, day) if len(admitted) else set()
        newest = [
            pc.max(links.filter(pc.is_in(links["link_id"], admitted))["first_seen_at"]).as_py()
            for manifest in sealed_batches(store, day)
            if manifest.batch in built
            for links in _candidates(store, manifest, ["link_id", "first_seen_at"])
        ]
        seen: list[datetime] = [at for at in newest if at is not None]
        if seen:
            return max(seen)
    return None


def newest_harvest_at(context: Context) -> datetime | None:
    """When the newest sealed harvest of the last fourteen days was begun; None where there is none."""
    store = context.store
    for day in reversed(sealed_days(store, since=context.today - _LOOKED_BACK)):
        if begun := [manifest.opened_at for manifest in sealed_batches(store, day) if manifest.origin == "live"]:
            return max(begun)
    return None


def alerts_by_time(
    context: Context, rows: Sequence[OutboxRow], recipients: Iterable[Recipient] = ()
) -> dict[Told, int]:
    """Alerts of live evaluations that were to be told until some time of the last 24 hours, or are so still, by whether
    the first of their messages, which are among `rows`, left in time.

    Quiet hours and the time until a digest, of the one of its `recipients` that may be told first, are not counted.  An
    alert that may still be told in time does not count, nor one that nobody is to be told of.
    """
    found: dict[Told, int] = {"in_time": 0, "late": 0, "untold": 0}
    now, known = context.clock(), {recipient.name: recipient for recipient in recipients}
    sent: dict[str, datetime] = {}
    told: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        told[row.alert_id].add(row.recipient)
        if row.status == "sent" and row.alert_id:
            sent[row.alert_id] = min(row.at, sent.get(row.alert_id, row.at))
    for alert_id, begun in _lately_found(context):
        until = min((_told_until(known.get(name), begun) for name in told[alert_id]), default=begun + TOLD_WITHIN)
        left = sent.get(alert_id)
        if until <= now - ALERTS_FOR:
            continue
        if left is not None:
            found["in_time" if left <= until else "late"] += 1
        elif told[alert_id] and now > until:
            found["untold"] += 1
    return found


def _told_until(recipient: Recipient | None, begun: datetime) -> datetime:
    """Until when `recipient` is to be told of what a harvest brought that was begun then.

    What is found in quiet hours, or found before them and held because they came, has the same time again after them.
    """
    at_last = begun + TOLD_WITHIN
    if recipient is None:
        return at_last
    held = due_at(recipient, at_last)
    return max(due_at(recipient, begun), held if held > at_last else begun) + TOLD_WITHIN


def _lately_found(context: Context) -> Iterator[tuple[str, datetime]]:
    """(alert, beginning of the oldest harvest that was new to the evaluation that found it), of the last days."""
    store = context.store
    for day in (context.today - timedelta(days=back) for back in range(_FOUND_DAYS, -1, -1)):
        opened = {manifest.batch: manifest.opened_at for manifest in sealed_batches(store, day)}
        begun: dict[int, datetime] = {}
        seen: set[str] = set()
        for evaluation in evaluations_of(store, day):
            new = [opened[batch] for batch in evaluation.batches if batch in opened and batch not in seen]
            seen |= set(evaluation.batches)
            if evaluation.is_live and new:
                begun[evaluation.number] = min(new)
        for alert_id, number in found_first(store, day).items():
            if number in begun:
                yield alert_id, begun[number]


def _ended(store: Store, day: date) -> pa.Table | None:
    """Where each link of the day ended, by columns: a large day has a million, and a monitor asks every minute."""
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    return read_columns(store, receipt, FINAL_OUTCOMES, ["link_id", "stage", "reason"]) if receipt else None


def _admitted(ended: pa.Table) -> set[str]:
    return _links(ended.filter(pc.is_in(ended["stage"], _AFTER_AUDIT)))


def _links(ended: pa.Table) -> set[str]:
    return set(ended["link_id"].to_pylist())
