"""`mediawatch backup` and `restore`: what they say, and their exit codes."""

from __future__ import annotations

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


def test_there_and_back(command: Command, home: Path, paper: Gazette) -> None:
    paper.publish("/a/1", at=EVE)
    assert command("harvest", "--today", DAY.isoformat()).code == 0
    assert command("close", "--day", DAY.isoformat()).code == 0
    place, new = str(home / "backup"), str(home / "new")
    said = command("backup", place)
    assert (said.code, said.out) == (0, "")
    assert "objects copied" in said.err
    assert "0 objects copied" in command("backup", place).err

    tried = command("restore", place, "--drill")
    assert tried.code == 0
    assert f"{DAY}: " in tried.out
    assert "tables identical" in tried.out
    assert command("restore", place, new).code == 0
    assert command("build", "--lake", new, "--day", DAY.isoformat()).code == 0
    for words in (("restore", place), ("restore", place, new, "--drill"), ("restore", place, str(home / "lake"))):
        assert command(*words).code == 2

    (fact,) = (home / "backup/harvest").rglob("candidates.parquet")
    damage(fact, "flip")
    for words in (("restore", place, "--drill"), ("restore", place, str(home / "other"))):
        hurt = command(*words)
        assert hurt.code == 4
        assert f"damaged: {fact.relative_to(home / 'backup')}: digest" in hurt.out
