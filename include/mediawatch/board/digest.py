"""The daily digest: one self-contained HTML page and its plain-text twin, from the day's data alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mediawatch.board import listing, queries
from mediawatch.board.counts import by_publishers, by_score
from mediawatch.board.local_index import headlines, refresh_day
from mediawatch.board.queries import DayNumbers, SourceState
from mediawatch.board.rendering import render, render_text
from mediawatch.board.state import BoardState, open_board
from mediawatch.context import Context, Report, silent
from mediawatch.locale import LANGUAGES, Language, Words, words_of
from mediawatch.pipeline.closed import day_by_day, raise_any
from mediawatch.records import Alert, Story
from mediawatch.tables.board import HeadlineRow
from mediawatch.workflow import digests

WORDS, STORIES, HEADLINES, SOURCES = 12, 12, 12, 10
"""What a person reads over a coffee; the board has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDigest:
    """A day's data.  `words` and `stories` None mean: not counted yet; `headlines` then stand in for stories.
    `names` tells what people call a source, a host or a publisher's id.

    `board_url` leads to the day on the board; empty leaves the link out.
    """

    day: date
    numbers: DayNumbers
    words: Sequence[Alert] | None
    stories: Sequence[Story] | None
    headlines: Sequence[HeadlineRow]
    troubled: Sequence[SourceState]
    names: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    board_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A composed digest; `title` suits a message's subject."""

    title: str
    html: str
    text: str


def compose_digest(data: DayDigest, language: Language) -> Digest:
    """The digest in `language`.  Equal data give equal bytes; no clock is read."""
    say, shown = words_of(language), list(data.troubled)[:SOURCES]
    context = {
        "say": say,
        "data": data,
        "words": None if data.words is None else by_score(data.words)[:WORDS],
        "stories": None if data.stories is None else by_publishers(data.stories)[:STORIES],
        "headlines": list(data.headlines)[-HEADLINES:][::-1],
        "troubled": [_trouble(state, say) for state in shown],
        "untold": len(data.troubled) - len(shown),
        "publisher_of": listing.publisher_of,
        "title": say("digest.title", day=data.day),
        "zone": data.timezone,
    }
    return Digest(title=str(context["title"]), html=render("digest", **context), text=render_text("digest", **context))


def _trouble(state: SourceState, say: Words) -> str:
    """What is wrong with a source, in one line."""
    if state.is_failed:
        reason = listing.reason(state.trouble, say)
        return say(
            "digest.failed_line",
            source=state.title,
            reason=reason.label if reason else "",
            state=listing.silence(state, say).label,
        )
    return say(
        "digest.trouble_line",
        source=state.title,
        state=listing.silence(state, say).label,
        lost=state.lost,
        pending=state.pending,
    )


def day_digest(state: BoardState, day: date, *, board_url: str = "") -> DayDigest:
    """What the digest of `day` is composed from."""
    store = state.context.store
    articles = headlines(store, day)
    return DayDigest(
        day=day,
        numbers=queries.numbers_of(store, day, articles),
        words=state.counts.alerts(day, day),
        stories=state.counts.stories(day),
        headlines=[article for article in articles if not article.is_revision],
        troubled=queries.in_trouble(queries.source_states(store, state.context.catalogue.sources, day)),
        names=state.names,
        timezone=state.context.settings.timezone,
        board_url=board_url,
    )


def keep_digest(state: BoardState, day: date) -> dict[str, Digest]:
    """Compose the day's digest in both languages and put it into the lake; the digests by language."""
    store, board_url = state.context.store, digests.board_page(state.context.settings, day)
    made_of = digests.state_of(store, day)
    found: dict[str, Digest] = {
        language: compose_digest(day_digest(state, day, board_url=board_url), language) for language in LANGUAGES
    }
    pages = {language: (digest.html, digest.text) for language, digest in found.items()}
    digests.keep(store, day, made_of, pages)
    return found


def keep_digests(context: Context, days: Iterable[date], report: Report = silent) -> None:
    """Keep the digests of `days`, and of the day that is complete unless its digest is kept as it is now.

    One that cannot be made holds up no other; what stopped it is raised at the end.
    """
    complete = digests.complete_day(context)
    due = {complete} if complete and not digests.is_kept(context.store, complete) else set()
    state = open_board(context)

    def make(day: date) -> None:
        refresh_day(context, day)
        keep_digest(state, day)
        report(f"{day}: {digests.folder_of(day)}")

    raise_any(day_by_day(sorted({*days} | due), make, report))
