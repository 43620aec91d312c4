"""Errors about stored objects: each names the object and says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mediawatch.errors import Corrupt
from mediawatch.lake.folders import remedy_of


def damaged(key: str, why: str) -> Corrupt:
    """The error of an object that is not as it was stored."""
    return Corrupt(f"{key}: {why}. {remedy_of(key)}", key)


@contextmanager
def reading(key: str) -> Iterator[None]:
    """What goes wrong while the content of the object `key` is read becomes Corrupt, which names it."""
    try:
        yield
    except Corrupt as error:
        if error.key:
            raise
        raise damaged(key, str(error)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise damaged(key, f"not what belongs there: {error!r}") from error
