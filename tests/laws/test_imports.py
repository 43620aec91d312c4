"""Every module can be imported first: none needs another one to have been loaded before it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

INCLUDE = Path(__file__).resolve().parents[2] / "include"
ONE_BY_ONE = """
import importlib, sys
for name in sys.stdin.read().split():
    for loaded in [each for each in sys.modules if each.partition(".")[0] == "mediawatch"]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(f"{name}: {error}")
"""


def modules() -> list[str]:
    files = (file.relative_to(INCLUDE).with_suffix("") for file in sorted((INCLUDE / "mediawatch").rglob("*.py")))
    dotted = (".".join(file.parts).removesuffix(".__init__") for file in files)
    return [name for name in dotted if not name.endswith("__main__")]


def test_each_module_can_be_the_first() -> None:
    names = modules()
    assert len(names) > 300
    done = subprocess.run(
        [sys.executable, "-c", ONE_BY_ONE],
        input="\n".join(names),
        env={"PYTHONPATH": str(INCLUDE), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr[-2000:]


OF_WORK = "mediawatch.context mediawatch.lake mediawatch.extraction mediawatch.workflow numpy pyarrow structlog"
"""What a command loads when it begins to work, and not to say its help."""


def test_a_command_says_its_help_without_what_it_works_with() -> None:
    code = "import sys, mediawatch.cli.main; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code, *OF_WORK.split(), "typer"],
        env={"PYTHONPATH": str(INCLUDE), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["typer"]


LIBRARIES = """
ahocorasick_rs apprise babel botocore brotli charset_normalizer croniter cssselect duckdb elasticsearch
great_expectations holidays jinja2 lark leather lxml opencc openlineage opentelemetry pandas py3langid pydantic pypinyin
requests rjieba s3fs scipy tantivy trafilatura urllib3 w3lib
"""
"""They take tens of milliseconds or many megabytes to load, and few processes need them."""
OURS = "mediawatch.harvest.discovery mediawatch.harvest.fetching"
"""What of ours loads such libraries."""
BY_VERSION = "backports compression"
"""One standard module under two names, by the version of Python."""
LOADED_LATE = frozenset(f"{LIBRARIES} {OURS} {BY_VERSION}".split())
"""All that is imported inside functions.  Commands and tasks import inside theirs whatever one of them alone needs."""


def imported_late() -> dict[str, list[str]]:
    """{what a function imports: the files that do}, commands and Airflow's side left out."""
    found: dict[str, list[str]] = {}
    for file in sorted((INCLUDE / "mediawatch").rglob("*.py")):
        place = file.relative_to(INCLUDE / "mediawatch")
        if place.parts[0] in ("cli", "orchestration"):
            continue
        for name in late_in(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(name, []).append(str(place))
    return found


def late_in(tree: ast.Module) -> Iterator[str]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom):
                    yield bare(node.module or "")
                elif isinstance(node, ast.Import):
                    yield from (bare(name.name) for name in node.names)


def bare(module: str) -> str:
    """A library by its first name, a module of ours by its room."""
    return ".".join(module.split(".")[: 3 if module.startswith("mediawatch.") else 1])


def test_functions_import_only_what_is_heavy() -> None:
    late = imported_late()

    assert {name: files for name, files in late.items() if name not in LOADED_LATE} == {}
    assert set(late) >= LOADED_LATE
