"""A disk that will be full before long is said, a full one too late."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace

import pytest

from mediawatch.settings import Settings
from mediawatch.stages.newsroom import Newsroom
from mediawatch.stages.room import room_warnings

PLENTY = 10**18


def wanting(newsroom: Newsroom, least: int) -> Newsroom:
    settings = Settings.model_validate({**newsroom.settings.model_dump(), "low_space_bytes": least})
    return replace(newsroom, settings=settings)


def test_both_disks_are_looked_at(newsroom: Newsroom) -> None:
    lake, temporary = room_warnings(wanting(newsroom, PLENTY))
    assert lake.startswith(f"the lake's disk ({newsroom.settings.lake_url}): ")
    assert temporary.startswith(f"the disk of temporary files ({tempfile.gettempdir()}): ")
    assert all("make room before a run fails" in line for line in (lake, temporary))


def test_where_there_is_room_nothing_is_said(newsroom: Newsroom) -> None:
    assert room_warnings(wanting(newsroom, 1)) == room_warnings(wanting(newsroom, 0)) == []


def test_a_lake_that_is_not_there_yet_is_on_the_disk_of_its_folder(newsroom: Newsroom) -> None:
    free, there = newsroom.store.free_bytes(), shutil.disk_usage("/").total
    assert free is not None
    assert 0 < free <= max(there, shutil.disk_usage(newsroom.settings.lake_url.rpartition("/")[0]).total)


def test_a_lake_without_such_a_bound_is_not_looked_at(newsroom: Newsroom) -> None:
    class Boundless:
        """As a store in S3."""

        def free_bytes(self) -> None:
            return None

    (line,) = room_warnings(replace(wanting(newsroom, PLENTY), store=Boundless()))  # type: ignore[arg-type]
    assert "temporary files" in line


def test_a_missing_folder_of_temporary_files_is_for_those_who_write_there(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/no/such/folder")
    (line,) = room_warnings(wanting(newsroom, PLENTY))
    assert line.startswith("the lake's disk")
