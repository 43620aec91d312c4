"""`mediawatch parser`: what is asked of it before it serves; how it serves is in tests/unit/sandbox/test_parser.py."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from mediawatch.cli.parser import MODULES
from tests.unit.cli.conftest import Command


def test_it_has_to_be_said_where(command: Command) -> None:
    said = command("parser")
    assert said.code == 2
    assert "--socket PATH, or MEDIAWATCH_PARSER_SOCKET" in said.err


def test_a_place_that_cannot_be_had_is_named(command: Command, tmp_path: Path) -> None:
    said = command("parser", "--socket", str(tmp_path / ("x" * 120)))
    assert said.code == 2
    assert "at most 100 bytes" in said.err


def test_one_that_does_not_answer_is_said_at_once(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIAWATCH_PARSER_SOCKET", "/nowhere/parser")
    said = command("parser", "--check")
    assert said.code == 69
    assert "No parser answers at /nowhere/parser (No such file or directory): start it" in said.err
    found = {row["check"]: row for row in json.loads(command("doctor", "--json").out)}
    assert found["parser"]["trouble"].startswith("No parser answers")
    assert found["parser"]["helps"] == "mediawatch parser"


def test_what_it_loads_before_anybody_asks_exists() -> None:
    assert all(importlib.util.find_spec(name) for name in MODULES)
