"""An exchange: one HTTP request and its answer, as archived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and the answer to it; redirects and robots.txt are exchanges of their own.

    `body` is the payload after content decoding (gzip, deflate, br, zstd) and `headers` are those received, in order.
    `remote_address` is the address really connected to, empty behind a proxy.
    """

    url: str
    status: int
    phrase: str
    request_headers: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    remote_address: str

    def header(self, name: str) -> str:
        """The first header called `name` (any case), or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
