"""A disk that will be full before long is said, a full one too late."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace

import pytest

from mediawatch.context import Context
from mediawatch.settings import Settings
from mediawatch.workflow.freshness import room_warnings

PLENTY = 10**18


def wanting(context: Context, least: int) -> Context:
    settings = Settings.model_validate({**context.settings.model_dump(), "low_space_bytes": least})
    return replace(context, settings=settings)


def test_both_disks_are_looked_at(context: Context) -> None:
    lake, temporary = room_warnings(wanting(context, PLENTY))
    assert lake.startswith(f"the lake's disk ({context.settings.lake_url}): ")
    assert temporary.startswith(f"the disk of temporary files ({tempfile.gettempdir()}): ")
    assert all("make room before a run fails" in line for line in (lake, temporary))


def test_where_there_is_room_nothing_is_said(context: Context) -> None:
    assert room_warnings(wanting(context, 1)) == room_warnings(wanting(context, 0)) == []


def test_a_lake_that_is_not_there_yet_is_on_the_disk_of_its_folder(context: Context) -> None:
    free, there = context.store.free_bytes(), shutil.disk_usage("/").total
    assert free is not None
    assert 0 < free <= max(there, shutil.disk_usage(context.settings.lake_url.rpartition("/")[0]).total)


def test_a_lake_without_such_a_bound_is_not_looked_at(context: Context) -> None:
    class Boundless:
        """As a store in S3."""

        def free_bytes(self) -> None:
            return None

    (line,) = room_warnings(replace(wanting(context, PLENTY), store=Boundless()))  # type: ignore[arg-type]
    assert "temporary files" in line


def test_a_missing_folder_of_temporary_files_is_for_those_who_write_there(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/no/such/folder")
    (line,) = room_warnings(wanting(context, PLENTY))
    assert line.startswith("the lake's disk")
