"""The format of a lake: which versions can read it.

    format/NNNNNN.json     since when the lake is kept in format N, and which version began with that

A version reads every format up to its own, so an upgrade changes nothing that is there.  FORMAT grows when facts are
written that an earlier version would take for something else: that version then stops before it does any work.
Lakes from before there was this note have format 1.
"""

from __future__ import annotations

from typing import Final

from mediawatch import __version__
from mediawatch.errors import BadConfiguration
from mediawatch.lake.documents import dump_at
from mediawatch.lake.names import key_of, numbers_in
from mediawatch.lake.store import Store

FOLDER: Final = "format"
FORMAT: Final = 1
"""The newest format that this version knows, and the one that it writes."""


def format_of(store: Store) -> int:
    """The format that the lake is kept in."""
    return max(numbers_in(store, FOLDER), default=1)


def check_format(store: Store) -> None:
    """Raises BadConfiguration for a lake that a later version has written to."""
    found = format_of(store)
    if found > FORMAT:
        raise BadConfiguration(
            f"The lake is kept in format {found} ({store.url(key_of(FOLDER, found))} says since which version), and "
            f"this version, {__version__}, knows {FORMAT} at most: run that version or a later one, or restore the "
            "backup from before the upgrade."
        )


def note_format(store: Store) -> None:
    """Note that the lake is kept in this version's format from now on, unless it is noted already."""
    if FORMAT not in numbers_in(store, FOLDER):
        key = key_of(FOLDER, FORMAT)
        store.create(key, dump_at(key, {"format": FORMAT, "version": __version__}))
