"""The suite `days`: what a source's articles, and all of a day's, have to meet together."""

from __future__ import annotations

from typing import Final

from mediawatch.pipeline.taking_over import LEAST, SPEAKS_AS_BEFORE
from mediawatch.quality.expectations import Between, QualityRule
from mediawatch.quality.frames import FEW

NAME: Final = "days"
MOSTLY_ADMITTED: Final = "source_mostly_admitted"

SOURCE_RULES: Final = (
    QualityRule(
        name=MOSTLY_ADMITTED,
        severity="error",
        title="most articles of the source pass",
        expected=f"at most half in quarantine, of {FEW} or more",
        condition=Between("share_failed", None, 0.5),
    ),
    QualityRule(
        name=SPEAKS_AS_BEFORE,
        severity="error",
        title="the source speaks as before",
        expected=f"words at least {LEAST:.0%} as like those of the days before as usual",
        condition=Between("likeness", LEAST, None),
    ),
)
"""About each source; one that fails holds its source back."""

DAY_RULES: Final = (
    QualityRule(
        name="something_admitted",
        severity="error",
        title="something passes",
        expected="at least 1 admitted",
        condition=Between("admitted", 1, None),
    ),
    QualityRule(
        name="day_mostly_admitted",
        severity="error",
        title="most articles of the day pass",
        expected="at most half in quarantine, sources held back left out",
        condition=Between("share_failed", None, 0.5),
    ),
)
"""About the day; one that fails holds the whole day back."""
