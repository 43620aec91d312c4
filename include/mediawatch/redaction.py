"""The last net under secrets: what the environment holds in confidence stands in no error, log line or note of ours.

Whoever handles a secret keeps it out of what is said, each in its own way.  But services answer with what they were
told, and libraries quote what they refuse: here the secrets themselves are looked for, by their values.
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

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
_WORDS: Final = re.compile(
    r"^AIRFLOW__SECRETS__(?:BACKEND|USE_CACHE|CACHE_TTL_SECONDS)$|^AIRFLOW__WORKERS__SECRETS_BACKEND$"
)
"""Variables that are called so and say only where secrets are kept."""
_PROXY: Final = re.compile(r"^(?:HTTPS?|ALL)_PROXY$", re.IGNORECASE)
"""Addresses of which only user and password are secret."""
_IN_ADDRESSES: Final = "!#$%&'()*+,/:;=?@[]~"
"""What requests leaves as it is in an address."""
_PERCENTS: Final = re.compile("%[0-9A-F]{2}")
_LIKE_A_KEY: Final = re.compile("[A-Z0-9]")
"""What a short key has and the name of a room has not."""
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
        if value and not name.endswith(("_FILE", "_PATH")) and (_is_secret(name) or _is_of_login(name))
    )


def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None and not _WORDS.match(name)


def _is_of_login(name: str) -> bool:
    return name.endswith("_USERNAME") or _PROXY.match(name) is not None


@lru_cache(maxsize=8)
def _hidden(variables: tuple[tuple[str, str], ...], others: frozenset[str]) -> tuple[str, ...]:
    """What is looked for, the longest first, so that no part of a secret is left beside HIDDEN."""
    known = dict(variables)
    found = {part for name, value in variables for part in _parts(name, value.strip())}
    logins = (
        sent
        for name, password in known.items()
        if (user := known.get(name.replace("_PASSWORD", "_USERNAME"))) and name.endswith("_PASSWORD")
        for sent in _as_logins(user, password)
    )
    found |= {*logins, *others}
    found = {spelling for part in found if len(part) >= SHORTEST for spelling in _spellings(part)}
    return tuple(sorted(found, key=lambda part: (-len(part), part)))


def _spellings(part: str) -> Iterator[str]:
    """`part` as it is, and as it stands in an address, in JSON and in Python's own notation."""
    yield part
    for written in (quote(part, safe=""), quote(part), quote(part, safe=_IN_ADDRESSES), quote_plus(part)):
        yield written
        yield _PERCENTS.sub(lambda found: found[0].lower(), written)
    for written in (json.dumps(part), json.dumps(part, ensure_ascii=False), repr(part), ascii(part)):
        yield written[1:-1]


def _as_logins(user: str, password: str) -> Iterator[str]:
    """How HTTP (Basic) and SMTP (AUTH PLAIN, AUTH LOGIN) send the two."""
    for sent in (f"{user}:{password}", f"\0{user}\0{password}", password):
        yield b64encode(sent.encode("utf-8", "surrogateescape")).decode()


def _parts(name: str, value: str) -> Iterator[str]:
    """The secrets in the value of one variable, as they are written and as they are meant."""
    if name.endswith("_USERNAME"):
        return
    if not _PROXY.match(name):
        yield value
    for part in _in_address(value, name):
        yield part
        yield unquote(part)


def _in_address(value: str, name: str) -> Iterator[str]:
    """User, password and, where all of it is secret, the keys in host, path and query of an address."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return
    login, _, host = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    yield login
    yield password
    yield b64encode(unquote(login).encode()).decode()
    if password:
        yield from _as_logins(unquote(user), unquote(password))
    if _PROXY.match(name) or not (parts.scheme and parts.netloc):
        return
    # Where somebody logs in there is a host; otherwise Apprise has a key in its place, and further ones behind it.
    is_key = "." not in host and not password
    is_channel = is_key and name.startswith("MEDIAWATCH_CHANNEL_")
    if is_channel or (is_key and len(host) >= _LONG):
        yield host
    words = [*parts.path.split("/"), *(text for _, text in parse_qsl(parts.query)), user]
    yield from (word for word in words if len(word) >= _LONG or (is_channel and _LIKE_A_KEY.search(word)))
