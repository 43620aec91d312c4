"""Delivery: alerts and notices go to their recipients, each once, and the outbox says what became of every one.

A run asks for what today's alerts are to tell, and then works through every channel: what may go now is claimed, sent
and confirmed; what failed before is tried again when its time has come.  Any number of workers may run at once, and any
of them may die anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from mediawatch.alerting import Notice, Recipient, due, send
from mediawatch.alerting.recipients import Language
from mediawatch.records import Alert
from mediawatch.stages.delivery import Delivery
from mediawatch.stages.errand import Errand, Round, Send
from mediawatch.stages.newsroom import Newsroom
from mediawatch.watching import WatchList


def deliver(
    newsroom: Newsroom,
    alerts: Iterable[Alert],
    *,
    recipients: Sequence[Recipient],
    notices: Mapping[Language, Sequence[Notice]] | None = None,
    watchlists: Sequence[WatchList] = (),
    live_days: Collection[date] | None = None,
    environ: Mapping[str, str] | None = None,
    kibana_url: str = "",
    sending: Send = send,
) -> Delivery:
    """Tell `recipients` of `alerts` and `notices` (by language), and go on with what earlier runs left.

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
    round_ = Round(
        store=newsroom.store,
        clock=newsroom.clock,
        environ=environ,
        sending=sending,
        report=report,
        labels=labels,
        kibana_url=kibana_url,
    )
    present = [alert for alert in known if alert.day in live]
    for recipient in recipients:
        if recipient.enabled:
            wanted = [alert for alert in present if recipient.wants(alert, asked_for)]
            for channel in recipient.channels:
                Errand(round_, recipient, channel).run(wanted, wanted_notices(recipient, notices or {}))
    return report


def wanted_notices(recipient: Recipient, notices: Mapping[Language, Sequence[Notice]]) -> list[Notice]:
    """Those of `notices` (by language) that `recipient` asks for."""
    return [notice for notice in notices.get(recipient.language, ()) if notice.kind in recipient.messages]
