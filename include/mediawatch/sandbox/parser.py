"""The far side as a service: it listens on a Unix socket, and each process that connects is served by one of its own.

`python -m mediawatch.sandbox.parser FD MODULE...` serves the socket FD, which listens already, with MODULES loaded.
This process reads nothing that anybody sends.  When it ends, so does all that it has forked.
"""

from __future__ import annotations

import errno
import gc
import importlib
import json
import os
import signal
import socket
import stat
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from mediawatch import __version__
from mediawatch.errors import BadConfiguration
from mediawatch.sandbox.child import reading_environ
from mediawatch.sandbox.server import address_of
from mediawatch.sandbox.serving import end_with, serve


def listen_at(path: str) -> socket.socket:
    """A socket at `path` that listens, and that nobody but its owner can connect to.

    What a parser that is gone has left there is replaced.  Raises BadConfiguration where the place cannot be had.
    """
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        try:
            listener.bind(address_of(path))
        except OSError as error:
            if error.errno != errno.EADDRINUSE or not _is_left_over(path):
                raise
            Path(path).unlink()
            listener.bind(path)
        listener.listen(socket.SOMAXCONN)
    except BaseException as error:
        listener.close()
        if isinstance(error, OSError):
            what = "somebody listens there already" if error.errno == errno.EADDRINUSE else error.strerror
            raise BadConfiguration(f"Cannot listen at {path}: {what}.") from error
        raise
    finally:
        os.umask(before)
    return listener


def _is_left_over(path: str) -> bool:
    """Whether there is a socket at `path` and nobody behind it."""
    if not stat.S_ISSOCK(os.lstat(path).st_mode):
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


def become(listener: socket.socket, modules: Sequence[str]) -> NoReturn:
    """Turn this process into the parser on `listener`.

    It is executed anew, so that of this process's environment and memory no more is there than the children may have.
    """
    os.set_inheritable(listener.fileno(), True)
    arguments = [sys.executable, "-P", "-m", "mediawatch.sandbox.parser", str(listener.fileno()), *modules]
    os.execve(sys.executable, arguments, reading_environ(os.environ))  # noqa: S606 - our own interpreter and module


def run(listener: socket.socket, modules: Sequence[str]) -> NoReturn:
    """Fork a process for each line that is opened, for ever."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for module in modules:
        importlib.import_module(module)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nothing, stream)
    gc.collect()
    gc.freeze()  # never looked through again, and so shared with every process
    lifeline, kept_open = os.pipe()
    us = os.getpid()
    while True:
        line, _ = listener.accept()
        with line, suppress(OSError):  # no process can be started: the other side sees the end of the line
            if os.fork() == 0:
                listener.close()
                os.close(kept_open)
                _serve(us, Connection(line.detach()), lifeline)


def _serve(parent: int, line: Connection, lifeline: int) -> NoReturn:
    try:
        end_with(parent)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # it waits for its children
        with suppress(EOFError, OSError):  # who asked is gone
            line.send_bytes(json.dumps(__version__).encode())
            serve(line, lifeline)
    except BaseException:  # noqa: BLE001 - costs the one line that it came over
        traceback.print_exc()
    os._exit(1)


if __name__ == "__main__":
    run(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
