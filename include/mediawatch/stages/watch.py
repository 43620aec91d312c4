"""Watching: which days are to be looked at, a day looked at, and people told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from mediawatch.alerting import read_recipients
from mediawatch.errors import Corrupt
from mediawatch.lake.names import days_in
from mediawatch.lake.partitions import PartitionKey, current, partition_days
from mediawatch.records import Alert
from mediawatch.stages.dashboards import word_link
from mediawatch.stages.deliver import deliver
from mediawatch.stages.delivery import Delivery
from mediawatch.stages.detect import alerts_of, watchlists_of
from mediawatch.stages.digests import digest_notices
from mediawatch.stages.looks import look_again, looks_at, next_look
from mediawatch.stages.newsroom import Newsroom, Report, silent
from mediawatch.stages.references import faults_of
from mediawatch.stages.table import WATCHING, is_fresh_by, run_stage
from mediawatch.watching.watchlist import RECIPIENTS

LOOKED_BACK: Final = timedelta(days=7)
"""Days that a run looks at again when something changed there."""


def days_to_watch(newsroom: Newsroom) -> list[date]:
    """Built days that nobody has looked at, and recent ones whose news changed since; oldest first.

    An older day that an import added to after it was looked at is looked at again on request only: asking every day of
    years at every run would take longer than the runs are apart.
    """
    store = newsroom.store
    looked_at = set(days_in(store, "looks"))
    found = []
    for day in partition_days(store, "cluster"):
        is_recent = newsroom.today - day <= LOOKED_BACK
        if day in looked_at and not is_recent:
            continue
        if _has_news(newsroom, day):
            found.append(day)
    return found


def _has_news(newsroom: Newsroom, day: date) -> bool:
    """Whether there is something to look at; also where that cannot be told, so that the look names what is damaged."""
    try:
        if current(newsroom.store, PartitionKey(stage="cluster", day=day)) is None:
            return False
        return next_look(newsroom, day) is not None or not is_fresh_by(newsroom, WATCHING, day)
    except Corrupt:
        return True


def watch_day(newsroom: Newsroom, day: date, report: Report = silent) -> None:
    """Look at `day`, count its words, judge them, and put what was found into the index."""
    look_again(newsroom, day)
    for name in WATCHING:
        run_stage(newsroom, name, day, lambda line, name=name: report(f"{name}: {line}"))  # type: ignore[misc]


def found(newsroom: Newsroom, days: Sequence[date]) -> list[str]:
    """How many alerts the looks at `days` have made, a line a day; one line that says so without days."""
    return [_alerts(day, alerts_of(newsroom.store, day)) for day in days] or ["no day changed"]


def _alerts(day: date, alerts: Sequence[Alert]) -> str:
    kinds = Counter(alert.kind.value for alert in alerts)
    which = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return f"{day}: alerts {len(alerts)}" + (f" ({which})" if which else "")


def tell(newsroom: Newsroom, days: Sequence[date] = ()) -> Delivery:
    """Send what the last looks found and the digest of the day that was closed, and go on with what earlier runs left.

    Of `days` that are over for longer it says what would have been sent.
    """
    store, today = newsroom.store, newsroom.today
    recent = (today - timedelta(days=1), today)
    asked_for = sorted({*recent, *days})
    done = deliver(
        newsroom,
        [alert for day in asked_for for alert in alerts_of(store, day)],
        recipients=read_recipients(newsroom.settings.watchlists_dir / RECIPIENTS),
        notices=digest_notices(newsroom),
        watchlists=watchlists_of(newsroom),
        live_days=[day for day in recent if any(look.is_live for look in looks_at(store, day))],
        kibana_url=word_link(newsroom.settings),
    )
    # Nobody is told where a file names nobody: that must not be silent.
    done.problems += faults_of(newsroom)
    return done
