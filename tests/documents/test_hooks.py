"""The hooks before a commit: the tools of `make check` and no others."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.support.papers import ROOT

REPOS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for repo in REPOS for hook in repo["hooks"]}


def test_nothing_is_fetched_for_them() -> None:
    assert {repo["repo"] for repo in REPOS} == {"local"}
    assert {hook["language"] for hook in HOOKS.values()} == {"system", "pygrep"}


def test_they_call_the_ruff_that_make_check_calls() -> None:
    called = {hook["entry"] for hook in HOOKS.values() if hook["language"] == "system"}
    makefile = (ROOT / "Makefile").read_text()

    assert called == {".venv/bin/ruff format", ".venv/bin/ruff check"}
    assert "BIN := .venv/bin\n" in makefile
    assert "$(BIN)/ruff format --check .\n" in makefile
    assert "$(BIN)/ruff check .\n" in makefile


@pytest.mark.parametrize(
    ("hook", "text", "is_refused"),
    [
        ("white-space", "news\n", False),
        ("white-space", "news \n", True),
        ("white-space", "news\t\nmore\n", True),
        ("last-line", "news\n", False),
        ("last-line", "news", True),
        ("last-line", "news\n\n", True),
        ("last-line", "news\n\nmore\n", False),
    ],
)
def test_what_the_patterns_refuse(hook: str, text: str, is_refused: bool) -> None:
    """As pre-commit's pygrep looks: line by line, or with `--multiline` at the whole file."""
    is_whole = "--multiline" in HOOKS[hook].get("args", [])
    looked_at = [text] if is_whole else text.splitlines(keepends=True)

    assert any(re.search(HOOKS[hook]["entry"], each) for each in looked_at) is is_refused
