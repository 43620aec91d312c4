"""What fields were called when lakes were first written, so that what an older version stored can still be read.

A field of a table says so itself, in its metadata; `lake.tables` reads and digests by it.  For values that are kept as
JSON the names stand here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

FORMERLY: Final = "formerly"
"""Key of a field's metadata: its first name."""

_IN_DOCUMENTS: Final[Mapping[str, str]] = {
    "voices": "publishers",
    "voice_names": "publisher_names",
    "first_voice": "first_publisher",
    "planted": "injected",
    "look": "evaluation",
}


def with_names_of_today(document: Any) -> Any:
    """A JSON value of an alert or of a rule, its keys under the names that they have now."""
    if isinstance(document, dict):
        return {_IN_DOCUMENTS.get(key, key): with_names_of_today(value) for key, value in document.items()}
    return [with_names_of_today(value) for value in document] if isinstance(document, list) else document
