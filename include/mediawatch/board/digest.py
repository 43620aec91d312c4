"""The daily digest: one self-contained HTML page and its plain-text twin, from the day's data alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mediawatch.board import listing
from mediawatch.board.counts import by_publishers, by_score
from mediawatch.board.reading import DayNumbers, SourceState
from mediawatch.board.rendering import render, render_text
from mediawatch.board.wording import Wording, wording
from mediawatch.records import Alert, Story
from mediawatch.tables.board import Shelved

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
    headlines: Sequence[Shelved]
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


def compose_digest(data: DayDigest, language: str) -> Digest:
    """The digest in `language` (`en` or `zh`).  Equal data give equal bytes; no clock is read."""
    say, shown = wording(language), list(data.troubled)[:SOURCES]
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


def _trouble(state: SourceState, say: Wording) -> str:
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
