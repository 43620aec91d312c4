"""Chinese names in Latin letters: 王晓明 is Wang Xiaoming."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import Final

_SHORTEST: Final = 2
_LONGEST: Final = 4
"""Characters of a Chinese personal name; transliterated foreign names are longer, and their Pinyin is not the name."""

_HAN_NAME: Final = re.compile(rf"[\u3400-\u4dbf\u4e00-\u9fff]{{{_SHORTEST},{_LONGEST}}}")
_LATIN_NAME: Final = re.compile(r"[a-z]+(?:[ '’-][a-z]+)*")
_JOINT: Final = re.compile(r"[ '’-]")


def is_same_name(one: str, other: str) -> bool:
    """Whether one of two folded terms is a Chinese name and the other its Hanyu Pinyin.

    Tones, spaces and hyphens are no matter, a character may have any of its readings, and the family name may stand
    last, as in English: ke tianxiao and tianxiao ke are 柯湉骁.
    """
    for han, latin in ((one, other), (other, one)):
        if _HAN_NAME.fullmatch(han) and _LATIN_NAME.fullmatch(latin):
            parts = _JOINT.split(latin)
            return any(_spells("".join(order), han) for order in (parts, [parts[-1], *parts[:-1]]))
    return False


def _spells(letters: str, han: str) -> bool:
    """Whether `letters` are readings of the characters of `han`, one after the other."""
    ends = {0}
    for character in han:
        readings = _readings(character)
        ends = {end + len(sound) for end in ends for sound in readings if letters.startswith(sound, end)}
    return len(letters) in ends


@lru_cache(maxsize=20_000)
def _readings(character: str) -> frozenset[str]:
    # Imported here: most processes compare no names.  Single characters are asked for, so that its phrases, and copies
    # of its tables to change, would be 44 MB for nothing.
    os.environ |= {"PYPINYIN_NO_PHRASES": "1", "PYPINYIN_NO_DICT_COPY": "1"}
    from pypinyin import Style, pinyin

    (sounds,) = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore") or [[]]
    # pypinyin writes v for ü, passports yu, and newspapers u.
    return frozenset(sound.replace("v", letters) for sound in sounds for letters in ("v", "u", "yu"))
