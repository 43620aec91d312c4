"""A receipt: what a stage made for one partition, from what, by which version and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from mediawatch.errors import BadRequest
from mediawatch.lake.documents import digest_of
from mediawatch.lake.names import NAME
from mediawatch.lake.objects import ObjectInfo


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PartitionKey:
    """One day of one stage, one batch of that day, or one segment of that batch.

    Raises BadRequest for names that are no part of a key.
    """

    stage: str
    day: date
    batch: str = ""
    segment: str = ""

    def __post_init__(self) -> None:
        for name in (self.stage, self.batch or "_", self.segment or "_"):
            if not NAME.fullmatch(name):
                raise BadRequest(f"not a name of a stage, batch or segment: {name[:200]!r}")

    @property
    def path(self) -> str:
        """The partition's folder in the lake."""
        parts = [self.stage, f"day={self.day.isoformat()}"]
        parts += [f"batch={self.batch}"] if self.batch else []
        parts += [f"segment={self.segment}"] if self.segment else []
        return "/".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableInfo:
    """One table of a partition: its parts, the number of its rows and the digest of them as a bag."""

    parts: tuple[ObjectInfo, ...]
    rows: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was made.  `inputs` maps names of inputs to their digests."""

    stage: str
    day: date
    batch: str
    generation: str
    inputs: Mapping[str, str]
    version: str
    settings: Mapping[str, str]
    tables: Mapping[str, TableInfo]
    segment: str = ""

    @property
    def key(self) -> PartitionKey:
        """The partition."""
        return PartitionKey(stage=self.stage, day=self.day, batch=self.batch, segment=self.segment)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the digests of the tables' rows: equal rows, equal digest, whatever they were made from."""
        return digest_of({name: table.digest for name, table in self.tables.items()})

    def document(self) -> dict[str, Any]:
        """As a JSON document."""
        return {
            "stage": self.stage,
            "day": self.day.isoformat(),
            "batch": self.batch,
            **({"segment": self.segment} if self.segment else {}),
            "generation": self.generation,
            "inputs": dict(self.inputs),
            "version": self.version,
            "settings": dict(self.settings),
            "tables": {name: _table_document(table) for name, table in self.tables.items()},
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Receipt:
        """Back from `document`."""
        tables = {name: _table_from(table) for name, table in document["tables"].items()}
        return cls(**{**document, "day": date.fromisoformat(document["day"]), "tables": tables})


def _table_document(table: TableInfo) -> dict[str, Any]:
    return {"parts": [part.document() for part in table.parts], "rows": table.rows, "digest": table.digest}


def _table_from(document: Mapping[str, Any]) -> TableInfo:
    return TableInfo(**{**document, "parts": tuple(ObjectInfo.from_document(part) for part in document["parts"])})
