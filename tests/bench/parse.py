"""How long Airflow needs for each DAG file: a fresh process each, beside one that only imports airflow.sdk.

Parsing happens again and again as long as Airflow runs; what a file costs on top of Airflow itself is ours to answer for.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
BARE = "import airflow.sdk"
PARSE = f"{BARE}; import runpy, sys, time; t = time.perf_counter(); runpy.run_path(sys.argv[1]); print(time.perf_counter() - t)"


def process_seconds(*command: str) -> tuple[float, str]:
    """Wall-clock seconds of a Python process from start to end, and what it printed."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", *command],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "include", "AIRFLOW_HOME": str(ROOT / ".airflow")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return time.perf_counter() - started, done.stdout


def measure(file: Path) -> tuple[float, float]:
    """Medians for one file: seconds of the whole process, and of executing the file once Airflow is loaded."""
    runs = [process_seconds(PARSE, str(file)) for _ in range(ROUNDS)]
    own = [float(printed.splitlines()[-1]) for _, printed in runs]
    return statistics.median(seconds for seconds, _ in runs), statistics.median(own)


def main() -> None:
    """Print one line for bare Airflow and one for each DAG file."""
    bare = statistics.median(process_seconds(BARE)[0] for _ in range(ROUNDS))
    print(f"{'median of ' + str(ROUNDS) + ' fresh processes':34}{'process':>10}{'the file':>10}{'beside bare':>13}")
    print(f"{BARE:34}{bare:9.2f}s{'':>10}{1:12.2f}x")
    for file in sorted((ROOT / "dags").glob("*.py")):
        whole, own = measure(file)
        print(f"{file.relative_to(ROOT)!s:34}{whole:9.2f}s{own:9.2f}s{whole / bare:12.2f}x", flush=True)


if __name__ == "__main__":
    main()
