"""The tasks of a run on several workers: all work with the files that the first one noted, or say why they cannot."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mediawatch.orchestration.configuration import CONFIGURATION, FIRST

INCLUDE = Path(__file__).resolve().parents[3] / "include"
WORKER = """
import json, sys
from pathlib import Path
from mediawatch.orchestration.configuration import begun_with, in_step
from mediawatch.orchestration.connections import open_context

class Instance:
    "A task whose XComs are in a file that all workers see."
    def xcom_push(self, key, value):
        Path(sys.argv[2]).write_text(json.dumps({"plan": {key: value}}))
    def xcom_pull(self, task_ids, *, key):
        file = Path(sys.argv[2])
        return json.loads(file.read_text())[task_ids].get(key) if file.exists() else []

work = {"begin": begun_with, "go on": in_step}[sys.argv[1]]
print(work(Instance(), open_context(), *sys.argv[3:]).settings.catalog_dir)
"""


class Worker:
    """A process of its own with a copy of the files of its own."""

    def __init__(self, home: Path, shared: Path) -> None:
        self.home, self.shared = home, shared
        for name in ("sources", "aliases", "watchlists"):
            shutil.copytree(INCLUDE / name, home / name)

    def does(self, what: str, *parts: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", WORKER, what, str(self.shared / "xcom.json"), *parts],
            cwd=self.home,
            env={
                "PYTHONPATH": str(INCLUDE),
                "PATH": os.environ["PATH"],
                "MEDIAWATCH_LAKE_URL": str(self.shared / "lake"),
                "MEDIAWATCH_CATALOG_DIR": str(self.home / "sources"),
                "MEDIAWATCH_ALIASES_DIR": str(self.home / "aliases"),
                "MEDIAWATCH_WATCHLISTS_DIR": str(self.home / "watchlists"),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def workers(tmp_path: Path) -> tuple[Worker, Worker]:
    return Worker(tmp_path / "one", tmp_path), Worker(tmp_path / "two", tmp_path)


def test_a_worker_with_an_older_copy_refuses_until_it_is_in_step(workers: tuple[Worker, Worker]) -> None:
    one, two = workers
    exclusions = one.home / "watchlists/exclusions.yaml"
    exclusions.write_text("- words: [天气预报]\n  why: a column\n  since: 2026-04-01\n")
    assert one.does("begin").returncode == 0
    assert one.does("go on").returncode == 0

    late = two.does("go on")
    assert late.returncode == 1
    assert "ConfigurationDrift: watchlists/exclusions.yaml was " in late.stderr
    assert f"in {two.home / 'watchlists'}" in late.stderr
    assert two.does("go on", "catalogue").returncode == 0, "its catalogue is the same"

    shutil.copy(exclusions, two.home / "watchlists/exclusions.yaml")
    assert two.does("go on").returncode == 0


def test_files_changed_during_a_run_end_it_and_a_run_begun_again_takes_them(workers: tuple[Worker, Worker]) -> None:
    one, _ = workers
    one.does("begin")
    (one.home / "aliases/people.yaml").write_text("[]\n")
    assert "ConfigurationDrift: aliases/people.yaml was " in one.does("go on").stderr
    assert one.does("begin").returncode == 0
    assert one.does("go on").returncode == 0


def test_a_run_whose_first_task_noted_nothing_goes_on(workers: tuple[Worker, Worker]) -> None:
    one, _ = workers
    alone = one.does("go on")
    warning, folder = alone.stdout.splitlines()
    assert (alone.returncode, folder) == (0, str(one.home / "sources"))
    assert "not compared: plan noted none" in warning


def test_what_is_noted_is_named_by_digest_file_by_file(workers: tuple[Worker, Worker]) -> None:
    one, _ = workers
    one.does("begin")
    noted = json.loads((one.shared / "xcom.json").read_text())[FIRST][CONFIGURATION]
    assert noted.keys() == {"host", "digest", "files"}
    assert {name.split("/")[0] for name in noted["files"]} == {"catalogue", "aliases", "watchlists"}
