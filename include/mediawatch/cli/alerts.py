"""`mediawatch alerts`: what was found, whom it was told, and a person's word on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, plain, print_csv, print_json, print_table
from mediawatch.errors import BadRequest
from mediawatch.records.times import parse_day

if TYPE_CHECKING:
    from mediawatch.context import Context
    from mediawatch.records import Alert

COLUMNS = (
    "day",
    "kind",
    "term",
    "also",
    "headline",
    "articles",
    "stories",
    "publishers",
    "ratio",
    "score",
    "delivery",
    "alert_id",
)
NOTICES = ("day", "kind", "title", "recipient", "channel", "status", "at", "reason", "letter")
OPINIONS = ("recipient", "on", "opinion", "kind", "words", "publisher", "why", "alert_id")
ORDER = ("day", "place", "kind", "term", "score", "own_score", "because", "alert_id")
DISMISSED = ("on", "rule", "kind", "words", "why", "by", "alert_id")
WEEK = timedelta(days=6)

app = typer.Typer(invoke_without_command=True)


@app.callback()
def alerts(
    ctx: typer.Context,
    day: Annotated[str | None, typer.Option("--day", help="Of this day only.", metavar="DAY")] = None,
    since: Annotated[
        str | None, typer.Option(help="From this day on; without it the last week.", metavar="DAY")
    ] = None,
    dismissed: Annotated[bool, typer.Option("--dismissed", help="List what was dismissed, and why.")] = False,
    notices: Annotated[
        bool, typer.Option("--notices", help="List daily digests and messages about failed tasks instead.")
    ] = False,
    lake: options.Lake = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with all evidence.")] = False,
) -> None:
    """Alerts, newest day and loudest first, each with what became of it for every recipient; then the other messages.

    Example: `mediawatch alerts --since 2026-04-01 --csv`
    """
    if ctx.invoked_subcommand is not None:
        return
    context = options.context(lake)
    if dismissed:
        _show(DISMISSED, _dismissed(context), "Dismissed", as_csv, as_json)
        return
    first, last = _days(context, day, since)
    if notices:
        _show(NOTICES, _notices(context, first, last), f"Digests and failures from {first} to {last}", as_csv, as_json)
        return
    found = _found(context, first, last)
    if as_json:
        print_json(_with_evidence(context, found))
        return
    _show(COLUMNS, _rows(context, found), f"Alerts from {first} to {last}", as_csv, as_json)
    if not as_csv and (others := _notices(context, first, last)):
        print_table(f"Digests and failures from {first} to {last}", NOTICES, others)


@app.command()
def dismiss(
    alert_id: Annotated[str, typer.Argument(help="As messages and `mediawatch alerts` show it.", metavar="ID")],
    why: Annotated[str, typer.Option(help="What made the alert useless; kept, and shown with the rule.")],
    recipient: Annotated[
        str, typer.Option("--for", help="Only this recipient's opinion: nothing is silenced.", metavar="RECIPIENT")
    ] = "",
    lake: options.Lake = None,
) -> None:
    """Take an alert's words off the alerts for 90 days, and count it against its rule.

    Of a watch list's alert it mutes the word in that list alone.  With --for it silences nothing: alerts of that kind,
    word and publisher lose places in that recipient's own order.

    Example: `mediawatch alerts dismiss 7f3a90c2 --why "name of a weekly column"`
    """
    from mediawatch.keywords.dismissals import dismiss as run

    context = options.context(lake)
    if recipient:
        _give_opinion(context, recipient, alert_id, is_useful=False, why=why)
        return
    done = run(context, _named(context, alert_id), why)
    words = ", ".join(done.words)
    if done.watchlists:
        said = (
            f"{words} of the watch list {', '.join(done.watchlists)} makes no alert until {done.until}; its other words"
        )
        said += " do, and other lists and rules tell of it as before."
    else:
        said = f"{words} make no new, back or rising alert until {done.until}; watch lists tell of them as before."
    PROGRESS.print(plain(f"Dismissed: {said}"))


@app.command()
def bookmark(
    alert_id: Annotated[str, typer.Argument(help="As messages and `mediawatch alerts` show it.", metavar="ID")],
    recipient: Annotated[str, typer.Option("--for", help="Who found it useful.", metavar="RECIPIENT")],
    why: Annotated[str, typer.Option(help="What was good about it.")] = "",
    lake: options.Lake = None,
) -> None:
    """Say that an alert was useful to a recipient: alerts like it come earlier in his own order.

    Example: `mediawatch alerts bookmark 7f3a90c2 --for desk`
    """
    _give_opinion(options.context(lake), recipient, alert_id, is_useful=True, why=why)


@app.command()
def undo(
    recipient: Annotated[str, typer.Option("--for", help="Whose opinions.", metavar="RECIPIENT")],
    alert_id: Annotated[str, typer.Argument(help="Of this alert alone; of all unless given.", metavar="[ID]")] = "",
    lake: options.Lake = None,
) -> None:
    """Take back what a recipient thought of alerts: his order is that of the scores again.

    Example: `mediawatch alerts undo --for desk`
    """
    from mediawatch.delivery.preferences import take_back

    taken = take_back(options.context(lake).store, recipient, alert_id)
    words = ", ".join(one.words[0] for one in taken)
    PROGRESS.print(plain(f"Taken back of {recipient}: {words}."))


@app.command("opinions")
def list_opinions(
    recipient: Annotated[str, typer.Option("--for", help="Of this one only.", metavar="RECIPIENT")] = "",
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """What recipients thought of alerts.

    Example: `mediawatch alerts opinions --for desk`
    """
    from mediawatch.delivery.preferences import opinions

    rows = [
        {
            "recipient": one.recipient,
            "on": one.on,
            "opinion": "bookmarked" if one.is_useful else "dismissed",
            "kind": one.kind,
            "words": ", ".join(one.words),
            "publisher": one.publisher,
            "why": one.why,
            "alert_id": one.alert_id,
        }
        for one in opinions(options.context(lake).store, recipient)
    ]
    _show(OPINIONS, rows, "Opinions", as_csv=False, as_json=as_json)


@app.command()
def order(
    recipient: Annotated[str, typer.Option("--for", help="Whose order.", metavar="RECIPIENT")],
    day: Annotated[str, typer.Option("--day", help="The day.", metavar="DAY")] = "today",
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """A day's alerts in a recipient's own order, and what moved each.

    Example: `mediawatch alerts order --for desk --day 2026-04-29`
    """
    from mediawatch.delivery.preferences import opinions, preferences_of

    context = options.context(lake)
    only = parse_day(day, context.today)
    own = preferences_of(opinions(context.store, recipient), recipient, context.today)
    found = sorted(_found(context, only, only), key=lambda alert: (-own.score(alert), alert.alert_id))
    rows = [
        {
            "day": alert.day,
            "place": place,
            "kind": alert.kind.value,
            "term": alert.term,
            "score": alert.score,
            "own_score": round(own.score(alert), 2),
            "because": "; ".join(
                f"{reason.points:+.1f} {reason.trait} {reason.value}: {reason.dismissed} dismissed, "
                f"{reason.bookmarked} bookmarked"
                for reason in own.reasons(alert)
            ),
            "alert_id": alert.alert_id,
        }
        for place, alert in enumerate(found, 1)
    ]
    _show(ORDER, rows, f"Alerts of {only} for {recipient}", as_csv=False, as_json=as_json)


@app.command()
def settle(
    letter: Annotated[str, typer.Argument(help="recipient/channel/number, as --json shows it.", metavar="LETTER")],
    why: Annotated[str, typer.Option(help="How you know.")],
    sent: Annotated[bool, typer.Option("--sent/--not-sent", help="Whether the message arrived.")] = True,
    lake: options.Lake = None,
) -> None:
    """Say what became of a message of which that is unknown; one that did not arrive is sent again.

    Example: `mediawatch alerts settle desk/chat/12 --not-sent --why "asked in the room"`
    """
    from mediawatch.delivery.outbox import Outbox
    from mediawatch.delivery.outbox import settle as run

    context = options.context(lake)
    recipient, _, rest = letter.partition("/")
    channel, _, number = rest.partition("/")
    if not (recipient and channel and number.isdecimal()):
        raise BadRequest(f"{letter!r} names no letter: write recipient/channel/number, such as desk/chat/12.")
    box = Outbox(context.store, recipient, channel)
    if not run(box, int(number), is_sent=sent, why=why, now=context.clock()):
        raise BadRequest(f"{letter} is not unknown: `mediawatch alerts --json` shows what became of it.")
    PROGRESS.print("Noted.")


@app.command()
def feed(
    out: Annotated[Path, typer.Argument(help="Where the feed goes.", metavar="FILE")],
    watchlist: Annotated[str | None, typer.Option(help="The feed of this watch list.", metavar="NAME")] = None,
    word: Annotated[str | None, typer.Option(help="The feed of this word, in any spelling.")] = None,
    authority: Annotated[str, typer.Option(help="A host name of yours: it owns the entries' ids.")] = "localhost",
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of the entries.")] = "zh",
    lake: options.Lake = None,
) -> None:
    """Write the Atom feed of a watch list or a word, for a web server to hand out.

    Example: `mediawatch alerts feed trade.xml --watchlist trade --authority news.example`
    """
    from mediawatch.workflow.digests import feed_of

    if (watchlist is None) == (word is None):
        raise BadRequest("Say either --watchlist NAME or --word WORD.")
    context = options.context(lake)
    asked = {"watchlist": watchlist or "", "word": word or ""}
    content = feed_of(context, **asked, language=language, authority=authority)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise BadRequest(f"{out}: cannot be written: {error.strerror or error}") from error


def _give_opinion(context: Context, recipient: str, alert_id: str, *, is_useful: bool, why: str) -> None:
    from mediawatch.delivery.preferences import give_opinion
    from mediawatch.delivery.recipients import read_recipients
    from mediawatch.keywords.watching.watchlist import RECIPIENTS

    known = [each.name for each in read_recipients(context.settings.watchlists_dir / RECIPIENTS)]
    if recipient not in known:
        raise BadRequest(f"{recipient!r} is no recipient: there are {', '.join(known) or 'none'}.")
    alert = _named(context, alert_id)
    given = give_opinion(context.store, recipient, alert, is_useful=is_useful, why=why, on=context.today)
    verb, where = ("Bookmarked", "earlier") if is_useful else ("Dismissed", "later")
    said = (
        f"{verb} for {recipient}: {given.words[0]}. Alerts like it come {where} in {recipient}'s own order, and in no"
    )
    PROGRESS.print(plain(f"{said} other's; `mediawatch alerts undo --for {recipient} {alert.alert_id}` takes it back."))


def _days(context: Context, day: str | None, since: str | None) -> tuple[date, date]:
    if day is not None:
        if since is not None:
            raise BadRequest("Say either --day DAY or --since DAY.")
        only = parse_day(day, context.today)
        return only, only
    first = parse_day(since, context.today) if since else context.today - WEEK
    return first, context.today


def _found(context: Context, first: date, last: date) -> list[Alert]:
    """The alerts of the days, each as it was last, newest day and loudest first."""
    from mediawatch.keywords.detect_stage import alerts_since

    newest = {alert.alert_id: alert for alert in alerts_since(context.store, first) if alert.day <= last}
    return sorted(newest.values(), key=lambda alert: (-alert.day.toordinal(), -alert.score, alert.alert_id))


def _named(context: Context, alert_id: str) -> Alert:
    from mediawatch.keywords.detect_stage import alerts_since

    found = [alert for alert in alerts_since(context.store, date.min) if alert.alert_id.startswith(alert_id)]
    if len({alert.alert_id for alert in found}) != 1:
        how_many = "no alert" if not found else "several alerts"
        raise BadRequest(f"{alert_id!r} names {how_many}: `mediawatch alerts` shows the ids.")
    return found[-1]


def _deliveries(context: Context) -> dict[str, list[dict[str, Any]]]:
    from mediawatch.delivery.outbox_status import outbox

    found: dict[str, list[dict[str, Any]]] = {}
    for row in outbox(context.store, context.clock()):
        if row.alert_id:
            found.setdefault(row.alert_id, []).append(row.document())
    return found


def _notices(context: Context, first: date, last: date) -> list[dict[str, Any]]:
    """The digests and failures of the days on their ways, newest first; the letter as `settle` takes it."""
    from mediawatch.delivery.outbox_status import outbox

    return [
        {
            "day": row.day,
            "kind": row.kind,
            "title": row.term,
            "recipient": row.recipient,
            "channel": row.channel,
            "status": row.status,
            "at": row.at,
            "reason": row.reason,
            "letter": f"{row.recipient}/{row.channel}/{row.letter}" if row.letter else "",
        }
        for row in outbox(context.store, context.clock())
        if row.notice_id and first <= row.day <= last
    ]


def _rows(context: Context, found: Iterable[Alert]) -> list[dict[str, Any]]:
    deliveries = _deliveries(context)
    return [
        {
            "day": alert.day,
            "kind": alert.kind.value,
            "term": alert.term,
            "also": ", ".join(alert.also),
            "headline": alert.headlines[0].title if alert.headlines else "",
            "articles": alert.articles,
            "stories": alert.stories,
            "publishers": alert.publishers,
            "ratio": alert.ratio,
            "score": alert.score,
            "delivery": ", ".join(
                f"{row['recipient']}/{row['channel']} {row['status']}" for row in deliveries.get(alert.alert_id, ())
            ),
            "alert_id": alert.alert_id,
        }
        for alert in found
    ]


def _with_evidence(context: Context, found: Iterable[Alert]) -> list[dict[str, Any]]:
    from mediawatch.records.alert import alert_document

    deliveries = _deliveries(context)
    return [alert_document(alert) | {"deliveries": deliveries.get(alert.alert_id, [])} for alert in found]


def _dismissed(context: Context) -> list[dict[str, Any]]:
    from mediawatch.keywords.dismissals import dismissals

    rows = sorted(dismissals(context.store), key=lambda row: (row.on, row.alert_id), reverse=True)
    return [{name: getattr(row, name) for name in DISMISSED} | {"words": ", ".join(row.words)} for row in rows]


def _show(columns: tuple[str, ...], rows: list[dict[str, Any]], title: str, as_csv: bool, as_json: bool) -> None:
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(columns, rows)
    elif rows:
        print_table(title, columns, rows)
    else:
        PROGRESS.print(f"{title}: none.")
