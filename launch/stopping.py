"""How a launcher ends: Ctrl-C, `kill` and a closing terminal do the same, in whatever it is busy with.

The first signal raises `Stopped` in the main thread.  It never does so in the middle of starting a process, which
nobody would know of then, nor in the middle of ending one: there it makes the ending hurry.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """Somebody asked for the end, by the signal `number`."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__(number.name)
        self.number = number

    @property
    def exit_code(self) -> int:
        """What a shell reports of a program that a signal ended."""
        return 128 + self.number


class Stopping:
    """What this process does about the signals that end it.  There is one, `STOPPING`: signals belong to a process."""

    def __init__(self) -> None:
        self._held = 0
        self._ending = 0
        self._pending: signal.Signals | None = None
        self._is_asked = False
        self.is_hurried = False
        """Whether somebody asked a second time, or while things were being ended already."""

    def install(self) -> None:
        """Take the signals over, except those that the caller ignores (`nohup`)."""
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    @contextmanager
    def held(self) -> Iterator[None]:
        """A block that no signal breaks into: one that comes meanwhile takes effect at its end."""
        if not _is_main():  # signals are only ever handled in the main thread
            yield
            return
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        self._raise_pending()

    @contextmanager
    def ending(self) -> Iterator[None]:
        """A block that ends things: a signal does not break into it but makes it hurry."""
        if not _is_main():
            yield
            return
        self._ending += 1
        try:
            yield
        finally:
            self._ending -= 1
        self._raise_pending()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        wanted = signal.Signals(number)
        if self._is_asked:
            self.is_hurried = True
        elif self._ending:
            self.is_hurried, self._pending = True, wanted
        elif self._held:
            self._pending = wanted
        else:
            self._raise(wanted)

    def _raise_pending(self) -> None:
        if (pending := self._pending) and not self._held and not self._ending:
            self._pending = None
            self._raise(pending)

    def _raise(self, number: signal.Signals) -> None:
        self._is_asked = True
        raise Stopped(number)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


STOPPING = Stopping()
