"""The demo newsroom on free loopback addresses, served by threads of the test process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from devsites import NO_HARDSHIPS, Hardships, Newsroom
from mediawatch.records import Source

NOON = datetime(2026, 4, 29, 12, 0, tzinfo=UTC)
"""A Wednesday; the instant that the fixture shows unless a test sets another."""


@contextmanager
def open_newsroom(now: datetime = NOON, hardships: Hardships = NO_HARDSHIPS) -> Iterator[Newsroom]:
    """The six sites as seen at `now`, quick to read unless `hardships` says otherwise."""
    with Newsroom(now=now, hardships=hardships) as newsroom:
        yield newsroom


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """The six sites at `NOON`, without hardships.  Import it into the test module by name."""
    with open_newsroom() as opened:
        yield opened


def sources_of(newsroom: Newsroom, folder: Path) -> tuple[Source, ...]:
    """The sites as catalogue entries, by way of the YAML that a user would read."""
    paths = newsroom.catalogue(folder)
    return tuple(Source.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in paths)
