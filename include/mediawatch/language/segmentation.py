"""Words of a folded text: Chinese ones by a dictionary, Latin ones as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from types import ModuleType
from typing import Final

LATIN_TOKEN: Final = re.compile(
    r"(?<![0-9])(?:[0-9]*+[a-z\u00df-\u024f][0-9a-z\u00df-\u024f]*(?:[-+/&.'’_][0-9a-z\u00df-\u024f]+)*"
    r"|[0-9]++(?:-[0-9]*[a-z][0-9a-z]*)+)"
)
"""A Latin word in folded text, with digits and inner marks: gpt-7, f-35, at&t, o'neill.  Numbers alone are none."""

_HAN_WORD: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af\u3007]{2,}")
_NAMES: Final = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz"))
_POSSESSIVE: Final = re.compile(r"['’]s?$")


def words(folded_text: str) -> list[str]:
    """The Chinese words of at least two characters and the Latin tokens of `folded_text`, in reading order.

    Chinese is cut by jieba's dictionary without guessing unknown words: a guess changes with its neighbours, so one
    name would be counted under several spellings.  A Latin possessive is dropped.
    """
    found: list[str] = []
    for piece in _chinese_and_other(folded_text):
        if _HAN_WORD.match(piece):
            found += [word for word in _dictionary().cut(piece, False) if len(word) > 1]
        else:
            found += latin_words(piece)
    return found


def latin_words(folded_text: str) -> list[str]:
    """The Latin tokens of `folded_text` without possessives."""
    return [_POSSESSIVE.sub("", match.group()) for match in LATIN_TOKEN.finditer(folded_text)]


def tagged(folded_text: str) -> list[tuple[str, str]]:
    """Every piece of `folded_text` in order, punctuation included, with its part of speech.

    Parts of speech are ICTCLAS letters (n, nr, ns, v, p, ...) as jieba's dictionary has them: right for function
    words, often wrong for names.
    """
    pieces: list[tuple[str, str]] = _dictionary().tag(folded_text, False)
    return pieces


def is_dictionary_word(folded: str) -> bool:
    """Whether jieba's dictionary holds `folded`."""
    return bool(_dictionary().has_word(folded))


def is_name(folded: str) -> bool:
    """Whether jieba's dictionary has `folded` as a name: of a person, a place, a body, a disease, a prize."""
    return tag_of(folded) in _NAMES


@lru_cache(maxsize=50_000)
def tag_of(folded: str) -> str:
    """The part of speech of `folded` as `tagged` has it; "" for what the dictionary has not as one word."""
    pieces = tagged(folded)
    return pieces[0][1] if len(pieces) == 1 else ""


def _chinese_and_other(text: str) -> Iterator[str]:
    place = 0
    for match in _HAN_WORD.finditer(text):
        if match.start() > place:
            yield text[place : match.start()]
        yield match.group()
        place = match.end()
    if place < len(text):
        yield text[place:]


@cache
def _dictionary() -> ModuleType:
    # Imported here: whatever imports this package only for its types should not load a dictionary.  The module has the
    # one that it makes when it is imported; another Jieba() takes 24 MB more.
    import rjieba

    return rjieba
