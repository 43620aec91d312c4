"""`mediawatch replay`: what it says, and its exit codes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from mediawatch.records import now
from tests.support.gazette import Gazette
from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.slow

DAY = date(2025, 4, 29)
EVE = now().replace(year=2025, month=4, day=28)


def test_it_says_how_much_is_identical(command: Command, home: Path, paper: Gazette) -> None:
    paper.publish("/a/1", at=EVE)
    assert command("harvest", "--today", DAY.isoformat()).code == 0
    assert command("build", "--day", DAY.isoformat()).code == 0
    span = ("--from", DAY.isoformat(), "--to", DAY.isoformat())
    said = command("replay", *span)
    assert said.code == 0
    assert f"{DAY}: " in said.out
    assert "tables identical" in said.out

    document = json.loads(command("replay", *span, "--from-stage", "audit", "--json").out)
    assert document["is_identical"]
    assert document["rows"] > 0
    assert document["changes"] == []

    assert command("replay", "--from", "today", "--to", "today").code == 2
    assert command("replay", *span, "--from-stage", "publish").code == 2
