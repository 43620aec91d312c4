"""The tables of words: counted, judged, and rolled up by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mediawatch.records import AlertKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCount:
    """How many `stories` of `voice` have `term` on a day; `central` of them are about it: in the title, or twice.

    `articles` counts copies as well.  `language` is zh or en, by the term's own script.
    """

    term: str
    voice: str
    language: str
    articles: int
    stories: int
    central: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How many stories and articles of `voice` a day has, whatever their words."""

    voice: str
    articles: int
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Strings:
    """One article's units, four bytes each, in the order of the text, and its voice."""

    article_id: str
    voice: str
    units: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A topic that has made an alert.

    `stories` are those of its head words so far, newest days last, bounded by `STORIES`.  `articles` and `voices` are
    the counts of its first message; `step` is 1 once the follow-up is due.
    """

    alert_id: str
    rule: str
    topic: str
    kind: AlertKind
    began_on: date
    last_on: date
    articles: int
    voices: int
    step: int
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """An alert as the look `look` told it; `document` is the whole alert as JSON."""

    alert_id: str
    step: int
    look: int
    score: float
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """A word that was judged: its counts in the window, what was usual, and the first gate it failed."""

    term: str
    kind: str
    articles: int
    stories: int
    voices: int
    usual: float
    ratio: float
    p_value: float
    effect: float
    score: float
    gate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSpan:
    """A word's first and last day in a month."""

    term: str
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceStart:
    """A voice's first day in a month."""

    voice: str
    first_on: date
