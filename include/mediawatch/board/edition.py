"""The day's digest: its data read from the lake, and the digest kept there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mediawatch.board import reading
from mediawatch.board.desk import Desk, open_desk
from mediawatch.board.digest import DayDigest, Digest, compose_digest
from mediawatch.board.shelf import headlines, stock_day
from mediawatch.board.wording import LANGUAGES
from mediawatch.context import Context, Report, silent
from mediawatch.pipeline.day_by_day import day_by_day, raise_any
from mediawatch.workflow import digests


def day_digest(desk: Desk, day: date, *, board_url: str = "") -> DayDigest:
    """What the digest of `day` is composed from."""
    store = desk.context.store
    articles = headlines(store, day)
    return DayDigest(
        day=day,
        numbers=reading.numbers_of(store, day, articles),
        words=desk.counts.alerts(day, day),
        stories=desk.counts.stories(day),
        headlines=[article for article in articles if not article.is_revision],
        troubled=reading.in_trouble(reading.source_states(store, desk.context.catalogue.sources, day)),
        names=desk.names,
        timezone=desk.context.settings.timezone,
        board_url=board_url,
    )


def keep_digest(desk: Desk, day: date) -> dict[str, Digest]:
    """Compose the day's digest in both languages and put it into the lake; the digests by language."""
    store, board_url = desk.context.store, digests.board_page(desk.context.settings, day)
    state = digests.state_of(store, day)
    found = {language: compose_digest(day_digest(desk, day, board_url=board_url), language) for language in LANGUAGES}
    pages = {language: (digest.html, digest.text) for language, digest in found.items()}
    digests.keep(store, day, state, pages)
    return found


def keep_digests(context: Context, days: Iterable[date], report: Report = silent) -> None:
    """Keep the digests of `days`, and of the day that is complete unless its digest is kept as it is now.

    One that cannot be made holds up no other; what stopped it is raised at the end.
    """
    complete = digests.complete_day(context)
    due = {complete} if complete and not digests.is_kept(context.store, complete) else set()
    desk = open_desk(context)

    def make(day: date) -> None:
        stock_day(context, day)
        keep_digest(desk, day)
        report(f"{day}: {digests.folder_of(day)}")

    raise_any(day_by_day(sorted({*days} | due), make, report))
