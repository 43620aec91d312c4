"""Parsing a DAG file loads nothing heavy and follows the settings; each file in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "dags").glob("*.py"))
HEAVY = (
    "great_expectations", "pandas", "trafilatura", "elasticsearch", "duckdb", "requests", "pyarrow", "lxml",
    "opencc", "warcio", "feedparser", "fsspec", "s3fs", "numpy", "mediawatch.stages", "mediawatch.lake",
)  # fmt: skip


def parse(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "include"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_heavy_is_loaded(file: Path) -> None:
    done = parse(
        "import json, runpy, sys\n"
        "import airflow.sdk\n"
        "before = set(sys.modules)\n"
        "runpy.run_path(sys.argv[1])\n"
        "print(json.dumps([name for name in sys.argv[2:] if name in sys.modules and name not in before]))\n"
        "print(json.dumps([name for name in sys.argv[2:] if name in before]))\n",
        str(file),
        *HEAVY,
    )
    assert done.returncode == 0, done.stderr
    ours, _airflows = map(json.loads, done.stdout.splitlines()[-2:])
    assert ours == []


TIMETABLES = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag("dags")
assert not bag.import_errors, bag.import_errors
found = {name: getattr(dag.timetable, "timetable", dag.timetable) for name, dag in bag.dags.items()}
print(json.dumps({n: [t.expression, str(t.timezone)] for n, t in found.items() if hasattr(t, "expression")}))
"""


def test_schedules_follow_the_settings() -> None:
    done = parse(TIMETABLES, MEDIAWATCH_HARVEST_SCHEDULE="7 5 * * *", MEDIAWATCH_TIMEZONE="Asia/Taipei")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "harvest_news": ["7 5 * * *", "Asia/Taipei"],
        "build_day": ["15 * * * *", "Asia/Taipei"],
        "watch_keywords": ["35 * * * *", "Asia/Taipei"],
        "close_day": ["30 4 * * *", "Asia/Taipei"],
        "check_sources": ["40 4 * * 1", "Asia/Taipei"],
        "housekeeping": ["50 5 * * 6", "Asia/Taipei"],
        "verify_lake": ["50 4 * * 0", "Asia/Taipei"],
        "evaluate_rule": ["20 5 * * 1", "Asia/Taipei"],
    }


def test_the_time_box_moves_the_deadline_of_fetching() -> None:
    code = (
        "from airflow.dag_processing.dagbag import DagBag\n"
        "task = DagBag('dags').dags['harvest_news'].get_task('fetch_shard')\n"
        "print(task.execution_timeout.total_seconds())\n"
    )
    done = parse(code, MEDIAWATCH_TIME_BOX_SECONDS="7200")
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.splitlines()[-1]) > 7200


def test_a_misspelt_setting_is_an_import_error_that_names_it() -> None:
    done = parse("import runpy; runpy.run_path('dags/harvest_news.py')", MEDIAWATCH_HARVEST_SHEDULE="0 6 * * *")
    assert done.returncode != 0
    assert "MEDIAWATCH_HARVEST_SHEDULE" in done.stderr
