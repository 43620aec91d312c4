"""Small frozen values as JSON documents: canonical bytes, strict reading."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from mediawatch.errors import Corrupt


def dump(document: Any) -> bytes:
    """`document` as canonical JSON: sorted keys, no spaces, UTF-8.  Equal documents give equal bytes.

    Raises ValueError for NaN, infinities and text that is not valid Unicode; TypeError for what JSON does not know.
    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def load(data: bytes, key: str) -> dict[str, Any]:
    """The JSON object stored under `key`.  Raises Corrupt naming the key."""
    try:
        document = json.loads(data)
    except ValueError as error:
        raise Corrupt(f"{key}: not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Corrupt(f"{key}: not a JSON object")
    return document


def digest_of(document: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of `document`."""
    return sha256(dump(document)).hexdigest()
