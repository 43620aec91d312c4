"""Templates to pages.  Everything that a template prints is escaped unless our own code made it markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

import mediawatch
from mediawatch.board.tables import CellLink, CellMessage, Word, shown, web_address
from mediawatch.search.excerpts import Excerpt

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


def render(name: str, **context: Any) -> str:
    """The page `name`; its context has `say`, `root`, `zone`, `here` and what the template asks for."""
    return _environment().get_template(f"{name}.html").render(version=mediawatch.__version__, **context)


def render_text(name: str, **context: Any) -> str:
    """The plain text `name`: nothing is escaped, control characters are left out by the template's own filter."""
    return _environment().get_template(f"{name}.txt").render(version=mediawatch.__version__, **context)


@cache
def asset(name: str) -> bytes:
    """A file that the pages link to."""
    return (files("mediawatch.board") / "templates" / name).read_bytes()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("mediawatch.board", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "web": web_address,
        "shown": shown,
        "line": lambda text: " ".join(shown(text).split()),
        "marked": marked,
        "clock": clock,
        "number": lambda value: f"{value:,}" if isinstance(value, int) else f"{value:.3g}",
    }
    environment.tests |= {
        "a_link": lambda cell: isinstance(cell, CellLink),
        "a_word": lambda cell: isinstance(cell, Word),
        "a_message": lambda cell: isinstance(cell, CellMessage),
        "an_instant": lambda cell: isinstance(cell, datetime),
        "a_day": lambda cell: isinstance(cell, date) and not isinstance(cell, datetime),
        "a_number": lambda cell: isinstance(cell, int | float),
    }
    return environment


def marked(excerpt: Excerpt) -> Markup:
    """The excerpt with its matches in <mark>; everything else escaped."""
    pieces: list[str] = []
    at = 0
    text = shown(excerpt.text)  # of the same length, so the spans stay true
    for start, end in excerpt.spans:
        pieces += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])


def clock(moment: datetime | None, zone: str) -> str:
    """An instant as people of the newsroom read it, to the minute."""
    return "" if moment is None else f"{moment.astimezone(ZoneInfo(zone or 'UTC')):%Y-%m-%d %H:%M}"
