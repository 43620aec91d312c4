"""How long Airflow needs for each DAG file: a fresh process each, beside one that only imports airflow.sdk.

Parsing happens again and again as long as Airflow runs; what a file costs on top of Airflow is ours to answer for.
Each round measures all of them in turn, so that whatever else the machine does falls on all alike.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
BARE = "import airflow.sdk"
PARSE = f"""
{BARE}
import runpy, sys, time
started = time.perf_counter()
if sys.argv[1:]:
    runpy.run_path(sys.argv[1])
print(time.perf_counter() - started)
"""


def measure(file: str | None, home: str) -> tuple[float, float]:
    """Seconds of a whole Python process, and of executing `file` in it once Airflow is loaded."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PARSE, *([file] if file else [])],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "include", "AIRFLOW_HOME": home},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return time.perf_counter() - started, float(done.stdout.splitlines()[-1])


def main() -> None:
    """Print one line for bare Airflow and one for each DAG file."""
    files = [None, *(str(file.relative_to(ROOT)) for file in sorted((ROOT / "dags").glob("*.py")))]
    with tempfile.TemporaryDirectory() as home:
        rounds = [[measure(file, home) for file in files] for _ in range(ROUNDS)]
    medians = [tuple(map(statistics.median, zip(*runs, strict=True))) for runs in zip(*rounds, strict=True)]
    print(f"{f'median of {ROUNDS} fresh processes':34}{'process':>10}{'the file':>10}{'beside bare':>13}")
    for file, (whole, own) in zip(files, medians, strict=True):
        print(f"{file or BARE:34}{whole:9.2f}s{own:9.3f}s{whole / medians[0][0]:12.2f}x")


if __name__ == "__main__":
    main()
