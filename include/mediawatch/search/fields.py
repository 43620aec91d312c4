"""Field types that several indices share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any

KEYWORD_CHARACTERS = 1024
URL_CHARACTERS = 8191
"""Elasticsearch refuses a whole document for one keyword of more than 32,766 bytes; a character has at most 4."""

KEYWORD = {"type": "keyword", "ignore_above": KEYWORD_CHARACTERS}
URL = {"type": "keyword", "ignore_above": URL_CHARACTERS}
INSTANT = {"type": "date", "format": "strict_date_time||strict_date_time_no_millis"}
DAY = {"type": "date", "format": "strict_date"}
COUNTED_AT = "counted_at"
"""Noon (UTC) of the day that counts a document, by which dashboards draw it: at midnight a click on one day would take
the next one too, and west of Greenwich a day would be the one before."""
COUNT = {"type": "long"}
SHARE = {"type": "float"}
"""From 0 to 1, in four places."""
NUMBER = {"type": "double"}
FLAG = {"type": "boolean"}
FLAG_AS_NUMBER = {"type": "byte"}
"""A flag is kept twice: as a boolean to filter by, and as 0 or 1 to average."""


def strict(properties: dict[str, Any]) -> dict[str, Any]:
    """A mapping that refuses any field not in `properties`."""
    return {"dynamic": "strict", "properties": properties}


def without_blanks(fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` without None, empty strings and empty lists: a missing field is the index's word for "unknown"."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def document_of(row: object, mapping: Mapping[str, Any], **computed: object) -> dict[str, Any]:
    """`row` as a document of an index with this `mapping`, in JSON values only, without blanks.

    Each field is the row's of that name, unless it is `computed`; COUNTED_AT follows from its `counted_on` or `day`.
    Raises AttributeError for one that is neither.
    """
    if COUNTED_AT in mapping["properties"]:
        computed[COUNTED_AT] = noon_of(row.counted_on if hasattr(row, "counted_on") else getattr(row, "day"))  # noqa: B009
    fields = {name: computed[name] if name in computed else getattr(row, name) for name in mapping["properties"]}
    return without_blanks({name: _plain(value, mapping["properties"][name]) for name, value in fields.items()})


def noon_of(day: date) -> datetime:
    """Noon of `day` in UTC."""
    return datetime.combine(day, time(12), UTC)


def _plain(value: object, field: Mapping[str, Any]) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and field == SHARE:
        return round(value, 4)
    return value


def value_of(value: Any, field: Mapping[str, Any]) -> Any:
    """A value of a document as the row had it that `document_of` made it of."""
    if isinstance(value, list):
        return tuple(value)
    if field == INSTANT:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if field == DAY else value
