"""Messages between a child and who asks it: the one side waits, the other never does."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from mediawatch.sandbox.messages import Exchange, movable, receive, send

Pair = tuple[socket.socket, socket.socket]
PATIENCE = 60.0


@pytest.fixture
def pair() -> Iterator[Pair]:
    """The end of who asks, which does not block, and that of the child."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        yield ours, theirs


def until_whole(exchange: Exchange) -> list[bytes]:
    while not exchange.move():
        assert movable([exchange], PATIENCE) == [exchange]
    return exchange.answer


def test_what_is_longer_than_the_kernel_keeps_goes_both_ways(pair: Pair) -> None:
    ours, theirs = pair
    request, value = b"?" * 5_000_000, b"!" * 5_000_000
    heard: list[bytes] = []

    def child() -> None:
        heard.append(receive(theirs))
        send(theirs, b"")
        send(theirs, value)

    thread = threading.Thread(target=child, daemon=True)
    thread.start()
    assert until_whole(Exchange(ours, request, (10, len(value)))) == [b"", value]
    thread.join()
    assert heard == [request]


def test_an_answer_comes_in_whatever_pieces_it_was_sent_in(pair: Pair) -> None:
    ours, theirs = pair
    exchange = Exchange(ours, b"", (3, 3))
    assert not exchange.move()
    for byte in b"".join(struct.pack("!Q", 3) + part for part in (b"one", b"two")):
        assert exchange.answer in ([], [b"one"])
        theirs.send(bytes([byte]))
        is_whole = exchange.move()
    assert is_whole
    assert exchange.answer == [b"one", b"two"]


def test_where_nothing_moves_nothing_can_go_on(pair: Pair) -> None:
    ours, theirs = pair
    exchange = Exchange(ours, b"?", (3,))
    assert movable([exchange], 0) == [exchange]  # the request can go out
    assert not exchange.move()
    assert movable([exchange], 0) == []
    theirs.send(b"x")
    assert movable([exchange], 0) == [exchange]


def test_a_message_that_is_too_large_is_known_by_its_size_alone(pair: Pair) -> None:
    ours, theirs = pair
    theirs.sendall(struct.pack("!Q", 4))
    with pytest.raises(OSError, match="too large"):
        Exchange(ours, b"", (3,)).move()


@pytest.mark.parametrize("said", [b"", b"\0", struct.pack("!Q", 3) + b"on"])
def test_a_child_that_is_gone_ends_it(pair: Pair, said: bytes) -> None:
    ours, theirs = pair
    exchange = Exchange(ours, b"", (3,))
    assert not exchange.move()
    theirs.sendall(said)
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(EOFError):
        exchange.move()


def test_who_waits_for_one_sees_when_none_comes_any_more(pair: Pair) -> None:
    ours, theirs = pair
    ours.send(struct.pack("!Q", 3) + b"on")
    ours.close()
    with pytest.raises(EOFError):
        receive(theirs)
