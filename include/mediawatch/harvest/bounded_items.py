"""The announced items of each source within its bound, and what was left out by it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mediawatch.harvest.discovery import Announced as Item


@dataclass(slots=True)
class BoundedItems:
    """At most `limits[name]` items of each source.

    Those of feeds and lists are kept before those of sitemaps, which may list the whole archive; then the newest by
    what they say of themselves.  The choice does not depend on the order in which items come.
    """

    limits: Mapping[str, int]
    kept: dict[str, list[Item]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    """By the address of the announcement."""

    def add(self, source: str, items: Iterable[Item]) -> None:
        """Take `items` in; memory is bounded by twice the limit and one announcement."""
        held = self.kept.setdefault(source, [])
        held.extend(items)
        if len(held) > 2 * self.limits[source]:
            self._cut(source)

    def settle(self) -> None:
        """Leave out what is beyond the limits."""
        for source in self.kept:
            if len(self.kept[source]) > self.limits[source]:
                self._cut(source)

    def _cut(self, source: str) -> None:
        held, limit = self.kept[source], self.limits[source]
        ranked = sorted(range(len(held)), key=lambda place: _rank(held[place]))
        self.left_out.update(held[place].discovered_by.partition(" ")[2] for place in ranked[limit:])
        self.kept[source] = [held[place] for place in sorted(ranked[:limit])]


def _rank(item: Item) -> tuple[bool, float, str, str, str]:
    moment = item.announced_at or item.updated_at
    is_map = item.discovered_by.startswith("sitemap ")
    rest = f"{item.title}\n{item.announced_at}\n{item.updated_at}"
    return is_map, -moment.timestamp() if moment else math.inf, item.url, item.discovered_by, rest
