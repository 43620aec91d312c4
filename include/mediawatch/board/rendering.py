"""Templates to pages.  Everything that a template prints is escaped unless our own code made it markup."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

import mediawatch
from mediawatch.board.tables import CellLink, CellMessage, CellPage, shown, web_address
from mediawatch.locale import LANGUAGES, Language, chance_words, counted, ratio_words
from mediawatch.search.excerpts import Excerpt

_LONGEST_HEADER = 200


def choose_language(asked: str, cookie: str, accept: str) -> Language:
    """The interface's language: as asked for, as kept in the cookie, as the browser prefers, or English."""
    known = {str(language): language for language in LANGUAGES}
    for wish in (asked, cookie):
        if wish in known:
            return known[wish]
    ranges = sorted(map(_weighted, accept[:_LONGEST_HEADER].split(",")), key=lambda r: -r[1])
    preferred = (tag.split("-")[0] for tag, weight in ranges if weight > 0)
    return next((known[tag] for tag in preferred if tag in known), "en")


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
    environment.globals |= {"chance_words": chance_words, "counted": counted, "ratio_words": ratio_words}
    environment.tests |= {
        "a_link": lambda cell: isinstance(cell, CellLink),
        "a_page": lambda cell: isinstance(cell, CellPage),
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
