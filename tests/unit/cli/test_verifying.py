"""`mediawatch verify`: what it says, and its exit code."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from mediawatch.records import now
from tests.support.damage import damage
from tests.support.gazette import Gazette
from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.slow

DAY = date(2025, 4, 29)
EVE = now().replace(year=2025, month=4, day=28)


def test_it_names_each_file_and_its_remedy_and_changes_nothing(command: Command, home: Path, paper: Gazette) -> None:
    paper.publish("/a/1", at=EVE)
    assert command("harvest", "--today", DAY.isoformat()).code == 0
    assert command("build", "--day", DAY.isoformat()).code == 0
    sound = command("verify")
    assert (sound.code, sound.out) == (0, "")
    assert "MB checked: all is well" in sound.err
    assert f"verify: {DAY}: " in sound.err

    (fact,) = (home / "lake/harvest").rglob("candidates.parquet")
    (made,) = (home / "lake/extract").rglob("articles-*.parquet")
    for path in (fact, made):
        damage(path, "flip")
    (home / "lake/harvest/.DS_Store").write_bytes(b"")
    said = command("verify", "--deep")
    assert said.code == 4
    assert f"damaged: {fact.relative_to(home / 'lake')}: digest" in said.out
    assert "restore this file from the backup of the lake" in said.out
    assert f"`mediawatch build --day {DAY}` makes it again." in said.out
    assert "stray: harvest/.DS_Store: no part of a lake" in said.out
    assert "2 damaged, 1 stray" in said.err

    listed = json.loads(command("verify", "--json", "--day", DAY.isoformat()).out)
    assert {finding["kind"] for finding in listed} == {"damaged"}
    assert command("build", "--day", DAY.isoformat()).code == 0
    healed = command("verify", "--json")
    assert {finding["key"] for finding in json.loads(healed.out)} == {
        fact.relative_to(home / "lake").as_posix(),
        "harvest/.DS_Store",
    }
