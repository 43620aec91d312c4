"""The command line, called as the shell calls it but in this process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mediawatch.cli.main import main
from mediawatch.sources.yaml_nodes import to_yaml
from tests.support.gazette import Gazette, open_gazettes


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `mediawatch` with these words."""
    for name in os.environ:
        if name.startswith("MEDIAWATCH_"):
            monkeypatch.delenv(name)

    def run(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["mediawatch", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Said(code=int(ended.value.code or 0), out=out, err=err)

    return run


@pytest.fixture
def paper() -> Iterator[Gazette]:
    """A site with an empty feed."""
    with open_gazettes("paper") as [gazette]:
        yield gazette


@pytest.fixture
def home(paper: Gazette, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command) -> Path:
    """A folder with a catalogue of that site and a place for the lake, named by the environment."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "paper.yaml").write_text(to_yaml(paper.source()), encoding="utf-8")
    monkeypatch.setenv("MEDIAWATCH_CATALOG_DIR", str(folder))
    monkeypatch.setenv("MEDIAWATCH_LAKE_URL", str(tmp_path / "lake"))
    return tmp_path
