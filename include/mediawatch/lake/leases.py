"""A lease: the right to do one piece of work, with a fencing token that grows with each holder.

Token n is the object `leases/<name>/<n>.json`, created exclusively.  The highest token is the holder's; it may be
followed when it was released, when it has expired by the clock of who asks (clocks are assumed to agree within a small
part of `seconds`), or when its process is known to be dead.

While it is held a thread renews it as time goes by, however long a step of the work takes and whether it says so.  Who
holds it and stands still, a suspended machine, loses it; who was overtaken is told by `check`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from mediawatch import logs
from mediawatch.errors import Contended, Corrupt, MediawatchError
from mediawatch.lake.damage import reading
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.names import key_of, numbers_in
from mediawatch.lake.processes import is_dead, own_process
from mediawatch.lake.store import Missing, Store
from mediawatch.records import Clock

_ROOT = "leases"
_LOG = logs.logger(__name__)

RENEWED_AFTER = 0.25
"""The part of its term after which a lease is renewed: three renewals may fail to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """What a token's object says."""

    holder: str
    process: str
    mark: str
    expires_at: datetime
    is_released: bool = False

    def dumped(self, key: str) -> bytes:
        return dump_at(
            key,
            {
                "holder": self.holder,
                "process": self.process,
                "mark": self.mark,
                "expires_at": self.expires_at.isoformat(),
                "is_released": self.is_released,
            },
        )

    def may_be_followed(self, moment: datetime) -> bool:
        return self.is_released or self.expires_at <= moment or is_dead(self.process)


class Lease:
    """A lease that is held; safe to use from several threads."""

    def __init__(self, store: Store, name: str, *, token: int, claim: _Claim, seconds: float, clock: Clock) -> None:
        self.name = name
        self.token = token
        self._store = store
        self._claim = claim
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()

    @property
    def expires_at(self) -> datetime:
        """Until when nobody else takes it, unless it is renewed."""
        return self._claim.expires_at

    def check(self) -> None:
        """Raise Contended when somebody else has taken the lease over."""
        newest = max(_tokens(self._store, self.name), default=0)
        if newest > self.token:
            raise Contended(f"lease {self.name}: token {self.token} was taken over by token {newest}")

    def renew(self) -> None:
        """Hold it for another full term from now.  Raises Contended when it was taken over."""
        with self._lock:
            self.check()
            self._claim = replace(self._claim, expires_at=self._clock() + timedelta(seconds=self._seconds))
            self._write()
            self.check()

    def release(self, *, rest_seconds: float = 0.0) -> None:
        """Let the next one in at once, or only when so much time has passed."""
        with self._lock:
            if rest_seconds > 0:
                until = min(self._claim.expires_at, self._clock() + timedelta(seconds=rest_seconds))
                self._claim = replace(self._claim, expires_at=until, process="")  # our end is not the end of the rest
            else:
                self._claim = replace(self._claim, is_released=True)
            self._write()

    def _write(self) -> None:
        key = _key(self.name, self.token)
        self._store.put(key, self._claim.dumped(key))


@contextmanager
def lease(store: Store, name: str, *, holder: str, seconds: float, clock: Clock) -> Iterator[Lease]:
    """Hold the lease `name` for the block.  Raises Contended, naming the holder, when somebody else has it."""
    held = acquire(store, name, holder=holder, seconds=seconds, clock=clock)
    try:
        with _renewed(held, seconds * RENEWED_AFTER):
            yield held
    finally:
        held.release()


@contextmanager
def _renewed(held: Lease, seconds: float) -> Iterator[None]:
    """Renew the lease again and again while the block runs."""
    is_over = Event()

    def renew() -> None:
        while not is_over.wait(seconds):
            try:
                held.renew()
            except Contended:
                return  # the work hears of it at its next `check`
            except MediawatchError as error:
                _LOG.warning("lease not renewed", lease=held.name, error=str(error))  # and tried again

    thread = Thread(target=renew, name=f"lease {held.name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def sweep_leases(store: Store, before: datetime) -> int:
    """Remove the claims that nobody has held since `before`; how many.

    Numbers begin anew then, so that who was asleep since would not notice its successors: `before` has to be longer ago
    than any worker sleeps.  A claim that cannot be read stays for `mediawatch verify` to name.
    """
    swept = 0
    for key in store.list(_ROOT):
        try:
            document = load(store.read(key), key)
            with reading(key):
                ended = datetime.fromisoformat(document["expires_at"])
        except Corrupt:
            continue
        if ended < before:
            store.delete(key)
            swept += 1
    return swept


def held_leases(store: Store, moment: datetime) -> list[str]:
    """The names of the leases that nobody else may take at `moment`; claims that cannot be read are left out."""
    newest: dict[str, int] = {}
    for key in store.list(_ROOT):
        name, _, number = key.removeprefix(f"{_ROOT}/").removesuffix(".json").rpartition("/")
        if number.isdecimal():
            newest[name] = max(newest.get(name, 0), int(number))
    return [name for name, token in sorted(newest.items()) if _is_held(store, name, token, moment)]


def _is_held(store: Store, name: str, token: int, moment: datetime) -> bool:
    try:
        return not _read(store, name, token).may_be_followed(moment)
    except (Corrupt, Missing):
        return False


def acquire(store: Store, name: str, *, holder: str, seconds: float, clock: Clock) -> Lease:
    """The lease `name`, which whoever asks for it renews and releases.  Raises Contended when somebody else has it."""
    tokens = _tokens(store, name)
    newest = max(tokens, default=0)
    _refuse_if_held(store, name, newest, clock())
    claim = _Claim(
        holder=holder,
        process=own_process(),
        mark=uuid.uuid4().hex,
        expires_at=clock() + timedelta(seconds=seconds),
    )
    taken = Lease(store, name, token=newest + 1, claim=claim, seconds=seconds, clock=clock)
    _create(store, taken, claim)
    taken.check()  # the number may have been free only because it was pruned long ago
    for old in tokens:
        store.delete(_key(name, old))
    return taken


def _refuse_if_held(store: Store, name: str, token: int, moment: datetime) -> None:
    if not token:
        return
    try:
        claim = _read(store, name, token)
    except Missing as error:
        raise Contended(f"lease {name}: changes hands just now") from error
    if not claim.may_be_followed(moment):
        raise Contended(f"lease {name}: held by {claim.holder} until {claim.expires_at.isoformat()}")


def _create(store: Store, taken: Lease, claim: _Claim) -> None:
    key = _key(taken.name, taken.token)
    if store.create(key, claim.dumped(key)):
        return
    try:
        is_mine = _read(store, taken.name, taken.token).mark == claim.mark  # a request whose answer was lost
    except Missing:
        is_mine = False
    if not is_mine:
        raise Contended(f"lease {taken.name}: somebody else was first")


def _read(store: Store, name: str, token: int) -> _Claim:
    key = _key(name, token)
    document = load(store.read(key), key)
    with reading(key):
        return _Claim(**{**document, "expires_at": datetime.fromisoformat(document["expires_at"])})


def _tokens(store: Store, name: str) -> list[int]:
    return numbers_in(store, f"{_ROOT}/{name}")


def _key(name: str, token: int) -> str:
    return key_of(f"{_ROOT}/{name}", token)
