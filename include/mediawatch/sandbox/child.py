"""A child: reads one item after the other within its limits, and tells what became of each."""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from mediawatch.errors import in_short
from mediawatch.sandbox.messages import receive, send
from mediawatch.sandbox.tasks import ChildLimits
from mediawatch.sandbox.values import write_value

_KEPT = frozenset({"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TZDIR", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"})
_KEPT_PREFIXES = ("LC_", "PYTHON")


def reading_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """What of `environ` the children are given: names that Python and the system's libraries need, nothing else.

    No setting, address, key or password reaches them.  They find the same modules as this process, and use one thread.
    """
    kept = {name: value for name, value in environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)}
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    return kept | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


RETIRE_SHARE = 0.25
"""A child that grew by so much of the memory it may have is replaced: what becomes of a page must not depend on those
before it."""


def read_items(line: socket.socket, function: Callable[[Any], Any], limits: ChildLimits) -> NoReturn:
    """Answer each item with a head (JSON) and the value (pickled, empty where there is none) until nobody asks.

    An item may come with another function, for itself and those that follow.
    """
    try:
        _bound(limits)
        start = _peak_bytes()
        while True:
            asked, item = pickle.loads(receive(line))  # noqa: S301 - from the process that started us
            function = asked or function
            head, value = _answer(function, item, limits.cpu_seconds)
            head["is_last"] = _peak_bytes() - start > RETIRE_SHARE * limits.memory_bytes
            send(line, json.dumps(head).encode())
            send(line, value)
    except (EOFError, OSError):
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a fault of ours: its end is noticed, and this says why
        traceback.print_exc()
        os._exit(1)


def _answer(function: Callable[[Any], Any], item: Any, cpu_seconds: float) -> tuple[dict[str, Any], bytes]:
    """What `function` makes of `item`.  The kernel ends this process when it takes longer than `cpu_seconds`.

    Only a signal that the kernel acts on ends a regular expression or a parser gone wild: they hold the interpreter.
    """
    start, fault, value = time.process_time(), "", b""
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        value = write_value(function(item))
    except Exception as error:  # noqa: BLE001 - whatever an item raises is that item's own
        fault = in_short(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return {"fault": fault, "cpu_seconds": time.process_time() - start}, value


def _bound(limits: ChildLimits) -> None:
    """No more memory than `limits` allow beyond what is there, no image of it on disk, and the end by SIGPROF."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    held = _held_bytes()
    if held:
        resource.setrlimit(resource.RLIMIT_DATA, (held + limits.memory_bytes,) * 2)


def _held_bytes() -> int:
    """Bytes of data that this process has mapped; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), 0)


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
