"""The tables of sources' health: their daily figures, what is unusual about them, and how each source is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from mediawatch.tables.declaration import Per, Table

State = Literal[
    "unknown",
    "live",
    "certificate",
    "slow",
    "redesigned",
    "losing",
    "shrinking",
    "frozen",
    "silent",
    "blocked",
    "failed",
    "held",
    "taken_over",
]
"""Each with the messages `health.<state>` and `health.<state>.remedy`."""
WORSE: Final[tuple[State, ...]] = (
    "taken_over",
    "held",
    "blocked",
    "failed",
    "silent",
    "frozen",
    "shrinking",
    "losing",
    "redesigned",
    "slow",
    "certificate",
)
"""All but live and unknown, in the order in which one of several is told."""
STATES: Final[tuple[State, ...]] = ("unknown", "live", *WORSE)
METRICS: Final = (
    "admitted",
    "new_links",
    "listed",
    "share_lost",
    "share_missed",
    "share_undated",
    "share_unsigned",
    "share_reprinted",
    "share_copied",
    "share_other_language",
    "median_length",
    "lag_minutes",
)
"""The figures of a source's day, each with the message `metric.<name>`; a share lost for one reason adds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigure:
    """The value of `metric` of a source on a day."""

    day: date
    source: str
    metric: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFinding:
    """A figure against what the source's own history let expect of the day: from `low` to `high`.

    `verdict` is what is new of it (`usual` where nothing is), `standing` what it still is as it was told ("" for
    nothing); bounds are None, and the verdict `unknown`, before `days_known` suffice.
    """

    day: date
    source: str
    metric: str
    verdict: str
    severity: str
    standing: str
    observed: float
    low: float | None
    high: float | None
    days_known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source is at the end of a day, since when, and how it was before that.

    `metric` is the figure that says so ("" where visits or losses do), `detail` what was seen of them.
    """

    day: date
    source: str
    state: str
    since: date
    was: str
    metric: str
    detail: str

    @property
    def is_new(self) -> bool:
        """Whether it became so on this day."""
        return self.since == self.day and self.was != self.state


FIGURES: Final = Table(
    name="figures",
    stage="health",
    row=SourceFigure,
    per=Per.DAY,
    sort_by=("source", "metric"),
    about="A daily figure of a source: articles, shares, lengths, lags.",
)
FINDINGS: Final = Table(
    name="findings",
    stage="health",
    row=SourceFinding,
    per=Per.DAY,
    sort_by=("source", "metric"),
    about="A figure of a source against the bounds of its own history.",
)
HEALTH: Final = Table(
    name="health",
    stage="health",
    row=SourceHealth,
    per=Per.DAY,
    sort_by=("source",),
    about="How a source is: live, silent, blocked and the like, and since when.",
)
