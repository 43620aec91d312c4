"""A process that has everything imported and forks for each task: the end that does the work."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from resource import struct_rusage
from typing import Any

import duckdb  # noqa: F401 - imported before the forks, as the next ones
import elasticsearch  # noqa: F401
import great_expectations  # noqa: F401
import trafilatura  # noqa: F401

from mediawatch.extraction.extractor import extraction
from mediawatch.language import language_of
from mediawatch.sandbox import shared_sandbox
from mediawatch.sources.publishers import Publishers


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a fork ended: its return code as `subprocess` counts it, the error that ended it, and what it used."""

    returncode: int
    error: str
    used: struct_rusage


def in_fork(work: Callable[[], object], folder: Path) -> Ended:
    """`work` in a fork of this process, which leaves its error in `folder`."""
    complaints = folder / "complaints"
    pid = os.fork()
    if pid == 0:
        os._exit(_child(work, complaints))
    _, status, used = os.wait4(pid, 0)
    error = complaints.read_text() if complaints.exists() else ""
    return Ended(returncode=os.waitstatus_to_exitcode(status), error=error, used=used)


def _child(work: Callable[[], object], complaints: Path) -> int:
    try:
        work()
    except BaseException:  # noqa: BLE001 - the parent shows it
        complaints.write_text(traceback.format_exc())
        return 1
    return 0


def answer(run: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer a task a line of stdin by `run`, as JSON, until it ends."""
    language_of("先把语言模型读进来")
    shared_sandbox().prepare(extraction(Publishers()))  # the forks share the process that has it loaded
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
