"""Columns of a Lens layer: known operations over fields that exist and fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mediawatch.kibana.checks.envelope import Fault, Fields, Json
from mediawatch.kibana.checks.queries import check_query, queries_in

NUMBERS: Final = frozenset({"long", "integer", "short", "byte", "double", "float"})
DOCUMENTS: Final = "___records___"

FITTING: Final[Mapping[str, frozenset[str]]] = {
    "terms": frozenset({"keyword", "boolean"}),
    "date_histogram": frozenset({"date"}),
    "unique_count": frozenset({"keyword", "boolean", "date"}) | NUMBERS,
    "sum": NUMBERS,
    "average": NUMBERS,
    "median": NUMBERS,
    "percentile": NUMBERS,
    "min": NUMBERS | {"date"},
    "max": NUMBERS | {"date"},
}
"""What an operation can be done over.  What is not here nor below does not draw on every server."""

WITHOUT_FIELD: Final = frozenset({"count", "filters", "static_value", "formula", "math"})


def check_columns(place: str, layer: Json, fields: Fields) -> Iterator[Fault]:
    """All columns of a layer over a data view with these fields."""
    columns: dict[str, Json] = layer["columns"]
    for name, column in columns.items():
        yield from _operation(f"{place}/{name}", column, fields)
        for query in queries_in(column):
            yield from check_query(f"{place}/{name}", query, fields)
        for other in column.get("references", []):
            if other not in columns:
                yield Fault(place=f"{place}/{name}", fault="missing-column", detail=f"refers to {other}")
    yield from _order(place, layer)
    yield from _shifts(place, columns)
    yield from _formula_buckets(place, columns)


def _operation(place: str, column: Json, fields: Fields) -> Iterator[Fault]:
    operation, field = str(column.get("operationType")), str(column.get("sourceField", ""))
    if operation not in FITTING and operation not in WITHOUT_FIELD:
        yield Fault(place=place, fault="unknown-operation", detail=operation)
        return
    if column.get("params", {}).get("secondaryFields"):
        yield Fault(place=place, fault="several-fields", detail="terms over several fields do not draw")
    if operation in WITHOUT_FIELD:
        if field not in ("", DOCUMENTS):
            yield Fault(place=place, fault="unfit-field", detail=f"{operation} of {field}")
    elif field not in fields:
        yield Fault(place=place, fault="missing-field", detail=field)
    elif fields[field] not in FITTING[operation]:
        yield Fault(place=place, fault="unfit-field", detail=f"{operation} of {field}, which is {fields[field]}")
    elif operation in ("min", "max") and (fields[field] == "date") is not (column.get("dataType") == "date"):
        yield Fault(place=place, fault="unfit-field", detail=f"{field} is {fields[field]}: the column says otherwise")


def _order(place: str, layer: Json) -> Iterator[Fault]:
    """Each column once, breakdowns before values; terms are ordered by a plain value of the same layer."""
    columns, order = layer["columns"], layer["columnOrder"]
    if sorted(order) != sorted(columns):
        yield Fault(place=place, fault="column-order", detail=f"{order} for {sorted(columns)}")
        return
    bucketed = [columns[name]["isBucketed"] for name in order]
    if bucketed != sorted(bucketed, reverse=True):
        yield Fault(place=place, fault="column-order", detail="a value stands before a breakdown")
    for name, column in columns.items():
        by = column.get("params", {}).get("orderBy", {}).get("columnId")
        if by is None:
            continue
        if by not in columns or columns[by]["isBucketed"] or columns[by].get("references"):
            yield Fault(place=f"{place}/{name}", fault="unfit-order", detail=f"ordered by {by}")


def _shifts(place: str, columns: Mapping[str, Json]) -> Iterator[Fault]:
    shifts = {column.get("timeShift", "") for column in columns.values() if not column["isBucketed"]}
    if len(shifts) > 1 and any(column["operationType"] == "terms" for column in columns.values()):
        yield Fault(place=place, fault="shift-beside-terms", detail="Kibana refuses two periods beside top values")


def _formula_buckets(place: str, columns: Mapping[str, Json]) -> Iterator[Fault]:
    intervals = {c["params"]["interval"] for c in columns.values() if c["operationType"] == "date_histogram"}
    if any(c["operationType"] == "formula" for c in columns.values()) and intervals - {"1d"}:
        yield Fault(place=place, fault="formula-interval", detail="a ratio breaks where a bucket is empty: use 1d")
