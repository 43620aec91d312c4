"""Whether all is well: each thing that can be wrong, what was seen of it, and the command that helps."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from mediawatch.context import Context
from mediawatch.delivery.recipients import missing_variables, read_recipients
from mediawatch.errors import BadConfiguration, Corrupt, MediawatchError
from mediawatch.harvest.visits import answers, last_visits, summary
from mediawatch.keywords.watching.watchlist import RECIPIENTS
from mediawatch.lake.batches import sealed_batches, sealed_days
from mediawatch.lake.partitions import partition_days
from mediawatch.sandbox.server import Server
from mediawatch.tables.health import WORSE
from mediawatch.workflow.configuration import configuration_of
from mediawatch.workflow.dashboards import kibana_of, kibana_version
from mediawatch.workflow.day_states import day_states
from mediawatch.workflow.freshness import room_warnings, signs_of_life
from mediawatch.workflow.quarantine import LISTED_DAYS, held_over
from mediawatch.workflow.references import faults_of
from mediawatch.workflow.serving import open_target
from mediawatch.workflow.source_health import health_on, last_judged
from mediawatch.workflow.source_health_today import so_far

_CLOCK_OFF: Final = timedelta(minutes=5)
_SECONDS: Final = 10.0
_NAMED: Final = 5
_COMES_TODAY: Final = frozenset({"build", "index", "evaluation"})
_LATE_REPAIRS: Final[Mapping[str, str]] = {
    "harvest": "mediawatch harvest",
    "build": "mediawatch days --repair",
    "close": "mediawatch days --repair",
    "evaluation": "mediawatch days --repair",
    "message": "mediawatch alerts --notices",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check: what was `seen`, the `trouble` with it ("" when there is none) and the command that `helps`."""

    check: str
    seen: str
    trouble: str = ""
    helps: str = ""


def late(context: Context) -> Iterator[CheckResult]:
    """Whether harvest, build, close, evaluation or messages are late; asked of the lake alone."""
    for sign in signs_of_life(context):
        helps = _LATE_REPAIRS[sign.name] if sign.late else ""
        yield CheckResult(check=f"last {sign.name}", seen=sign.last, trouble=sign.late, helps=helps)


def everything(context: Context) -> Iterator[CheckResult]:
    """All checks, the cheap ones first."""
    checks: tuple[tuple[str, Callable[[Context], Iterator[CheckResult]]], ...] = (
        ("settings", _settings),
        ("disk", _disk),
        ("clock", _clock),
        ("late", late),
        ("days", _days),
        ("quarantine", _quarantine),
        ("seeds", _sources),
        ("sources", _health),
        ("today", _today),
        ("watch lists", _files),
        ("channels", _channels),
        ("parser", _parser),
        ("index", _elasticsearch),
        ("kibana", _kibana),
        ("airflow", _airflow),
    )
    for name, check in checks:
        try:
            yield from check(context)
        except Corrupt as error:  # what is damaged costs its own check and no other
            yield CheckResult(check=name, seen="", trouble=str(error), helps="mediawatch verify")


def _settings(context: Context) -> Iterator[CheckResult]:
    settings = context.settings
    seen = f"lake {settings.lake_url}, {len(context.catalogue.sources)} sources, times in {settings.timezone}"
    yield CheckResult(check="settings", seen=seen)
    files = configuration_of(settings)
    yield CheckResult(check="configuration", seen=f"{files.digest}, {len(files.files)} files on {files.host}")
    if settings.link_key.get_secret_value() and not settings.board_url:
        trouble = "MEDIAWATCH_LINK_KEY is set and MEDIAWATCH_BOARD_URL is not: messages have no links to stop alerts"
        yield CheckResult(check="links", seen="", trouble=trouble, helps="export MEDIAWATCH_BOARD_URL=https://...")


