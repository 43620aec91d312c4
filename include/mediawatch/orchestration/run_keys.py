"""The name a run gives its batch."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import Protocol

from mediawatch.records import as_utc


class NamedRun(Protocol):
    """The part of Airflow's DagRun that names it."""

    @property
    def dag_id(self) -> str: ...
    @property
    def run_id(self) -> str: ...
    @property
    def run_after(self) -> datetime: ...


def run_key(run: NamedRun) -> str:
    """A key equal for every try of `run`, different for every other run, and sorting by the instant the run was due.

    It is safe as one element of a path: digits, letters and a hyphen, such as `20260105T060000Z-3f9c01ab`.
    """
    name = blake2b(f"{run.dag_id}/{run.run_id}".encode(), digest_size=4).hexdigest()
    return f"{as_utc(run.run_after):%Y%m%dT%H%M%SZ}-{name}"
