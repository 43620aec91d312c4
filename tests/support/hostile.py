"""Functions that a child process of the sandbox is given, and what they do to it on a word."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from mediawatch.sandbox import ChildLimits, ChildTask

QUICK = ChildLimits(cpu_seconds=1.0, wall_seconds=60.0, memory_bytes=200_000_000)


class Stranger:
    """A value that is none of the package's."""


def obey(word: str) -> Any:
    """Do what `word` says, or return it with the number of the process."""
    if word in _DEEDS:
        return _DEEDS[word]()
    if word.startswith("once "):
        return _once(Path(word.removeprefix("once ")))
    if word.startswith("say "):
        return _say(word.removeprefix("say ").encode())
    if word.startswith("nap "):
        time.sleep(0.05)
    return word, os.getpid()


def task(
    *, name: str = "obey", limits: ChildLimits = QUICK, function: Any = obey, gives: type = object
) -> ChildTask[str, Any]:
    """The task of obeying; each word is its own label, the owner is what stands before a colon."""
    return ChildTask(
        name=name,
        function=function,
        owner=lambda word: word.partition(":")[0],
        label=lambda word: word,
        gives=gives,
        example="",
        limits=limits,
    )


def _once(flag: Path) -> str:
    """End the process the first time, as somebody else does who is short of memory."""
    if not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "read"


def _say(head: bytes) -> None:
    """Answer before the process does, over whatever socket it has."""
    for file in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if os.readlink(file).startswith("socket:"):
                Connection(os.dup(int(file.name))).send_bytes(head)


def _end_the_server() -> None:
    for number in (os.getppid(), os.getpid()):
        os.kill(number, signal.SIGKILL)


def _loop() -> None:
    while True:
        pass


def _backtrack() -> None:
    re.match(r"(a+)+$", "a" * 64 + "b")


def _hoard() -> int:
    held: list[bytearray] = []
    while len(held) < 4_000:
        held.append(bytearray(1_000_000))
    return len(held)


def _descend(depth: int = 0) -> int:
    return _descend(depth + 1)


def _spend(seconds: float = 0.3) -> str:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return "spent"


_DEEDS: dict[str, Any] = {
    "loop": _loop,
    "backtrack": _backtrack,
    "hoard": _hoard,
    "descend": _descend,
    "spend": _spend,
    "divide": lambda: 1 // 0,
    "die": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "crash": lambda: ctypes.string_at(0),
    "end the server": _end_the_server,
    "leave": lambda: os._exit(3),
    "stranger": Stranger,
    "environment": lambda: (dict(os.environ), Path("/proc/self/environ").read_bytes()),
    "parents": lambda: (os.getpid(), os.getppid()),
    "wait": lambda: time.sleep(600),
}
