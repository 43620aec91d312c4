"""The index's own mappings, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediawatch.search import KINDS


def own_mappings() -> dict[str, Mapping[str, Any]]:
    """{kind: its mapping}."""
    return {kind.name: kind.mapping for kind in KINDS}