def _disk(context: Context) -> Iterator[CheckResult]:
    warnings = room_warnings(context)
    yield CheckResult(
        check="disk", seen="" if warnings else "enough", trouble="; ".join(warnings), helps="df -h" if warnings else ""
    )


def _clock(context: Context) -> Iterator[CheckResult]:
    """A clock that is set back: what was harvested lies in its future."""
    now, newest = context.clock(), sealed_days(context.store)[-1:]
    opened = [batch.opened_at for day in newest for batch in sealed_batches(context.store, day)]
    ahead = max(opened, default=now) - now
    trouble = f"the newest harvest is {ahead} in the future: this clock or the harvester's is wrong"
    is_off = ahead > _CLOCK_OFF
    helps = "timedatectl status" if is_off else ""
    yield CheckResult(check="clock", seen=f"{now:%Y-%m-%d %H:%M} UTC", trouble=trouble if is_off else "", helps=helps)


def _days(context: Context) -> Iterator[CheckResult]:
    """Days that lack something; of today only what waiting does not bring."""
    states = day_states(context)
    lacking = [state for state in states if state.lacks and not (state.is_today and set(state.lacks) <= _COMES_TODAY)]
    told = [f"{state.day} {', '.join(state.lacks)}" for state in lacking[:_NAMED]]
    more = f" and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else ""
    trouble = f"{'; '.join(told)}{more}" if told else ""
    seen = f"{len(states)} days, {len(states) - len(lacking)} as they should be"
    yield CheckResult(check="days", seen=seen, trouble=trouble, helps="mediawatch days" if trouble else "")


def _quarantine(context: Context) -> Iterator[CheckResult]:
    """Days and sources of the last week that are held back and that nobody has decided about."""
    days = partition_days(context.store, "audit", since=context.today - timedelta(days=LISTED_DAYS - 1))
    found, faults = held_over(context, days)
    held = [one for one in found if one.decision is None]
    waiting = [f"{one.day} {one.source or 'the day'}" for one in held if one.scope != "article"]
    yield CheckResult(
        check="quarantine",
        seen=f"{len(held)} waiting in {LISTED_DAYS} days",
        trouble="; ".join([*([f"held back: {', '.join(waiting)}"] if waiting else []), *faults]),
        helps="mediawatch quarantine list --waiting" if waiting else "mediawatch verify" if faults else "",
    )


def _sources(context: Context) -> Iterator[CheckResult]:
    """The newest harvest: which sources it did not reach."""
    visits = last_visits(context.store)
    failed = [source for source, found in answers(visits).items() if found.is_failed]
    trouble = f"not reached: {', '.join(failed)}" if failed else ""
    helps = shlex.join(["mediawatch", "sources", "check", *failed[:_NAMED]]) if failed else ""
    yield CheckResult(check="seeds", seen=summary(visits) or "no harvest", trouble=trouble, helps=helps)


def _health(context: Context) -> Iterator[CheckResult]:
    """How the sources are by their own history, as of the last judged day."""
    day = last_judged(context.store, context.today)
    if day is None:
        yield CheckResult(check="sources", seen="not judged yet: that is done when a day is closed")
        return
    found = health_on(context.store, day)
    ill = [f"{row.source} {row.state}" for row in found if row.state in WORSE]
    yield CheckResult(
        check="sources",
        seen=f"{len(found)} judged at the end of {day}",
        trouble=", ".join(ill),
        helps="mediawatch sources health" if ill else "",
    )


def _today(context: Context) -> Iterator[CheckResult]:
    """Which sources have brought less today than they usually have by this hour."""
    found = so_far(context)
    behind = [f"{finding.source} {finding.observed:.0f}" for finding in found.behind] if found else []
    seen = f"{found.judged} sources judged until {found.hour:02}:00" if found else "nothing of the first hours yet"
    helps = "mediawatch sources health --today" if behind else ""
    yield CheckResult(check="today", seen=seen, trouble=", ".join(behind), helps=helps)


