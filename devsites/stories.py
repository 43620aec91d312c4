"""A story: one article of one site as the newsroom means it, before any page is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Kind = Literal[
    "article", "wire", "plant", "nickname", "revised", "paged", "slow", "throttled",
    "dead", "barred", "video", "live", "challenge", "blank",
]  # fmt: skip

OUTCOMES: dict[str, str] = {
    "dead": "gone",
    "barred": "robots",
    "video": "not_an_article",
    "live": "not_an_article",
    "challenge": "challenge",
    "blank": "no_text",
}
"""The outcome of each kind of story that is no article, as a word of `mediawatch.records.Reason`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A caption with its photographer; `before` is the index of the paragraph that the picture stands before."""

    text: str
    credit: str
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What the story says from `at` on.  `zh` and `en` are its paragraphs, translations of each other where both."""

    at: datetime
    title: str
    title_en: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    captions: tuple[Caption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One entry of one site's edition of a UTC day; `number` counts from 1 in order of publication.

    `publisher` is the original publisher's name as printed (empty: the site's own work).  `breaks` are the paragraph
    indices at which a further page begins.
    """

    site: str
    day: date
    number: int
    kind: Kind
    topic: str
    publisher: str
    byline: str
    versions: tuple[Version, ...]
    breaks: tuple[int, ...] = ()

    @property
    def published_at(self) -> datetime:
        """The instant of the first version."""
        return self.versions[0].at

    @property
    def outcome(self) -> str:
        """`article`, or the reason why no article comes of it."""
        return OUTCOMES.get(self.kind, "article")

    @property
    def code(self) -> int:
        """A number that no other story of the site has, and that tells the day."""
        return self.day.toordinal() * 100 + self.number

    def at(self, moment: datetime) -> Version:
        """The version that readers see at `moment`.  Raises LookupError before publication."""
        for version in reversed(self.versions):
            if version.at <= moment:
                return version
        raise LookupError(f"{self.site}/{self.code} is published at {self.published_at}, after {moment}")


def day_and_number(code: int) -> tuple[date, int]:
    """The inverse of `Story.code`.  Raises ValueError for a number that no story can have."""
    ordinal, number = divmod(code, 100)
    return date.fromordinal(ordinal), number
