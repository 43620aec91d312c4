"""Heads of records and of HTTP messages: a first line and named fields, as bytes and back.

Text is ISO 8859-1, as on the wire: every byte string has a text and comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

Fields = tuple[tuple[str, str], ...]

_NOT_IN_URI = re.compile(rb"[^\x21-\x7e]")
_BREAKS = re.compile(r"[\r\n\x00]")
_END = re.compile(rb"\r?\n\r?\n")
_BLANKS = " \t\r"
_FOLD = re.compile(rb"\r?\n[ \t]+")


def write_head(first_line: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """A head with its empty line.  What would end a line early becomes a space, so no value can forge a field."""
    lines = [first_line, *(f"{name.replace(':', '_')}: {value}" for name, value in fields), "", ""]
    return b"\r\n".join(map(_line, lines))


def split_head(message: bytes, limit: int) -> tuple[bytes, bytes]:
    """The head (without its empty line) and the rest.  Raises ValueError when no head ends within `limit` bytes."""
    end = _END.search(message, 0, limit + 4)
    if end is None:
        raise ValueError(f"no end of the head within {limit} bytes")
    return message[: end.start()], message[end.end() :]


def read_head(head: bytes) -> tuple[str, Fields]:
    """The first line and the fields in order; continued lines are joined, lines without a colon left out."""
    first, *lines = _FOLD.sub(b" ", head).decode("latin-1").split("\n")
    pairs = (line.partition(":") for line in lines)
    return first.strip(_BLANKS), tuple(
        (name.strip(_BLANKS), value.strip(_BLANKS)) for name, colon, value in pairs if colon
    )


def field(fields: Fields, name: str) -> str:
    """The first value of the field `name` (any case), "" when it is not there."""
    wanted = name.lower()
    return next((value for key, value in fields if key.lower() == wanted), "")


def values(fields: Fields, name: str) -> list[str]:
    """Every value of the field `name` (any case), in order."""
    wanted = name.lower()
    return [value for key, value in fields if key.lower() == wanted]


def as_uri(address: bytes) -> str:
    """An address as an ASCII URI: whatever is not a printable ASCII character is percent-encoded."""
    return _NOT_IN_URI.sub(lambda found: b"%%%02X" % found[0][0], address).decode("ascii")


def write_date(moment: datetime) -> str:
    """A WARC-Date in microseconds, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_date(text: str) -> datetime:
    """An instant from a WARC-Date of any precision; without a zone it is UTC.  Raises ValueError."""
    padded = text if len(text) > len("2016-01") else f"{text}-01-01"[: len("2016-01-01")]
    try:
        moment = datetime.fromisoformat(padded)
    except ValueError as error:
        raise ValueError("a date that cannot be read") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _line(text: str) -> bytes:
    text = _BREAKS.sub(" ", text)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
