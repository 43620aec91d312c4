"""How an attempt to send ended, and what the codes of HTTP and SMTP say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

_MAYBE_PASSED_ON: Final = frozenset({408, 502, 504})
"""What stands between us and the service gave up waiting: it may have passed the message on."""
_OF_THE_MESSAGE: Final = frozenset({413, 415, 422})
"""The service will not have this message: too large, or of a form it does not know.  Others (400, 401, 404) are as
often about the address, which somebody may correct."""


class SendResult(StrEnum):
    """What became of one attempt."""

    SENT = "sent"
    REFUSED = "refused"
    """The channel does not have it: it may be tried again."""
    UNKNOWN = "unknown"
    """The channel may have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAttempt:
    """How an attempt ended, with a reason in a few words that hold no part of the address.

    `is_slow` says that the channel let us wait until we gave up: whoever asks it again at once waits as long again.
    `is_final` says that the same message would be refused again, even at a corrected address.
    """

    result: SendResult
    reason: str = ""
    is_slow: bool = False
    is_final: bool = False


TOO_SLOW: Final = SendAttempt(result=SendResult.UNKNOWN, reason="no answer in time", is_slow=True)
LOST: Final = SendAttempt(result=SendResult.UNKNOWN, reason="connection lost before an answer")


def no_connection(*, is_slow: bool = False) -> SendAttempt:
    """Nothing of the message has left."""
    return SendAttempt(result=SendResult.REFUSED, reason="no connection", is_slow=is_slow)


def of_http(status: int) -> SendAttempt:
    """What an answer with `status` means.  Redirects are not followed: they would lose the message on the way."""
    if 200 <= status < 300:
        return SendAttempt(result=SendResult.SENT)
    reason = f"answered with HTTP {status}"
    if status in _MAYBE_PASSED_ON:
        return SendAttempt(result=SendResult.UNKNOWN, reason=reason)
    return SendAttempt(result=SendResult.REFUSED, reason=reason, is_final=status in _OF_THE_MESSAGE)


def of_smtp(code: int) -> SendAttempt:
    """What an answer other than the wanted one means: a mail server that says no has not taken the mail."""
    return SendAttempt(result=SendResult.REFUSED, reason=f"answered with SMTP {code}")


def within(seconds: float, work: Callable[[], SendAttempt]) -> SendAttempt:
    """What `work` returns, or that it was too slow.  Timeouts of a socket are for one read, not for the whole.

    Work that is given up goes on in a thread of its own, which ends with the process.
    """
    outcome: SimpleQueue[SendAttempt | Exception] = SimpleQueue()

    def run() -> None:
        try:
            outcome.put(work())
        except Exception as error:  # noqa: BLE001 - it is raised again by the thread that waits
            outcome.put(error)

    Thread(target=run, daemon=True, name="send").start()
    try:
        found = outcome.get(timeout=seconds)
    except Empty:
        return TOO_SLOW
    if isinstance(found, Exception):
        raise found
    return found
