"""How the demo speaks, and how it ends."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from mediawatch.errors import MediawatchError

Progress = Callable[[str], None]


def teller() -> Progress:
    """A Progress that puts the seconds since now before each line."""
    began = time.monotonic()
    return lambda line: print(f"[{time.monotonic() - began:5.0f} s] {line}", flush=True)


def interrupt_on_term() -> None:
    """Make SIGTERM end the program as Ctrl-C does, so that every child is stopped."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def exit_code_of(main: Callable[[], int]) -> int:
    """Run `main`; what a person can mend is one sentence, and Ctrl-C is no error."""
    interrupt_on_term()
    try:
        return main()
    except MediawatchError as error:
        print(f"\n{error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nStopped. Everything collected is kept; the same command goes on from here.", flush=True)
        return 130


def stay_up() -> None:
    """Wait for Ctrl-C."""
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print("\nStopping ...", flush=True)
