"""Functions that a child process of the sandbox is given, and what they do to it on a word."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mediawatch.sandbox import ChildLimits, ChildTask
from mediawatch.sandbox.messages import send
from mediawatch.sandbox.values import write_value

QUICK = ChildLimits(cpu_seconds=1.0, wall_seconds=60.0, memory_bytes=200_000_000)


class Stranger:
    """A value that is none of the package's."""


def obey(word: str) -> Any:
    """Do what `word` says, or return it with the number of the process."""
    if word in _DEEDS:
        return _DEEDS[word]()
    if word.startswith("once "):
        return _once(Path(word.removeprefix("once ")))
    if word.startswith("pause until "):
        _pause_until(Path(word.removeprefix("pause until ")))
    if word.startswith("touch "):
        Path(word.removeprefix("touch ")).touch()
        return "touched", os.getpid()
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


def _lines() -> Iterator[socket.socket]:
    """Whatever sockets the process has."""
    for file in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if os.readlink(file).startswith("socket:"):
                yield socket.socket(fileno=os.dup(int(file.name)))


def _say(*messages: bytes) -> None:
    """Answer before the process does."""
    for line in _lines():
        for message in messages:
            with suppress(OSError):
                send(line, message)


_HEAD = b'{"fault": "", "cpu_seconds": 0, "is_last": false}'


def _answer(value: bytes) -> bytes:
    """An answer as it stands on the line."""
    return b"".join(struct.pack("!Q", len(message)) + message for message in (_HEAD, value))


def _send(piece: bytes) -> None:
    for line in _lines():
        with suppress(OSError):
            line.sendall(piece)


def _begin(*, size: int = 1) -> None:
    """Begin an answer, and send no more of it."""
    _send(_answer(b"x" * 1_000)[:size])
    time.sleep(600)


def _drip() -> None:
    """Answer for ever, a byte after the other."""
    for byte in _answer(b"x" * 1_000_000):
        _send(bytes([byte]))
        time.sleep(0.05)


def _pause_until(flag: Path) -> None:
    """Send a byte of the answer, and the rest once somebody has made the file."""
    answer = _answer(write_value(("paused", os.getpid())))
    _send(answer[:1])
    while not flag.exists():
        time.sleep(0.05)
    _send(answer[1:])
    time.sleep(600)


def _answer_and_read_no_more() -> None:
    _say(_HEAD, write_value(("deaf", os.getpid())))
    time.sleep(600)


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
    "begin": _begin,
    "begin the size": lambda: _begin(size=8),
    "begin the value": lambda: _begin(size=8 + len(_HEAD) + 8 + 10),
    "drip": _drip,
    "answer and read no more": _answer_and_read_no_more,
    "parents": lambda: (os.getpid(), os.getppid()),
    "wait": lambda: time.sleep(600),
}
