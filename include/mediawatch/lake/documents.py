"""Small frozen values as JSON documents: canonical bytes, strict reading, and a checksum that goes with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from mediawatch.errors import Corrupt
from mediawatch.lake.damage import damaged, reading

CHECKSUM: Final = "sha256"
"""The field that holds the checksum of a stored document; it is gone from what `load` returns."""


def dump(document: Any) -> bytes:
    """`document` as canonical JSON: sorted keys, no spaces, UTF-8.  Equal documents give equal bytes.

    Raises ValueError for NaN, infinities and text that is not valid Unicode; TypeError for what JSON does not know.
    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def dump_at(key: str, document: Mapping[str, Any]) -> bytes:
    """`document` as it is stored under `key`: as `dump`, with a checksum of the content and the place."""
    plain = json.loads(dump(dict(document)))
    return dump({**plain, CHECKSUM: _checksum(key, plain)})


def load(data: bytes, key: str) -> dict[str, Any]:
    """The JSON object stored under `key`.

    Raises Corrupt, naming the key, when it is none, or when it has a checksum that is not that of its content there.
    (Objects written before there were checksums have none.)
    """
    document = parse(data, key)
    checksum = document.pop(CHECKSUM, None)
    with reading(key):
        if checksum is not None and checksum != _checksum(key, document):
            raise Corrupt("its checksum is not that of this content in this place")
    return document


def parse(data: bytes, key: str) -> dict[str, Any]:
    """The JSON object in `data` with its checksum, unchecked.  Raises Corrupt naming the key."""
    try:
        document = json.loads(data)
    except ValueError as error:
        raise damaged(key, f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise damaged(key, "not a JSON object")
    return document


def has_checksum_of(data: bytes, key: str) -> bool:
    """Whether `data` is a document that was stored under `key`, wherever it lies now."""
    try:
        return CHECKSUM in parse(data, key) and bool(load(data, key))
    except Corrupt:
        return False


def digest_of(document: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of `document`."""
    return sha256(dump(document)).hexdigest()


def _checksum(key: str, document: Mapping[str, Any]) -> str:
    return sha256(key.encode() + b"\n" + dump(dict(document))).hexdigest()
