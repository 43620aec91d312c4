"""The two languages of the dashboards: each word stands in both, side by side, where it is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

Say = Callable[[str, str], str]
"""Of an English and a Chinese wording, the one that is wanted."""

Json = dict[str, Any]


def speaking(language: Language) -> Say:
    """What chooses the wording in `language`."""
    return lambda english, chinese: {"en": english, "zh": chinese}[language]
