"""A source as the catalogue writes it."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from mediawatch.records import Source


def to_yaml(source: Source, notes: Iterable[str] = ()) -> str:
    """One list item for a catalogue file, defaults left out, `notes` as comments above; `read_catalogue` reads it."""
    values = source.model_dump(mode="json", exclude_defaults=True)
    status = {"status": values.pop("status", source.status)}
    text = yaml.safe_dump(
        [values | status], allow_unicode=True, default_flow_style=None, sort_keys=False, width=1_000_000
    )
    return "".join(f"# {' '.join(note.split())}\n" for note in notes) + text
