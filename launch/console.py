"""How the demo speaks, and how it ends."""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, TextIO

from launch.stopping import STOPPING, Stopped
from mediawatch.errors import BadConfiguration, MediawatchError

Progress = Callable[[str], None]

NOBODY_READS = (errno.EPIPE, errno.EIO)
GONE_ON = "Everything collected is kept; the same command goes on from here."


def say(line: str = "", stream: TextIO | None = None) -> None:
    """Print `line` at once.  That nobody reads any more, after a terminal was closed, must not keep us from ending."""
    stream = stream or sys.stdout
    try:
        print(line, file=stream, flush=True)
    except (OSError, ValueError):
        _speak_to_nobody(stream)


def teller() -> Progress:
    """A Progress that puts the seconds since now before each line."""
    began = time.monotonic()
    return lambda line: say(f"[{time.monotonic() - began:5.0f} s] {line}")


def exit_code_of(main: Callable[[], int]) -> int:
    """Run `main`; what a person can fix is one sentence, and being stopped is no error."""
    STOPPING.install()
    try:
        return main()
    except MediawatchError as error:
        say(f"\n{error}\n{GONE_ON}", sys.stderr)
        return error.exit_code
    except Stopped as stopped:
        say(f"\nStopped ({stopped.number.name}). {GONE_ON}")
        return stopped.exit_code
    except OSError as error:
        if error.errno in NOBODY_READS:
            return 128 + signal.SIGPIPE
        if error.filename is None:
            raise
        say(f"\n{error.filename}: {error.strerror}. {GONE_ON}", sys.stderr)
        return BadConfiguration.exit_code


def leave(main: Callable[[], int]) -> NoReturn:
    """Run `main` and end the process with its exit code, without waiting for threads that still read from sites."""
    code = exit_code_of(main)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def whole_number(name: str, given: str | None, default: int) -> int:
    """What the environment variable `name` holds as a number, `default` for nothing.  Raises BadConfiguration."""
    if not given:
        return default
    if not (given.isascii() and given.isdecimal()):
        raise BadConfiguration(f"{name}={given} is not a whole number.")
    return int(given)


def stay_up(trouble: Callable[[], str] = str) -> None:
    """Wait until somebody stops the program."""
    try:
        while not trouble():
            time.sleep(1)
    except KeyboardInterrupt:
        say("\nStopping ...")


def _speak_to_nobody(stream: TextIO) -> None:
    """Send what is printed to `stream` from now on to /dev/null."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
