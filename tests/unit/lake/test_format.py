"""A lake says since which version it is as it is; one of a later version is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch import __version__
from mediawatch.context import open_context
from mediawatch.errors import BadConfiguration
from mediawatch.lake.batches import BatchKey, write_plan
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.format import FOLDER, FORMAT, check_format, format_of, note_format
from mediawatch.lake.names import key_of
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.settings import Settings
from tests.support.lakes import DAY


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "lake")


def later(store: Store) -> None:
    """As if a later version had written to it."""
    key = key_of(FOLDER, FORMAT + 1)
    store.create(key, dump_at(key, {"format": FORMAT + 1, "version": "9.0.0"}))


def test_the_first_batch_notes_the_format_once(store: Store) -> None:
    check_format(store)
    assert store.list(FOLDER) == []
    for batch in ("b1", "b2"):
        write_plan(store, BatchKey(day=DAY, batch=batch), {"shards": []})
    [key] = store.list(FOLDER)
    assert load(store.read(key), key) == {"format": FORMAT, "version": __version__}


def test_a_lake_of_before_there_were_notes_has_the_first_format(store: Store) -> None:
    assert format_of(store) == 1


def test_a_lake_of_a_later_version_is_refused_before_any_work(tmp_path: Path, store: Store) -> None:
    note_format(store)
    later(store)
    with pytest.raises(BadConfiguration, match=rf"format {FORMAT + 1} .*, knows {FORMAT} at most: run that"):
        open_context(Settings(lake_url=str(tmp_path / "lake"), catalog_dir=Path("include/sources")))
