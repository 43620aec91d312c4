"""Messages on the line between a child and who asks it: the size in eight bytes, then so many bytes.

The child waits for them.  Who asks never does: a child that was taken over may send a byte and then nothing.
"""

from __future__ import annotations

import selectors
import socket
import struct
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress

_SIZE = struct.Struct("!Q")
_PIECE = 1 << 20


def send(line: socket.socket, message: bytes) -> None:
    """Send it, and wait until it is taken.  Raises OSError where nobody is there."""
    line.sendall(_SIZE.pack(len(message)))
    line.sendall(message)


def receive(line: socket.socket) -> bytes:
    """Wait for the next one.  Raises EOFError where none comes any more, and OSError."""
    (size,) = _SIZE.unpack(_exactly(line, _SIZE.size))
    return _exactly(line, size)


def _exactly(line: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = line.recv(min(_PIECE, size - len(found)))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)


class Exchange:
    """A request on its way out, and the messages that answer it, of at most so many bytes each.

    `line` does not block; `move` takes and gives what can be had at once, so that an exchange lasts as long as whoever
    has it wants it to.
    """

    def __init__(self, line: socket.socket, request: bytes, bounds: Sequence[int]) -> None:
        self.line = line
        self.answer: list[bytes] = []
        self._left = deque((memoryview(_SIZE.pack(len(request))), memoryview(request)))
        self._bounds = bounds
        self._size: int | None = None
        self._came = bytearray()

    @property
    def events(self) -> int:
        """What it waits for, as a selector has it.  An answer may come before the request is taken."""
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self._left else 0)

    def move(self) -> bool:
        """Go on; whether the answer is whole.

        Raises EOFError where the child is gone, and OSError, also for a message that is too large.
        """
        with suppress(BlockingIOError):
            self._give()
        try:
            while len(self.answer) < len(self._bounds):
                self._take()
        except BlockingIOError:
            return False
        return True

    def _give(self) -> None:
        while self._left:
            rest = self._left[0][self.line.send(self._left[0]) :]
            if rest:
                self._left[0] = rest
            else:
                self._left.popleft()

    def _take(self) -> None:
        wanted = _SIZE.size if self._size is None else self._size
        if len(self._came) < wanted:
            piece = self.line.recv(min(_PIECE, wanted - len(self._came)))
            if not piece:
                raise EOFError
            self._came += piece
        if len(self._came) < wanted:
            return
        if self._size is None:
            (self._size,) = _SIZE.unpack(self._came)
            if self._size > self._bounds[len(self.answer)]:
                raise OSError("a message is too large")
        else:
            self.answer.append(bytes(self._came))
            self._size = None
        self._came.clear()


def movable(exchanges: Iterable[Exchange], seconds: float) -> list[Exchange]:
    """Those of `exchanges` that can go on, for the first of which it is waited so long at most."""
    with selectors.PollSelector() as selector:
        for exchange in exchanges:
            selector.register(exchange.line, exchange.events, exchange)
        return [key.data for key, _ in selector.select(seconds)]
