"""Watching: which days are to be looked at, a day looked at, and people told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from mediawatch.context import Context, Report, prefixed, silent
from mediawatch.delivery import Notice, read_recipients
from mediawatch.delivery.channel_run import Delivery
from mediawatch.delivery.deliver import deliver
from mediawatch.errors import Corrupt
from mediawatch.keywords.detect_stage import alerts_of, watchlists_of
from mediawatch.keywords.evaluations import evaluate_again, evaluations_of, next_evaluation
from mediawatch.keywords.watching.watchlist import RECIPIENTS
from mediawatch.lake.names import days_in
from mediawatch.lake.partitions import PartitionKey, current, partition_days
from mediawatch.locale import LANGUAGES, Language
from mediawatch.pipeline.closed import day_by_day
from mediawatch.quality.decisions import FOLDER as DECISIONS
from mediawatch.records import Alert
from mediawatch.tables.order import WATCHING
from mediawatch.workflow.dashboards import word_link
from mediawatch.workflow.digests import digest_notices, source_notices
from mediawatch.workflow.references import faults_of
from mediawatch.workflow.runner import is_fresh_by, run_stage

LOOKED_BACK: Final = timedelta(days=7)
"""Days that a run looks at again when something changed there."""


def days_to_watch(context: Context) -> list[date]:
    """Built days that nobody has looked at or whose words are not judged, and those whose news changed since that are
    recent or were decided about; oldest first.

    In a restored lake all days were looked at, and none has its words, by which later days are judged.  An older day
    that an import added to after it was looked at is looked at again on request only: asking every day of years at
    every run would take longer than the runs are apart.
    """
    store = context.store
    looked_at = set(days_in(store, "looks"))
    decided = set(days_in(store, DECISIONS))
    judged = set(partition_days(store, "terms")) & set(partition_days(store, "detect"))
    found = []
    for day in partition_days(store, "cluster"):
        is_recent = context.today - day <= LOOKED_BACK
        if day in looked_at & judged and day not in decided and not is_recent:
            continue
        if _has_news(context, day):
            found.append(day)
    return found


def _has_news(context: Context, day: date) -> bool:
    """Whether there is something to look at; also where that cannot be told, so that the evaluation names what is
    damaged.
    """
    try:
        if current(context.store, PartitionKey(stage="cluster", day=day)) is None:
            return False
        return next_evaluation(context, day) is not None or not is_fresh_by(context, WATCHING, day)
    except Corrupt:
        return True


def watch_day(context: Context, day: date, report: Report = silent) -> None:
    """Look at `day`, count its words, judge them, and put what was found into the index."""
    evaluate_again(context, day)
    for name in WATCHING:
        run_stage(context, name, day, prefixed(report, name))


def watch_days(context: Context, days: Iterable[date], report: Report = silent) -> dict[date, Exception]:
    """Watch `days` one after the other; what stopped those that did not come through.

    One that stops holds up no other, and is watched again by the next run.
    """

    def work(day: date) -> None:
        watch_day(context, day, prefixed(report, day))

    return day_by_day(days, work, report)


def run_days(context: Context, name: str, days: Iterable[date], report: Report = silent) -> dict[date, Exception]:
    """One stage of watching over `days`, as `watch_days` has it; the first one evaluations of each day before.

    A day that the stages before did not come through is left out: they have told why.
    """
    before = WATCHING[: WATCHING.index(name)]

    def work(day: date) -> None:
        if not before:
            evaluate_again(context, day)
        elif not is_fresh_by(context, before, day):
            report(f"{day}: left out, {' and '.join(before)} of it did not come through")
            return
        run_stage(context, name, day, report)

    return day_by_day(days, work, report)


def found(context: Context, days: Sequence[date]) -> list[str]:
    """How many alerts the evaluations of `days` have made, a line a day; one line that says so without days."""
    lines: list[str] = []
    day_by_day(days, lambda day: lines.append(_alerts(day, alerts_of(context.store, day))), lines.append)
    return lines or ["no day changed"]


def _alerts(day: date, alerts: Sequence[Alert]) -> str:
    kinds = Counter(alert.kind.value for alert in alerts)
    which = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return f"{day}: alerts {len(alerts)}" + (f" ({which})" if which else "")


def _notices(context: Context) -> dict[Language, list[Notice]]:
    """The digest of the complete day, and what changed with the sources."""
    digests, sources = digest_notices(context), source_notices(context)
    return {language: [*digests.get(language, ()), *sources.get(language, ())] for language in LANGUAGES}


def tell(context: Context, days: Sequence[date] = ()) -> Delivery:
    """Send what the last evaluations found and the digest of the day that was closed, and go on with what earlier runs
    left.

    Of `days` that are over for longer it says what would have been sent.  A day whose alerts cannot be read is one of
    the problems, and holds up no other.
    """
    store, today = context.store, context.today
    recent = (today - timedelta(days=1), today)
    known: list[Alert] = []
    live: list[date] = []

    def read(day: date) -> None:
        if day in recent and any(evaluation.is_live for evaluation in evaluations_of(store, day)):
            live.append(day)
        known.extend(alerts_of(store, day))

    damaged: list[str] = []
    day_by_day(sorted({*recent, *days}), read, damaged.append)
    done = deliver(
        context,
        known,
        recipients=read_recipients(context.settings.watchlists_dir / RECIPIENTS),
        notices=_notices(context),
        watchlists=watchlists_of(context),
        live_days=live,
        kibana_url=word_link(context.settings),
    )
    # Nobody is told where a file names nobody: that must not be silent.
    done.problems += [*damaged, *faults_of(context)]
    return done
