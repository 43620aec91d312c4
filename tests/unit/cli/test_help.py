"""Every command explains itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from mediawatch import errors
from mediawatch.cli.main import EXIT_CODES, app
from tests.unit.cli.conftest import Command


def commands(command: Any, *words: str) -> Iterator[tuple[str, ...]]:
    """The words of every command below `command`."""
    below = getattr(command, "commands", None)
    if below is None or getattr(command, "invoke_without_command", False):
        yield words
    for name, each in (below or {}).items():
        yield from commands(each, *words, name)


COMMANDS = sorted(commands(typer.main.get_command(app)))


def test_these_are_the_commands() -> None:
    assert {" ".join(words) for words in COMMANDS} == {
        "alerts",
        "alerts bookmark",
        "alerts dismiss",
        "alerts feed",
        "alerts opinions",
        "alerts order",
        "alerts settle",
        "alerts undo",
        "backtest",
        "backup",
        "board",
        "boilerplate",
        "build",
        "close",
        "digest",
        "days",
        "doctor",
        "extract",
        "forget",
        "harvest",
        "import-warc",
        "backfill",
        "index",
        "keywords",
        "metrics",
        "parser",
        "ledger",
        "provision",
        "quality judge",
        "quality report",
        "quality try",
        "quarantine list",
        "quarantine reject",
        "quarantine release",
        "quarantine show",
        "reindex",
        "recall",
        "replay",
        "restore",
        "rules evaluate",
        "rules list",
        "rules publish",
        "search",
        "sources add",
        "sources check",
        "sources health",
        "sources list",
        "tables",
        "trace",
        "verify",
        "watch run",
        "watch test",
        "why",
    }


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_has_help_with_an_example_of_itself(command: Command, words: tuple[str, ...]) -> None:
    said = command(*words, "--help")
    assert said.code == 0
    assert "Usage: " in said.out
    flat = " ".join(said.out.replace("│", " ").split())
    assert f"Example: mediawatch {' '.join(words)}" in flat


def test_the_first_help_names_the_exit_codes_of_the_error_tree(command: Command) -> None:
    flat = " ".join(command("--help").out.split())
    assert "Exit codes: 0 done" in flat
    kinds = (errors.BadRequest, errors.GateClosed, errors.Corrupt, errors.Unavailable, errors.Contended, errors.Outage)
    assert all(f"{kind.exit_code} " in EXIT_CODES for kind in kinds)


@pytest.mark.parametrize("words", [(), ("sources",)])
def test_without_a_word_it_shows_what_there_is(command: Command, words: tuple[str, ...]) -> None:
    said = command(*words)
    assert said.code == 2
    assert "Usage: " in said.out + said.err
