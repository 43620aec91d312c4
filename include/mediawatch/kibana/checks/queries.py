"""KQL: the fields that a query names, and whether it is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from mediawatch.kibana.checks.envelope import Fault, Fields

_QUOTED: Final = re.compile(r'(?<!\\)"(?:[^"\\]|\\.)*+"')
_COMPARED: Final = re.compile(r"(?<![\w.@-])([A-Za-z_@][\w.@-]*+)\s*+(?::|[<>]=?)")
_RANGE: Final = re.compile(r"(?<![\w.@-])([A-Za-z_@][\w.@-]*+)\s*+[<>]=?")
_ORDERED: Final = {"long", "integer", "short", "byte", "double", "float", "date"}


def check_query(place: str, query: Any, fields: Fields) -> Iterator[Fault]:
    """A KQL string over a data view with these fields."""
    if not isinstance(query, str):
        yield Fault(place=place, fault="broken-query", detail=f"not a string: {query!r}")
        return
    bare = _QUOTED.sub('""', query)
    if bare.replace('""', "").count('"') or bare.count("(") != bare.count(")"):
        yield Fault(place=place, fault="broken-query", detail=query)
    named = _COMPARED.findall(bare)
    if query.strip() and not named:
        yield Fault(place=place, fault="query-without-field", detail=query)
    for name in named:
        if name not in fields:
            yield Fault(place=place, fault="query-field", detail=f"{name} in {query}")
        elif fields[name] == "nested":
            yield Fault(place=place, fault="query-field", detail=f"{name} is nested, in {query}")
    for name in _RANGE.findall(bare):
        if fields.get(name, "long") not in _ORDERED:
            yield Fault(place=place, fault="query-field", detail=f"{name} is {fields[name]} and has no order")


def named_fields(query: str) -> set[str]:
    """The fields that a query names."""
    return set(_COMPARED.findall(_QUOTED.sub('""', query)))


def queries_in(value: Any) -> Iterator[str]:
    """All KQL inside a part of a saved object."""
    if isinstance(value, dict):
        if value.get("language") == "kuery":
            yield value.get("query", "")
        for inner in value.values():
            yield from queries_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from queries_in(inner)
