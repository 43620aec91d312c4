"""A process whose sandbox is busy for ever."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import psutil

from tests.support.processes import start_process

_ROOT = Path(__file__).resolve().parents[2]
_CODE = """
import sys
sys.path.insert(0, sys.argv[1])
from mediawatch.sandbox import Sandbox
from mediawatch.sandbox.children import Children
from tests.support.hostile import task
sandbox = Sandbox(Children(parser=sys.argv[2]))
print(sandbox.read(task(), "parents").value[1], flush=True)
sandbox.read_all(task(), ["wait", "wait"], at_once=2)
"""
CHILDREN = 2


def start_busy(parser: str = "") -> tuple[subprocess.Popen[str], int, list[int]]:
    """The process, the one that its children are forked from, and the children, which all wait for ever.

    They are forked by the parser that listens at `parser`, or else by a process of its own.
    """
    process = start_process(_CODE, str(_ROOT), parser)
    assert process.stdout is not None
    server = int(process.stdout.readline())
    while len(children := psutil.Process(server).children()) < CHILDREN:
        assert process.poll() is None
        time.sleep(0.05)
    return process, server, [child.pid for child in children]
