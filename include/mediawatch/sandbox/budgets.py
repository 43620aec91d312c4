"""How much processor time the pages of one source may take in one run."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field

from mediawatch.records import Reason
from mediawatch.sandbox.tasks import ReadFailure

_LOG = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Budget:
    """`seconds` of processor time for each owner, and `item_seconds` more for each item that was read for it.

    So an import of 20,000 pages of one site fits too: real pages take 0.05 s on average.
    Far above what real pages take on any machine: it decides nothing but how long a site that is built to be slow can
    hold up the others.
    """

    seconds: float
    item_seconds: float = 1.0
    spent: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    told: set[str] = field(default_factory=set)

    def admits(self, owner: str) -> bool:
        """Whether there is something left for `owner`."""
        return self.spent[owner] < self.allowed(owner)

    def refusal(self, owner: str) -> ReadFailure:
        """What becomes of an item of an `owner` who has used it up; the log says so once."""
        if owner not in self.told:
            self.told.add(owner)
            spent, items = self.spent[owner], self.items[owner]
            _LOG.warning("%s: %.0f s of processor time for %d answers; the rest is left", owner, spent, items)
        return ReadFailure(
            reason=Reason.TOO_COSTLY, detail=f"over {self.seconds:g} s of the source and {self.item_seconds:g} s a page"
        )

    def allowed(self, owner: str) -> float:
        """The seconds that `owner` may have used by now."""
        return self.seconds + self.item_seconds * self.items[owner]

    def charge(self, owner: str, cpu_seconds: float) -> None:
        """Count one item of `owner`."""
        self.items[owner] += 1
        self.spent[owner] += cpu_seconds  # type: ignore[assignment]  # a Counter of seconds
