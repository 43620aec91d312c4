"""What was freed is given back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

INCLUDE = Path(__file__).resolve().parents[3] / "include"
GAPS = """
from pathlib import Path
import numpy as np
from mediawatch.keywords.memory import release

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

held = [np.ones(10_000) for _ in range(1_000)]
held = held[::10]
before = resident()
release()
print(before - resident())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this C library keeps what was freed")
def test_gaps_between_what_is_held_are_given_back() -> None:
    done = subprocess.run(
        [sys.executable, "-c", GAPS],
        env={"PYTHONPATH": str(INCLUDE), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    # Of 80 MB a tenth is held.
    assert int(done.stdout) > 40_000_000
