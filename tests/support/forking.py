"""A process that has everything imported and forks for each task: this end of its pipe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]


class Driver:
    """The process of a script that ends in `tests.support.forked.answer`; `ask` is for one thread at a time."""

    def __init__(self, script: str) -> None:
        self._script = script

    def __enter__(self) -> Self:
        environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'include'}{os.pathsep}{ROOT}"}
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / self._script)],
            env=environ,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)

    def ask(self, task: dict[str, Any]) -> dict[str, Any]:
        """What the script answers to `task`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer
