"""A quality result: what one rule of the audit found on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityResult:
    """One rule's result over one source's articles of a day; `source` is empty for a rule about the whole day.

    `severity` is `error` (a row that fails is quarantined, a source or day is held back) or `warning` (reported only).
    `checked` counts what the rule applied to, `failed` what did not meet it; `observed` and `expected` are for people.
    """

    day: date
    suite: str
    rule: str
    source: str
    severity: str
    observed: str
    expected: str
    checked: int
    failed: int
    is_passed: bool
