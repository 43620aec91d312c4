"""The tables of what stands in Elasticsearch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """A document as it stands in the index `target` (a name that a new server or generation changes)."""

    article_id: str
    revision: int
    index: str
    digest: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A small document as it stands in the index `target` (as `index.Indexed` has it)."""

    index: str
    id: str
    target: str = ""
