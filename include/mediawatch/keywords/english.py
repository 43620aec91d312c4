"""English strings that are no names: headlines write them small."""

from __future__ import annotations

import re
from typing import Final

from mediawatch.keywords.candidates import Window
from mediawatch.keywords.units import Places

_WORD: Final = re.compile(r"[A-Za-z][\w'’-]*")


def is_common_english(window: Window, places: Places, length: int) -> bool:
    """Whether a Latin string is written small in most titles that do not capitalise every word."""
    text = window.surface(int(places[0]), length)
    if not text.isascii():
        return False
    small, large = 0, 0
    for number in sorted(set(window.corpus.article[places].tolist())):
        title = window.corpus.readings[number].title
        if _is_sentence_case(title):
            small += int(text in title)
            large += int(text not in title and text in title.lower())
    return small > large


def _is_sentence_case(title: str) -> bool:
    words = [match.group() for match in _WORD.finditer(title)][1:]
    return 2 * sum(word[0].islower() for word in words) >= len(words)
