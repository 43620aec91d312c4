"""The suite `days`: what a source's articles, and all of a day's, have to meet together."""

from __future__ import annotations

from typing import Final

from mediawatch.quality.expectations import QualityRule, between
from mediawatch.quality.frames import FEW

NAME: Final = "days"


def source_rules() -> tuple[QualityRule, ...]:
    """Rules about each source; one that fails holds its source back.  Loads Great Expectations."""
    return (
        QualityRule(
            name="source_mostly_admitted",
            severity="error",
            expected=f"at most half in quarantine, of {FEW} or more",
            expectation=between("share_failed", None, 0.5),
        ),
    )


def day_rules() -> tuple[QualityRule, ...]:
    """Rules about the day; one that fails holds the whole day back.  Loads Great Expectations."""
    return (
        QualityRule(
            name="something_admitted",
            severity="error",
            expected="at least 1 admitted",
            expectation=between("admitted", 1, None),
        ),
        QualityRule(
            name="day_mostly_admitted",
            severity="error",
            expected="at most half in quarantine, sources held back left out",
            expectation=between("share_failed", None, 0.5),
        ),
    )
