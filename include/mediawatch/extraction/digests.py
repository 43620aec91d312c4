"""The digest of a text."""

from __future__ import annotations

import hashlib

from mediawatch.language import fold


def digest_of(text: str) -> str:
    """The digest by which equal texts are known, whatever their script."""
    return hashlib.sha256(fold(text).encode()).hexdigest()
