"""Cookies along one chain of redirects: some sites send a reader back to the same page with a cookie, and not without.

They live as long as one request is on its way, are sent to hosts of that way only, and are written down nowhere but in
the archive, with the request that carried them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from mediawatch.records import Exchange

MOST: Final = 20
"""Cookies of one chain."""
LONGEST: Final = 4_096
"""Characters of a name with its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """What a site asks to be told again; `is_for_subdomains` unless it named no domain."""

    name: str
    value: str
    domain: str
    path: str
    is_for_subdomains: bool = False
    is_secure: bool = False

    def is_for(self, parts: SplitResult) -> bool:
        """Whether a request for an address with these parts carries it (RFC 6265, 5.1.3 and 5.1.4)."""
        host, path = (parts.hostname or "").lower(), parts.path or "/"
        is_host = host == self.domain or (self.is_for_subdomains and host.endswith(f".{self.domain}"))
        is_path = path == self.path or path.startswith(self.path if self.path.endswith("/") else f"{self.path}/")
        return is_host and is_path and (parts.scheme == "https" or not self.is_secure)


class ChainCookies:
    """The cookies of one request so far."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, str], Cookie] = {}

    def take(self, answer: Exchange) -> bool:
        """Keep what `answer` sets, at most MOST; whether anything is other than before."""
        before = dict(self._held)
        for name, line in answer.headers:
            if name.lower() == "set-cookie":
                self._set(line, urlsplit(answer.url))
        return self._held != before

    def header(self, url: str) -> str:
        """The Cookie header of a request for `url`, longest path first; empty for none."""
        parts = urlsplit(url)
        fitting = [cookie for cookie in self._held.values() if cookie.is_for(parts)]
        fitting.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting)

    def _set(self, line: str, at: SplitResult) -> None:
        pair, *rest = line.split(";")
        name, has_value, value = (part.strip() for part in pair.partition("="))
        if not (name and has_value) or len(pair) > LONGEST or not (pair.isascii() and pair.isprintable()):
            return
        said = {key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in rest)}
        host, domain = (at.hostname or "").lower(), said.get("domain", "").lower().removeprefix(".")
        if domain and not (host == domain or (host.endswith(f".{domain}") and "." in domain)):
            return
        path = said.get("path", "")
        cookie = Cookie(
            name=name,
            value=value,
            domain=domain or host,
            path=path if path.startswith("/") else at.path.rpartition("/")[0] or "/",
            is_for_subdomains=bool(domain),
            is_secure="secure" in said,
        )
        key = cookie.name, cookie.domain, cookie.path
        if said.get("max-age", "1").lstrip("-") == "0" or said.get("max-age", "").startswith("-"):
            self._held.pop(key, None)
        elif key in self._held or len(self._held) < MOST:
            self._held[key] = cookie
