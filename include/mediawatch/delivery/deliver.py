"""Delivery: alerts and notices go to their recipients, each once, and the outbox says what became of every one.

A run asks for what today's alerts are to tell, and then works through every channel: what may go now is claimed, sent
and confirmed; what failed before is tried again when its time has come.  Channels are served side by side, the messages
of each in order: one that is slow holds up no other.  Any number of workers may run at once, and any of them may die
anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final, Protocol

from mediawatch.context import Context
from mediawatch.delivery import Notice, Recipient, due, newest, send
from mediawatch.delivery.channel_run import ChannelRun, Delivery, DeliveryRun, Send, TimeBox, side_by_side
from mediawatch.delivery.preferences import opinions, preferences_of
from mediawatch.delivery.stop_links import stop_links
from mediawatch.locale import Language
from mediawatch.records import Alert

SECONDS: Final = 420.0
"""In which a run begins to send.  The last message may take a minute more, and Airflow ends the task after ten."""
AT_ONCE: Final = 16
"""Channels served at once: threads that wait for the network.  Sixteen that hang for a minute cost the others nothing.
"""


class ListLabel(Protocol):
    """What people call a watch list."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


class WatchedList(Protocol):
    """A watch list as far as messages know it: whom it tells, and what people call it."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> ListLabel: ...
    @property
    def recipients(self) -> tuple[str, ...]: ...


def deliver(
    context: Context,
    alerts: Iterable[Alert],
    *,
    recipients: Sequence[Recipient],
    notices: Mapping[Language, Sequence[Notice]] | None = None,
    watchlists: Sequence[WatchedList] = (),
    live_days: Collection[date] | None = None,
    environ: Mapping[str, str] | None = None,
    kibana_url: str = "",
    sending: Send = send,
    seconds: float = SECONDS,
) -> Delivery:
    """Tell `recipients` of `alerts` and `notices` (by language), and go on with what earlier runs left.

    Only alerts of `live_days` (by default the newsroom's today) are sent; those of other days are reported as what
    would have been.  `environ` holds the channels' secrets (by default the process's own).  A channel that cannot be
    used is reported in `problems` and holds up nobody else; so is one that did not answer in time, and what was not
    begun within `seconds`: it waits for the next run.
    """
    environ = os.environ if environ is None else environ
    live = {context.today} if live_days is None else live_days
    known = list(alerts)
    asked_for = {each.name: each.recipients for each in watchlists}
    report = Delivery()
    past = first_of_each_step(alert for alert in known if alert.day not in live)
    given = opinions(context.store)
    preferences = {each.name: preferences_of(given, each.name, context.today) for each in recipients}
    scores = {name: each.score for name, each in preferences.items()}
    report.would_send = due(past, recipients, context.clock(), asked_for, scores)
    run = DeliveryRun(
        store=context.store,
        clock=context.clock,
        environ=environ,
        sending=sending,
        box=TimeBox(seconds),
        labels={"zh": {w.name: w.label.zh for w in watchlists}, "en": {w.name: w.label.en for w in watchlists}},
        kibana_url=kibana_url,
        board_url=context.settings.board_url,
        stop_links=stop_links(context.settings),
        preferences=preferences,
    )
    present = newest(alert for alert in known if alert.day in live)
    works = []
    for recipient in (each for each in recipients if each.enabled):
        wanted = [alert for alert in present if recipient.wants(alert, asked_for)]
        news = wanted_notices(recipient, notices or {})
        works += [partial(ChannelRun(run, recipient, channel).run, wanted, news) for channel in recipient.channels]
    report.add(side_by_side(works, AT_ONCE, run.box))
    return report


def first_of_each_step(alerts: Iterable[Alert]) -> list[Alert]:
    """What would have been sent of each alert: its first message, and its follow-up."""
    found: dict[tuple[str, int], Alert] = {}
    for alert in sorted(alerts, key=lambda one: (one.alert_id, one.step, one.day)):
        found.setdefault((alert.alert_id, alert.step), alert)
    return list(found.values())


def wanted_notices(recipient: Recipient, notices: Mapping[Language, Sequence[Notice]]) -> list[Notice]:
    """Those of `notices` (by language) that `recipient` asks for."""
    return [notice for notice in notices.get(recipient.language, ()) if notice.kind in recipient.messages]
