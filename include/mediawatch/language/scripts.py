"""What characters a text is made of."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Literal

from mediawatch.language.folding import changed_characters, to_simplified, to_traditional

Script = Literal["Hans", "Hant"]

HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af\u3005\u3007]")
KANA: Final = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d]")
HANGUL: Final = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
LATIN_WORD: Final = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z\u00c0-\u024f]+)*")
_HAN_RUN: Final = re.compile(HAN.pattern + "+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_ASCII: Final = bytes(range(0x80))


def beyond_ascii(text: str) -> str:
    """The characters of `text` that are not ASCII, joined.

    Bytes are dropped ten times as fast as a pattern passes over characters, and most of a foreign text is ASCII.
    """
    if text.isascii():
        return ""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def han_count(text: str) -> int:
    """The number of Han characters in `text`."""
    return sum(map(len, _HAN_RUN.findall(beyond_ascii(text))))


def han_share(text: str) -> float:
    """The share of Han characters among the letters of `text`, 0 to 1; 0 when it has no letters."""
    letters = len(_LETTER.findall(text))
    return min(1.0, han_count(text) / letters) if letters else 0.0


def script_of(text: str) -> Script | None:
    """Whether the Chinese in `text` is simplified or traditional; None when no character of it tells.

    Counted are the characters that exist in one script only, so 后 and 里 tell nothing and a quoted 臺 in a
    simplified text is outvoted.
    """
    simplified, traditional = _only_simplified(), _only_traditional()
    balance = sum((character in traditional) - (character in simplified) for character in text)
    if balance == 0:
        return None
    return "Hant" if balance > 0 else "Hans"


@cache
def _only_traditional() -> frozenset[str]:
    """Characters that OpenCC simplifies and that GB 2312, the character set of simplified Chinese, does not hold."""
    return frozenset(c for c in changed_characters(to_simplified) if not _is_in("gb2312", c))


@cache
def _only_simplified() -> frozenset[str]:
    """Characters that OpenCC makes traditional and that Big5, the character set of traditional Chinese, lacks."""
    changed = frozenset(c for c in changed_characters(to_traditional) if not _is_in("big5", c))
    return changed - _only_traditional()


def _is_in(character_set: str, character: str) -> bool:
    try:
        character.encode(character_set)
    except UnicodeEncodeError:
        return False
    return True
