"""A tally: the arithmetic of one stage over one source, which refuses to exist unless it balances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mediawatch.records.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`received == passed + sum(lost.values()) + sum(pending.values())`, else ValueError.

    `lost` counts final reasons, `pending` retryable ones.
    """

    stage: str
    source: str
    received: int
    passed: int
    lost: Mapping[Reason, int] = field(default_factory=dict)
    pending: Mapping[Reason, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lost", MappingProxyType(dict(self.lost)))
        object.__setattr__(self, "pending", MappingProxyType(dict(self.pending)))
        misplaced = [r for r in self.lost if not r.is_final] + [r for r in self.pending if r.is_final]
        if misplaced:
            raise ValueError(f"{self.stage}/{self.source}: reasons on the wrong side: {misplaced}")
        if min(self.received, self.passed, *self.lost.values(), *self.pending.values()) < 0:
            raise ValueError(f"{self.stage}/{self.source}: a count is negative")
        accounted = self.passed + sum(self.lost.values()) + sum(self.pending.values())
        if accounted != self.received:
            raise ValueError(f"{self.stage}/{self.source}: received {self.received}, accounted for {accounted}")
