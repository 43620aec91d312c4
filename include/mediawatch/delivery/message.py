"""One message, and how much of it a channel takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from html import unescape
from typing import Final

from mediawatch.delivery.channels import Dialect
from mediawatch.delivery.cleaning import clean, link

_INDENTED: Final = re.compile(r"\s+\S")
_QUOTATION: Final = re.compile(r"\n  [“\"][^\n]*")
"""A line that quotes an article, below its headline."""
Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: a title on one line, plain text in paragraphs, and a whole HTML page.

    Where `rest` is given, a text that is too long is cut between two entries and ends with it.
    """

    title: str
    text: str
    html: str
    rest: str = ""

    @property
    def twin(self) -> str:
        """The text that says what the page says: below the title, where the page shows it and the text does not."""
        is_shown = bool(self.title) and self.title in unescape(self.html)
        return f"{self.title}\n\n{self.text}" if is_shown and not self.text.startswith(self.title) else self.text

    def within(self, characters: int, octets: int = 0) -> str:
        """The text, shortened until it fits; `octets` (UTF-8) limits too unless 0.

        Without `rest` quotations are left out first, then the least important paragraphs: the first ones say what and
        how much, the last one why and how to stop it.
        """

        def fits(text: str) -> bool:
            return len(text) <= characters and (not octets or len(text.encode()) <= octets)

        if fits(self.text):
            return self.text
        text = _up_to_an_entry(self.text, self.rest, fits) if self.rest else _without_paragraphs(self.text, fits)
        while not fits(text):
            text = text[: max(0, len(text) * 9 // 10 - 1)].rstrip() + "…" if len(text) > 1 else ""
        return text


def _without_paragraphs(text: str, fits: Fits) -> str:
    blocks = _QUOTATION.sub("", text).split("\n\n")
    while len(blocks) > 2 and not fits("\n\n".join(blocks)):
        del blocks[-2]
    return "\n\n".join(blocks)


def _up_to_an_entry(text: str, rest: str, fits: Fits) -> str:
    """As many whole entries (a line, and the indented ones below it) as fit before `rest`; no heading without one."""
    lines = text.split("\n")
    for count in range(len(lines) - 1, 0, -1):
        is_heading = count > 1 and not lines[count - 2].strip()
        if not lines[count - 1].strip() or is_heading or _INDENTED.match(lines[count]):
            continue
        if fits(shortened := "\n".join([*lines[:count], "", rest])):
            return shortened
    return rest


_RULE: Final = re.compile(r"[=-]{3,}")
"""A line drawn below a heading: bytes that a chat has no use for, and a heading of another size where it is read as
Markdown."""
_ADDRESS: Final = re.compile(r"https?://\S")


class MessageKind(StrEnum):
    """What a recipient may ask for."""

    ALERTS = "alerts"
    DIGEST = "digest"
    FAILURES = "failures"
    SOURCES = "sources"


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
