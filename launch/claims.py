"""Which processes serve a folder, and for whom, written down so that what a killed launcher left can be ended.

Process ids are used again by the system; together with the start time they are not.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from launch.sessions import session_members, started_at, stop_session
from launch.stopping import STOPPING
from mediawatch.errors import BadConfiguration


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The session that `leader` leads, started by the process `owner`; both with the start that makes them unique."""

    leader: int
    leader_started: float
    owner: int
    owner_started: float

    @property
    def is_owned(self) -> bool:
        """Whether the process that started the session still runs."""
        return started_at(self.owner) == self.owner_started

    @property
    def has_session(self) -> bool:
        """Whether anything of the session still runs.  Its id stays taken as long as one member lives."""
        return started_at(self.leader) in {self.leader_started, None} and bool(session_members(self.leader))


def claim_of(leader: int) -> Claim:
    """That this process started the session led by `leader`."""
    own = os.getpid()
    return Claim(
        leader=leader, leader_started=started_at(leader) or 0.0, owner=own, owner_started=started_at(own) or 0.0
    )


def write_claims(file: Path, claims: Sequence[Claim]) -> None:
    """Write down in `file`, whole or not at all, which sessions serve its folder."""
    aside = file.with_suffix(".new")
    aside.write_text(json.dumps([asdict(claim) for claim in claims]))
    aside.replace(file)


def read_claims(file: Path) -> list[Claim]:
    """What `file` says; nothing when it is not there or cannot be understood."""
    try:
        return [Claim(**found) for found in json.loads(file.read_text())]
    except (OSError, ValueError, TypeError, RecursionError):
        return []


def end_leftovers(file: Path) -> int:
    """End the sessions that a killed launcher left behind; how many there were.

    Raises BadConfiguration when their launcher still runs: then the folder is served already.
    """
    left = [claim for claim in read_claims(file) if claim.has_session]
    if owned := [claim for claim in left if claim.is_owned]:
        raise BadConfiguration(f"Process {owned[0].owner} runs servers on {file.parent} already: stop it first.")
    for claim in left:
        stop_session(claim.leader)
    with suppress(OSError):
        file.unlink()
    return len(left)


@contextmanager
def sole_use(folder: Path, what: str) -> Iterator[None]:
    """Have `folder`, made when missing, for this process alone; `what` names the program to people ("make demo").

    The lock goes with the process, however it ends.  Raises BadConfiguration when another one has it, or the folder
    cannot be used.
    """
    lock = _open_lock(folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
        os.close(lock)
        raise BadConfiguration(
            f"`{what}` runs on {folder} already: stop it with Ctrl-C where it runs, or with `kill {holder}`."
        ) from None
    try:
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        with STOPPING.ending():
            os.close(lock)


def _open_lock(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise BadConfiguration(
            f"{folder} cannot be used as a folder of ours ({error.strerror}): move what is there out of the way."
        ) from error
