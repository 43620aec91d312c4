"""The interface's words: one catalogue of messages per language, as data in `messages/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"""The interface's languages by the name of their catalogue, as each calls itself."""
TAGS: Mapping[str, str] = {"en": "en", "zh": "zh-Hans"}
"""What a page says its language is (BCP 47)."""
_LONGEST_HEADER = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The messages of one language; call it with a key and the fields that the message names."""

    language: str
    messages: Mapping[str, str]

    def __call__(self, key: str, **fields: object) -> str:
        """The message.  Raises KeyError for a key or field that does not exist: a fault of the program."""
        return self.messages[key].format(**fields) if fields else self.messages[key]

    def get(self, key: str, otherwise: str) -> str:
        """The message, or `otherwise` where the key comes from data."""
        return self.messages.get(key, otherwise)

    @property
    def tag(self) -> str:
        """The language as BCP 47."""
        return TAGS[self.language]


@cache
def wording(language: str) -> Wording:
    """The catalogue of `language`, one of LANGUAGES."""
    text = (files("mediawatch.board") / "messages" / f"{language}.yaml").read_text(encoding="utf-8")
    return Wording(language=language, messages=_flat(yaml.safe_load(text)))


def _flat(tree: Mapping[str, object], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{key}.")
        else:
            found[f"{before}{key}"] = str(value)
    return found


def choose_language(asked: str, cookie: str, accept: str) -> str:
    """The interface's language: as asked for, as kept in the cookie, as the browser prefers, or English."""
    for wish in (asked, cookie):
        if wish in LANGUAGES:
            return wish
    ranges = sorted(map(_weighted, accept[:_LONGEST_HEADER].split(",")), key=lambda r: -r[1])
    preferred = (tag.split("-")[0] for tag, weight in ranges if weight > 0)
    return next((tag for tag in preferred if tag in LANGUAGES), "en")


def _weighted(part: str) -> tuple[str, float]:
    tag, _, parameters = part.strip().lower().partition(";")
    try:
        return tag, float(parameters.strip().removeprefix("q=") or 1)
    except ValueError:
        return tag, 0.0
