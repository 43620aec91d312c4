"""The folders of the lake: which of them hold facts, what makes the others again, and what to do about damage there.

Facts are restored from a backup.  What is derived is made again from them by the command that stands here.
"""

from __future__ import annotations

import re
from typing import Final

from mediawatch.tables.order import BUILDING, PREPARING, WATCHING

FACTS: Final = (
    "harvest",
    "register",
    "boilerplate",
    "tombstones",
    "looks",
    "decisions",
    "dismissals",
    "opinions",
    "rules",
    "outbox",
    "format",
)
"""What cannot be made again."""

WATCHED: Final = (*WATCHING, "past")
CLOSED: Final = ("lines", "seen", "closed", "health")
SHELVED: Final = ("shelf", "bodies")
PARTITIONED: Final = (*PREPARING, *BUILDING, *WATCHED, *CLOSED, *SHELVED, "boilerplate")
"""Folders of partitions: each has a pointer, receipts and the objects that these name."""

LEASES: Final = "leases"
COMMANDS: Final = {
    **dict.fromkeys((*PREPARING, *BUILDING), "mediawatch build --day {day}"),
    **dict.fromkeys(WATCHED, "mediawatch watch run --day {day}"),
    "past": "mediawatch watch run",
    **dict.fromkeys(CLOSED, "mediawatch close --day {day}"),
    **dict.fromkeys(SHELVED, "mediawatch board --prepare"),
    "digests": "mediawatch digest --day {day}",
    "cards": "mediawatch backtest --lake . --rule FILE",
    "weeks": "mediawatch rules evaluate",
}
"""{folder of derived data: the command that makes it again}."""
FOLDERS: Final = frozenset({*FACTS, *COMMANDS, LEASES})
"""All that there are."""

_DAY: Final = re.compile(r"/day=(\d{4}-\d{2}-\d{2})/")


def top_of(key: str) -> str:
    """The first part of a key."""
    return key.partition("/")[0]


def is_fact(key: str) -> bool:
    """Whether what lies under `key` cannot be made again."""
    return top_of(key) in FACTS


def remedy_of(key: str) -> str:
    """What a person does when the object under `key` is damaged or gone, as a sentence."""
    folder, day = top_of(key), _DAY.search(key)
    on = day[1] if day else "DAY"
    if folder in FACTS:
        check = f"mediawatch verify --day {on}" if day else "mediawatch verify"
        return f"It is a fact: restore this file from the backup of the lake; `{check}` then says whether all is well."
    if folder in COMMANDS:
        return f"`{COMMANDS[folder].format(day=on)}` makes it again."
    if folder == LEASES:
        return "When no other run is at work, delete this file and run again."
    return "`mediawatch verify` lists what does not belong into the lake."
