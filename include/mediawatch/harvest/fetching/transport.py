"""The seam between the crawl and the network: one request in, one answer or trouble out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from mediawatch.harvest.fetching.answers import Answer
from mediawatch.records import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One GET.

    `allow_addresses` are networks permitted although not public; `headers` come on top of the transport's own.
    """

    url: str
    purpose: Literal["article", "announcement", "robots"]
    limits: Limits
    allow_addresses: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


class Transport(Protocol):
    """Carries requests.  `send` is called from many threads at once, with one request at a time to a host."""

    def send(self, outgoing: Outgoing) -> Answer:
        """The answer, or why there is none.  Raises only for faults of ours."""
        ...

    def abort(self) -> None:
        """End every request under way at once; called from another thread."""
        ...

    def close(self) -> None:
        """Let go of connections; no request is under way."""
        ...
