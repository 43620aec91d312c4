"""The templates and phrases that messages are made of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mediawatch.delivery.recipients import Language

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES: Final = Path(__file__).parent / "templates"

Words = Mapping[str, str]


@cache
def words_of(language: Language) -> Words:
    """The phrases of one language, by their keys."""
    words: Words = json.loads((_TEMPLATES / f"words.{language}.json").read_text(encoding="utf-8"))
    return words


@cache
def template(name: str, *, is_html: bool) -> Template:
    """The template of that name; what it prints is escaped when it is HTML."""
    # Imported here: routing and reading recipients need no templates.
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=is_html, undefined=StrictUndefined)  # noqa: S701 - plain text is no markup
    return environment.from_string((_TEMPLATES / name).read_text(encoding="utf-8"))
