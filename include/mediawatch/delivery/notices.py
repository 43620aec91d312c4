"""Notices: messages that are no alerts, composed once and sent as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from mediawatch.delivery.channels import Dialect
from mediawatch.delivery.cleaning import clean, link
from mediawatch.delivery.message import Message

_RULE: Final = re.compile(r"[=-]{3,}")
"""A line drawn below a heading: bytes that a chat has no use for, and a heading of another size where it is read as
Markdown."""
_ADDRESS: Final = re.compile(r"https?://\S")


class MessageKind(StrEnum):
    """What a recipient may ask for."""

    ALERTS = "alerts"
    DIGEST = "digest"
    FAILURES = "failures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message about a day that is no alert: a digest, or a failure.

    A channel is told each `notice_id` once.  `text` is plain, an entry a line with indented lines below it, and an
    address only at the end of a line; where a channel takes less of it, `rest` stands for what is left out.
    """

    notice_id: str
    kind: MessageKind
    day: date
    title: str
    text: str
    html: str
    rest: str


def message_of(notice: Notice, dialect: Dialect = "plain") -> Message:
    """The message that a notice makes where text is read in `dialect`: no call to people and no mark in it works."""
    lines = [line for line in notice.text.split("\n") if not _RULE.fullmatch(line.strip())]
    return Message(
        title=clean(notice.title),
        text="\n".join(_shown(line, dialect) for line in lines).strip(),
        html=notice.html,
        rest=_shown(notice.rest, dialect),
    )


def _shown(line: str, dialect: Dialect) -> str:
    start = _address_in(line)
    before, address = line[:start], link(line[start:])
    words = before.lstrip()
    indent, gap = before[: len(before) - len(words)], words[len(words.rstrip()) :]
    shown = f"<{address}>" if address and dialect == "markdown" else address
    return f"{indent}{clean(words.rstrip(), dialect)}{gap}{shown}".rstrip()


def _address_in(line: str) -> int:
    """Where the address that `line` ends with begins; the line's end where there is none."""
    last = "" if line[-1:].isspace() else (line.split() or [""])[-1]
    found = _ADDRESS.search(last)
    return len(line) - len(last) + found.start() if found else len(line)
