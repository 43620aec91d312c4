"""The right to ask a host: in the lake, so that no two workers on any machines ask one host at once.

Harvests, checks and commands take it alike.  It is held from the first request on, and renewed as time goes by; it is
given up when the host was not asked for a while, and with the crawler.  Then the host still has its rest before another
worker may ask it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from threading import Event, Lock, Thread
from typing import Protocol

from mediawatch import logs
from mediawatch.errors import BadConfiguration, Contended, MediawatchError
from mediawatch.lake.leases import RENEWED_AFTER, Lease, acquire
from mediawatch.lake.store import Store
from mediawatch.records import Clock, now
from mediawatch.sources.urls import twin_host

TERM_SECONDS = 120.0
"""A worker that stands still for so long loses its hosts."""
IDLE_SECONDS = 90.0
"""A host that was not asked for so long is given up: longer than the longest pause between two requests (60 s)."""

_LOG = logs.logger(__name__)
_PLAIN = re.compile(r"[a-z0-9][a-z0-9.:_-]{0,180}")


class HostRights(Protocol):
    """Who may ask which host."""

    def claim(self, host: str, rest_seconds: float) -> bool:
        """Whether `host` may be asked now; after the request it has to be left alone for `rest_seconds`."""
        ...

    def close(self) -> None:
        """Give up all hosts."""
        ...


class Unshared:
    """All hosts are ours: for tests, and where nobody else can be at work."""

    def claim(self, host: str, rest_seconds: float) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Nothing is held."""


@dataclass(slots=True)
class _Held:
    """A host that is ours."""

    lease: Lease
    asked_at: float
    rest_seconds: float


class HostLeases:
    """Leases of hosts in a lake, for one crawler; safe to use from its threads.

    The clock is the world's, whatever day the newsroom lives in: a host's pace is kept in real time.

    With `is_optional` a lake that cannot be written to is no hindrance: a host that somebody has is left alone all the
    same, and one that nobody has is asked without holding it.  `refused` then says why.
    """

    def __init__(
        self,
        store: Store,
        holder: str,
        *,
        clock: Clock = now,
        term: float = TERM_SECONDS,
        idle: float = IDLE_SECONDS,
        is_optional: bool = False,
    ) -> None:
        self.refused = ""
        self._is_optional = is_optional
        self._store = store
        self._holder = holder
        self._clock = clock
        self._term = term
        self._idle = idle
        self._held: dict[str, _Held] = {}
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()
        self._is_over = Event()
        self._keeper = Thread(target=self._keep, name="host leases", daemon=True)

    def claim(self, host: str, rest_seconds: float) -> bool:
        """Whether `host` may be asked now: it is ours, or nobody's and now ours.

        Raises BadConfiguration where the lake cannot be written to, unless that is optional.
        """
        name = lease_name(host)
        with self._lock_of(name):
            held = self._held.get(name)
            if held is None or held.lease.expires_at <= self._clock():  # we were asleep: it may be another's by now
                try:
                    lease = self._taken(name)
                except BadConfiguration as error:  # whoever has it would have been met before the lake refused
                    if not self._is_optional:
                        raise
                    self.refused = str(error)
                    return True
                if lease is None:
                    self._held.pop(name, None)
                    return False
                held = self._held[name] = _Held(lease, 0.0, 0.0)
            held.asked_at, held.rest_seconds = self._clock().timestamp(), rest_seconds
            return True

    def close(self) -> None:
        """Give up all hosts; each still has what is left of its rest."""
        self._is_over.set()
        if self._keeper.is_alive():
            self._keeper.join()
        try:
            for name in list(self._held):
                with self._lock_of(name):
                    self._give_up(name)
        except MediawatchError as error:
            _LOG.warning("hosts not given up", error=str(error))  # the lake is away: they expire

    def _lock_of(self, name: str) -> Lock:
        with self._lock:
            if not self._keeper.is_alive() and not self._is_over.is_set():
                self._keeper.start()
            return self._locks.setdefault(name, Lock())

    def _taken(self, name: str) -> Lease | None:
        try:
            return acquire(self._store, name, holder=self._holder, seconds=self._term, clock=self._clock)
        except Contended:
            return None

    def _keep(self) -> None:
        while not self._is_over.wait(self._term * RENEWED_AFTER):
            for name in list(self._held):
                with self._lock_of(name):
                    self._keep_one(name)

    def _keep_one(self, name: str) -> None:
        held = self._held.get(name)
        if held is None:
            return
        try:
            if self._clock().timestamp() - held.asked_at > self._idle:
                self._give_up(name)
            else:
                held.lease.renew()
        except Contended:
            del self._held[name]  # we were asleep, and who asks for it next hears that it is another's
        except MediawatchError as error:
            _LOG.warning("host not renewed", lease=name, error=str(error))  # and tried again

    def _give_up(self, name: str) -> None:
        held = self._held.pop(name)
        left = held.asked_at + held.rest_seconds - self._clock().timestamp()
        held.lease.release(rest_seconds=max(0.0, left))


def lease_name(host: str) -> str:
    """The lease of `host`; editions of one site on several hosts share it."""
    plain = twin_host(host)
    if not _PLAIN.fullmatch(plain):
        plain = blake2b(plain.encode(), digest_size=16).hexdigest()
    return f"host/{plain}"
