"""One person's credit, and all that one printed line of credits says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody did for an article; OTHER is none of its text (design, sound) or no work at all (来源)."""

    WRITER = "writer"
    TRANSLATOR = "translator"
    PHOTOGRAPHER = "photographer"
    EDITOR = "editor"
    OTHER = "other"


AUTHORS: Final = frozenset({Role.WRITER, Role.TRANSLATOR})


@dataclass(frozen=True, slots=True)
class Credit:
    """One person and the role in which the page names them."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """What one printed credit says: its people in order, and the organisations beside them.

    `is_labelled` says that a role is printed (记者, 文／), `is_reported` that the words end as credits do (台北報導).
    """

    people: tuple[Credit, ...] = ()
    organisations: tuple[str, ...] = ()
    is_labelled: bool = False
    is_reported: bool = False

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of those who wrote or translated, each once."""
        return tuple(dict.fromkeys(credit.name for credit in self.people if credit.role in AUTHORS))


NO_CREDITS: Final = Credits()
