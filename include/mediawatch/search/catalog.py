"""The indices there are: their names, mappings and periods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from mediawatch.search import alerts, articles, evidence, health, ledger, quality, rankings, runs, stories, terms

Period = Literal["month", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of index: what its documents may hold, and whether it is cut by month."""

    name: str
    mapping: Mapping[str, Any]
    period: Period


KINDS = (
    Kind(name="articles", mapping=articles.MAPPING, period="month"),
    Kind(name="stories", mapping=stories.MAPPING, period="none"),
    Kind(name="terms", mapping=terms.MAPPING, period="none"),
    Kind(name="alerts", mapping=alerts.MAPPING, period="none"),
    Kind(name="evidence", mapping=evidence.MAPPING, period="none"),
    Kind(name="rankings", mapping=rankings.MAPPING, period="none"),
    Kind(name="ledger", mapping=ledger.MAPPING, period="none"),
    Kind(name="quality", mapping=quality.MAPPING, period="none"),
    Kind(name="health", mapping=health.MAPPING, period="none"),
    Kind(name="figures", mapping=health.FIGURES_MAPPING, period="none"),
    Kind(name="runs", mapping=runs.MAPPING, period="none"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One complete copy of the documents of a kind.  Searches see the generation that the alias points to.

    `anchor` is the index that always exists; with the period `month` documents go to one more index a month.
    """

    prefix: str
    name: str
    number: int
    period: Period = "none"

    @property
    def alias(self) -> str:
        """What searches name: `<prefix>-<name>`."""
        return f"{self.prefix}-{self.name}"

    @property
    def anchor(self) -> str:
        """`<prefix>-<name>-gNNNNNN`."""
        return f"{self.alias}-g{self.number:06d}"

    @property
    def pattern(self) -> str:
        """A pattern of all indices of this generation."""
        return f"{self.anchor}*"

    def index_for(self, first_seen_on: date) -> str:
        """The index of a document first seen on that day (UTC)."""
        return f"{self.anchor}-{first_seen_on:%Y.%m}" if self.period == "month" else self.anchor

    def next(self, number: int) -> Generation:
        """The same kind, another number."""
        return Generation(prefix=self.prefix, name=self.name, number=number, period=self.period)


def kind_named(name: str) -> Kind:
    """Raises KeyError for a name that is not in KINDS."""
    return {kind.name: kind for kind in KINDS}[name]


def number_in(index: str, alias: str) -> int | None:
    """The generation number in an index name of `alias`, or None when it is not one of its indices."""
    found = re.fullmatch(rf"{re.escape(alias)}-g(\d{{6,}})(-\d{{4}}\.\d\d)?", index)
    return int(found[1]) if found else None
