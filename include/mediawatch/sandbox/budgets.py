"""How much processor time the pages of one source may take in one run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mediawatch.records import Reason
from mediawatch.sandbox.tasks import Failure

ITEM_SECONDS = 1.0
"""Each item adds this much to its owner's budget, so that an import of 20,000 pages of one site fits too: real pages
take 0.05 s on average."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """`seconds` of processor time for each owner and ITEM_SECONDS for each of its items.

    Far above what real pages take on any machine: it decides nothing but how long a site that is built to be slow can
    hold up the others.
    """

    seconds: float
    spent: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)

    def admits(self, owner: str) -> bool:
        """Whether there is something left for `owner`."""
        return self.spent[owner] < self.allowed(owner)

    def refusal(self, owner: str) -> Failure:
        """What becomes of an item of an `owner` who has used it up."""
        detail = f"{owner} took {self.spent[owner]:.0f} s of processor time for {self.items[owner]} pages"
        return Failure(reason=Reason.TOO_COSTLY, detail=detail)

    def allowed(self, owner: str) -> float:
        """The seconds that `owner` may have used by now."""
        return self.seconds + ITEM_SECONDS * self.items[owner]

    def charge(self, owner: str, cpu_seconds: float) -> None:
        """Count one item of `owner`."""
        self.items[owner] += 1
        self.spent[owner] += cpu_seconds  # type: ignore[assignment]  # a Counter of seconds