def _files(context: Context) -> Iterator[CheckResult]:
    """Watch lists and recipients: what they name that is not there."""
    folder = context.settings.watchlists_dir
    if not folder.is_dir():
        yield CheckResult(check="watch lists", seen=f"no folder {folder}")
        return
    faults = faults_of(context)
    helps = faults[0].partition(":")[0] if faults else ""
    yield CheckResult(
        check="watch lists",
        seen=str(folder),
        trouble="; ".join(faults),
        helps=shlex.join(["mediawatch", "watch", "test", helps]) if faults else "",
    )


def _channels(context: Context) -> Iterator[CheckResult]:
    """Channels of recipients whose address is not in this process's environment."""
    try:
        recipients = read_recipients(context.settings.watchlists_dir / RECIPIENTS)
    except BadConfiguration as error:
        helps = shlex.join(["mediawatch", "watch", "test", str(context.settings.watchlists_dir / RECIPIENTS)])
        yield CheckResult(check="channels", seen="", trouble=str(error), helps=helps)
        return
    gone = missing_variables(recipients, os.environ)
    yield CheckResult(
        check="channels",
        seen=f"{len(recipients)} recipients, {sum(len(one.channels) for one in recipients)} channels",
        trouble=f"not set here: {', '.join(gone)}" if gone else "",
        helps=f"export {gone[0]}=..." if gone else "",
    )


def _elasticsearch(context: Context) -> Iterator[CheckResult]:
    if not context.settings.elasticsearch_url:
        yield CheckResult(check="index", seen="none is configured: articles are kept in the lake")
        return
    try:
        target = open_target(context)
        status = target.client.cluster.health()["status"]
    except MediawatchError as error:
        yield CheckResult(check="index", seen="", trouble=str(error), helps="mediawatch provision")
        return
    trouble = "the cluster is red: some shards are not there" if status == "red" else ""
    helps = "curl $MEDIAWATCH_ELASTICSEARCH_URL/_cluster/allocation/explain" if trouble else ""
    yield CheckResult(check="index", seen=f"{target.name}, {status}", trouble=trouble, helps=helps)


def _parser(context: Context) -> Iterator[CheckResult]:
    if not (path := context.settings.parser_socket):
        return
    try:
        Server.connect(path, patience=0).close()
    except MediawatchError as error:
        yield CheckResult(check="parser", seen="", trouble=str(error), helps=shlex.join(["mediawatch", "parser"]))
    else:
        yield CheckResult(check="parser", seen=path)


def _kibana(context: Context) -> Iterator[CheckResult]:
    if not context.settings.kibana_url:
        return
    try:
        yield CheckResult(check="kibana", seen=f"version {kibana_version(kibana_of(context))}")
    except MediawatchError as error:
        yield CheckResult(check="kibana", seen="", trouble=str(error), helps="mediawatch provision")


def _airflow(context: Context) -> Iterator[CheckResult]:
    if not (url := context.settings.airflow_url):
        return
    trouble = airflow_trouble(url, context.settings.airflow_ca_certs)
    helps = "docker compose up --detach, or make start" if trouble else ""
    yield CheckResult(check="airflow", seen="" if trouble else url, trouble=trouble, helps=helps)


def airflow_trouble(url: str, ca_certs: str = "") -> str:
    """What Airflow at `url` says is not healthy of it, "" when all is; it is asked for no password.

    `ca_certs` is the file that its certificate is verified by, instead of those that everybody trusts.
    """
    import requests

    try:
        with requests.get(f"{url}api/v2/monitor/health", timeout=_SECONDS, verify=ca_certs or True) as answer:
            answer.raise_for_status()
            found: dict[str, dict[str, Any]] = answer.json()
    except (requests.RequestException, ValueError, OSError) as error:
        return f"{url} does not answer: {type(error).__name__}"
    ill = [name for name, part in found.items() if part.get("status") not in ("healthy", None)]
    return f"not healthy: {', '.join(sorted(ill))}" if ill else ""
