"""Alerts as JSON documents, for the lake."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mediawatch.errors import Corrupt
from mediawatch.records import Alert
from mediawatch.records.former import with_names_of_today


def alert_document(alert: Alert) -> Any:
    """`alert` as a JSON document."""
    return _adapter().dump_python(alert, mode="json")


def alert_from(document: Any) -> Alert:
    """Back from `alert_document`.  Raises Corrupt for anything else."""
    try:
        return _adapter().validate_python(with_names_of_today(document))
    except ValidationError as error:
        raise Corrupt(f"not an alert: {error.error_count()} faults, the first: {error.errors()[0]['msg']}") from error


@cache
def _adapter() -> TypeAdapter[Alert]:
    return TypeAdapter(Alert)
