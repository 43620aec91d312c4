"""The tables of words: counted, judged, and rolled up by month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mediawatch.records import AlertKind
from mediawatch.records.former import FORMERLY
from mediawatch.tables.declaration import Per, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCount:
    """How many `stories` of `publisher` have `term` on a day; `central` of them are about it: in the title, or twice.

    `articles` counts copies as well.  `language` is zh or en, by the term's own script.
    """

    term: str
    publisher: str = field(metadata={FORMERLY: "voice"})
    language: str
    articles: int
    stories: int
    central: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How many stories and articles of `publisher` a day has, whatever their words."""

    publisher: str = field(metadata={FORMERLY: "voice"})
    articles: int
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Strings:
    """One article's units, four bytes each, in the order of the text, and its publisher."""

    article_id: str
    publisher: str = field(metadata={FORMERLY: "voice"})
    units: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A topic that has made an alert.

    `stories` are those of its head words so far, newest days last, bounded by `STORIES`.  `articles` and `publishers`
    are the counts of its first message; `step` is 1 once the follow-up is due.  `words` are all by which it was told:
    its own and those beside it, newest last, bounded by `WORDS`.
    """

    alert_id: str
    rule: str
    topic: str
    kind: AlertKind
    began_on: date
    last_on: date
    articles: int
    publishers: int = field(metadata={FORMERLY: "voices"})
    step: int
    stories: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """An alert as the evaluation `evaluation` told it; `document` is the whole alert as JSON."""

    alert_id: str
    step: int
    evaluation: int = field(metadata={FORMERLY: "look"})
    score: float
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """A word that was judged: its counts in the window, what was usual, and the first gate it failed."""

    term: str
    kind: str
    articles: int
    stories: int
    publishers: int = field(metadata={FORMERLY: "voices"})
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
class PublisherStart:
    """A publisher's first day in a month."""

    publisher: str = field(metadata={FORMERLY: "voice"})
    first_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterPart:
    """A part of the filter of a month's strings, by `number` from 0: bits, eight in a byte."""

    number: int
    marks: bytes


TERMS: Final = Table(
    name="terms",
    stage="terms",
    row=TermCount,
    per=Per.DAY,
    sort_by=("term", "publisher"),
    about="How many stories of a publisher have a word.",
)
EXPOSURES: Final = Table(
    name="exposures",
    stage="terms",
    row=Exposure,
    per=Per.DAY,
    sort_by=("publisher",),
    about="How many stories a publisher has.",
)
STRINGS: Final = Table(
    name="strings",
    stage="terms",
    row=Strings,
    per=Per.DAY,
    sort_by=("article_id",),
    about="The units of an article, in the order of its text.",
)
EPISODES: Final = Table(
    name="episodes",
    stage="detect",
    row=Episode,
    per=Per.DAY,
    sort_by=("alert_id",),
    about="A topic that has made an alert and is still open.",
)
ALERTS: Final = Table(
    name="alerts",
    stage="detect",
    row=AlertRow,
    per=Per.DAY,
    sort_by=("evaluation", "alert_id", "step"),
    about="An alert as one evaluation told it.",
)
JUDGED: Final = Table(
    name="candidates", stage="detect", row=CandidateRow, per=Per.DAY, about="A word that the last evaluation judged."
)
TERM_SPANS: Final = Table(
    name="spans", stage="past", row=TermSpan, per=Per.MONTH, about="The first and the last day of a word in a month."
)
PUBLISHER_STARTS: Final = Table(
    name="publishers",
    formerly="voices",
    stage="past",
    row=PublisherStart,
    per=Per.MONTH,
    about="The first day of a publisher in a month.",
)
STRING_FILTERS: Final = Table(
    name="filters",
    stage="past",
    row=FilterPart,
    per=Per.MONTH,
    sort_by=("number",),
    about="A part of a filter that holds the strings of a month's texts: it says of a string that it may be there.",
)
