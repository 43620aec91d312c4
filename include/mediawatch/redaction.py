"""The last net under secrets: what the environment holds in confidence stands in no error, log line or note of ours.

Whoever handles a secret keeps it out of what is said, each in its own way.  But services answer with what they were
told, and libraries quote what they refuse: here the secrets themselves are looked for, by their values.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

HIDDEN: Final = "***"
SHORTEST: Final = 6
"""Characters of what is hidden: a shorter one stands in any text by chance, and is no secret that holds."""
_LONG: Final = 12
"""Characters from which a part of a confidential address is taken for a key and not for a word."""
_SECRET: Final = re.compile(
    r"PASSWORD|SECRET|TOKEN|API_KEY|ACCESS_KEY|FERNET_KEY|LINK_KEY|HEARTBEAT_URL|DATABASE_URL|SQL_ALCHEMY_CONN"
    r"|^MEDIAWATCH_CHANNEL_|^AIRFLOW_CONN_"
)
"""Variables whose values are secret, or addresses that hold a secret."""
_PROXY: Final = re.compile(r"^(?:HTTPS?|ALL)_PROXY$", re.IGNORECASE)
"""Addresses of which only user and password are secret."""
_from_files: set[str] = set()


def remember(secret: str) -> None:
    """Hide `secret` too, which no variable holds, for as long as this process runs."""
    _from_files.add(secret)


def redacted(text: str, environ: Mapping[str, str] | None = None) -> str:
    """`text` with HIDDEN for each secret of the environment, and for the parts of secret addresses that are keys."""
    environ = os.environ if environ is None else environ
    for secret in _hidden(_secrets_in(environ), frozenset(_from_files)):
        text = text.replace(secret, HIDDEN)
    return text


def _secrets_in(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name, value in environ.items()
        if value and not name.endswith(("_FILE", "_PATH")) and (_SECRET.search(name) or _is_of_login(name))
    )


def _is_of_login(name: str) -> bool:
    return name.endswith("_USERNAME") or _PROXY.match(name) is not None


@lru_cache(maxsize=8)
def _hidden(variables: tuple[tuple[str, str], ...], others: frozenset[str]) -> tuple[str, ...]:
    """What is looked for, the longest first, so that no part of a secret is left beside HIDDEN."""
    known = dict(variables)
    found = {part for name, value in variables for part in _parts(name, value.strip())}
    logins = (
        b64encode(f"{user}:{password}".encode()).decode()
        for name, password in known.items()
        if (user := known.get(name.replace("_PASSWORD", "_USERNAME"))) and name.endswith("_PASSWORD")
    )
    found |= {*logins, *others}
    return tuple(sorted((part for part in found if len(part) >= SHORTEST), key=lambda part: (-len(part), part)))


def _parts(name: str, value: str) -> Iterator[str]:
    """The secrets in the value of one variable, as they are written and as they are meant."""
    if name.endswith("_USERNAME"):
        return
    if not _PROXY.match(name):
        yield value
    for part in _in_address(value, is_all_secret=not _PROXY.match(name)):
        yield part
        yield unquote(part)


def _in_address(value: str, *, is_all_secret: bool) -> Iterator[str]:
    """User, password and, where all of it is secret, the keys in host, path and query of an address."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return
    login = parts.netloc.rpartition("@")[0]
    yield login
    yield login.partition(":")[2]
    yield b64encode(unquote(login).encode()).decode()
    if not (is_all_secret and parts.scheme and parts.netloc):
        return
    words = [*parts.path.split("/"), *(text for _, text in parse_qsl(parts.query)), login.partition(":")[0]]
    yield from (word for word in words if len(word) >= _LONG)
    if "." not in parts.netloc.rpartition("@")[2]:  # a key in the place of a host, as Apprise has them
        yield parts.netloc.rpartition("@")[2]
