"""Columns of a Lens layer: what is measured, and by what it is broken down.

Each renders as Kibana keeps it.  Only operations that were seen to draw on both the full and the trimmed server are
here: no last value, no runtime field, no terms over several fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from mediawatch.kibana.bilingual import Json

DOCUMENTS: Final = "___records___"
"""Lens's name for "no field": documents are counted."""

COUNTED_AT: Final = "counted_at"
"""Noon of the day that counts a document: at midnight a click on one day would take the next one too."""
FORMS: Final[Mapping[str, Json]] = {
    "percent": {"id": "percent", "params": {"decimals": 1}},
    "duration": {"id": "duration", "params": {"decimals": 0, "fromUnit": "seconds", "toUnit": "humanizePrecise"}},
    "one_decimal": {"id": "number", "params": {"decimals": 1}},
}
"""How Kibana writes a number."""

Operation = Literal["count", "unique_count", "sum", "average", "min", "max", "median", "percentile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number (or, with `is_date`, an instant) over the documents that `where` (KQL) lets through.

    `shift` moves it in time, "1w" is the week before; Kibana refuses that beside a breakdown by terms.  Nothing at all
    is drawn as blank, a white cell or "-", unless `has_zero` asks for a 0.
    """

    label: str
    operation: Operation = "count"
    field: str = DOCUMENTS
    where: str = ""
    shift: str = ""
    percentile: int = 0
    form: Json | None = None
    is_date: bool = False
    has_zero: bool = False

    def columns(self, name: str) -> dict[str, Json]:
        """One column."""
        return {name: self._column(self.label)}

    def part(self, label: str) -> Json:
        """The column as a part of a formula."""
        return self._column(label)

    def _column(self, label: str) -> Json:
        column: Json = {
            "label": label,
            "customLabel": True,
            "dataType": "date" if self.is_date else "number",
            "operationType": self.operation,
            "isBucketed": False,
            "scale": "ratio",
            "sourceField": self.field,
            "params": self._params(),
        }
        if self.where:
            column["filter"] = {"query": self.where, "language": "kuery"}
        if self.shift:
            column["timeShift"] = self.shift
        return column

    def _params(self) -> Json:
        params: Json = {}
        if self.operation in ("count", "unique_count", "sum"):
            params["emptyAsNull"] = not self.has_zero
        if self.operation == "percentile":
            params["percentile"] = self.percentile
        if self.form:
            params["format"] = self.form
        return params

    def formula(self) -> str:
        """The measure as it stands in a formula."""
        field = "" if self.field == DOCUMENTS else self.field
        where = f"kql='{self.where}'" if self.where else ""
        return f"{self.operation}({', '.join(part for part in (field, where) if part)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One measure over another, as a formula.  It needs documents in each bucket, hence whole days."""

    label: str
    of: Measure
    to: Measure
    form: Json

    def columns(self, name: str) -> dict[str, Json]:
        """The two parts, the division and the formula itself, which alone is drawn."""
        text = f"{self.of.formula()} / {self.to.formula()}"
        parts = {f"{name}X0": self.of.part(f"Part of {self.label}"), f"{name}X1": self.to.part(f"Part of {self.label}")}
        for part in parts.values():
            part["params"].pop("emptyAsNull", None)  # none of some is 0 %, not unknown
        number: Json = {"customLabel": True, "dataType": "number", "isBucketed": False, "scale": "ratio"}
        division = {
            "type": "function",
            "name": "divide",
            "args": list(parts),
            "location": {"min": 0, "max": len(text)},
            "text": text,
        }
        return {
            **parts,
            f"{name}X2": {
                **number,
                "label": f"Part of {self.label}",
                "operationType": "math",
                "params": {"tinymathAst": division},
                "references": list(parts),
            },
            name: {
                **number,
                "label": self.label,
                "operationType": "formula",
                "params": {"formula": text, "isFormulaBroken": False, "format": self.form},
                "references": [f"{name}X2"],
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A fixed number, for a reference line."""

    label: str
    value: float

    def columns(self, name: str) -> dict[str, Json]:
        """One column."""
        column: Json = {
            "label": self.label,
            "customLabel": True,
            "dataType": "number",
            "operationType": "static_value",
            "isStaticValue": True,
            "isBucketed": False,
            "scale": "ratio",
            "params": {"value": f"{self.value:g}"},
            "references": [],
        }
        return {name: column}


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """A breakdown by time.  Days are whole days: their documents stand at noon UTC."""

    label: str
    field: str
    interval: str = "1d"

    def column(self) -> Json:
        """The column."""
        return {
            "label": self.label,
            "customLabel": True,
            "dataType": "date",
            "operationType": "date_histogram",
            "sourceField": self.field,
            "isBucketed": True,
            "scale": "interval",
            "params": {"interval": self.interval, "includeEmptyRows": True, "dropPartials": False},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A breakdown by the values of a keyword field: the `size` first by the measure `by`, or by name without one."""

    label: str
    field: str
    size: int
    by: str = ""
    is_ascending: bool = False
    has_others: bool = False

    def column(self) -> Json:
        """The column."""
        order = {"type": "column", "columnId": self.by, "fallback": False} if self.by else _BY_NAME
        return {
            "label": self.label,
            "customLabel": True,
            "dataType": "string",
            "operationType": "terms",
            "scale": "ordinal",
            "sourceField": self.field,
            "isBucketed": True,
            "params": {
                "size": self.size,
                "orderBy": order,
                "orderDirection": "asc" if self.is_ascending or not self.by else "desc",
                "otherBucket": self.has_others,
                "missingBucket": False,
                "parentFormat": {"id": "terms"},
                "include": [],
                "exclude": [],
                "includeIsRegex": False,
                "excludeIsRegex": False,
            },
        }


_BY_NAME: Final[Json] = {"type": "alphabetical", "fallback": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """A breakdown by queries, in the order given: (label, KQL)."""

    label: str
    cases: tuple[tuple[str, str], ...]

    def column(self) -> Json:
        """The column."""
        return {
            "label": self.label,
            "customLabel": True,
            "dataType": "string",
            "operationType": "filters",
            "scale": "ordinal",
            "isBucketed": True,
            "params": {
                "filters": [
                    {"label": label, "input": {"query": query, "language": "kuery"}} for label, query in self.cases
                ]
            },
        }


Value = Measure | Ratio
Breakdown = Times | Terms | Cases
