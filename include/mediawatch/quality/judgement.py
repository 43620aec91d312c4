"""What an audit says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mediawatch.records import QualityResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on a day: `failures` names for each quarantined link the `error` rules that it failed, sorted.

    `held_sources` are withheld as a whole, and with `is_held` the whole day is, until a person decides.
    """

    failures: Mapping[str, tuple[str, ...]]
    results: tuple[QualityResult, ...]
    held_sources: frozenset[str]
    is_held: bool
