"""Field types that several indices share."""

from __future__ import annotations

from typing import Any

KEYWORD_CHARACTERS = 1024
URL_CHARACTERS = 8191
"""Elasticsearch refuses a whole document for one keyword of more than 32,766 bytes; a character has at most 4."""

KEYWORD = {"type": "keyword", "ignore_above": KEYWORD_CHARACTERS}
URL = {"type": "keyword", "ignore_above": URL_CHARACTERS}
INSTANT = {"type": "date", "format": "strict_date_time||strict_date_time_no_millis"}
DAY = {"type": "date", "format": "strict_date"}
COUNT = {"type": "long"}
FLAG = {"type": "boolean"}
FLAG_AS_NUMBER = {"type": "byte"}
"""A flag is kept twice: as a boolean to filter by, and as 0 or 1 to average."""


def strict(properties: dict[str, Any]) -> dict[str, Any]:
    """A mapping that refuses any field not in `properties`."""
    return {"dynamic": "strict", "properties": properties}


def without_blanks(fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` without None, empty strings and empty lists: a missing field is the index's word for "unknown"."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}
