"""Whether a decoded text could have been written by somebody: the test of an encoding."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from mediawatch.language.folding import character_map

_SAMPLE: Final = 200_000
"""Characters looked at where more than this are beyond ASCII: a wrong encoding shows in the first few dozens."""
_JUNK_WEIGHT: Final = 20
"""A twentieth of control characters in all of the text makes any text implausible."""
_ASCII: Final = bytes(range(0x80))
_CONTROLS: Final = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0C, 0x0D})
REPLACEMENT: Final = "\ufffd"
_JUNK: Final = re.compile(r"[\x80-\x84\x86-\x9f\ufffd]")
_PRIVATE: Final = re.compile(r"[\ue000-\uf8ff]+")
"""Icon fonts live there, and tell nothing about an encoding."""
_LATIN_RUN: Final = re.compile(r"[\u00a1-\u024f]{3,}")
_TWICE: Final = re.compile(
    r"[\u00c2-\u00df][\u0080-\u00bf\u0152-\u02dc\u2013-\u203a\u20ac\u2122]"
    r"|[\u00e0-\u00ef][\u0080-\u00bf\u0152-\u02dc\u2013-\u203a\u20ac\u2122]{2}"
)
"""UTF-8 that was read as Windows-1252: a lead byte with as many trail bytes as it announces."""
_GOOD_MARKS: Final = re.compile(
    r"[\u00a0-\u00bf\u2000-\u206f\u2190-\u21ff\u25a0-\u26ff\u3000-\u303f\ufe30-\ufe4f\ufeff\uff01-\uff65]"
)
_FEWEST_DAMAGED: Final = 8
POSSIBLE: Final = 0.55
"""Score below which a reading is not text: wrong readings of Chinese pages have .5 and less."""
_LETTERS_AND_MARKS: Final = frozenset(
    {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "Nl", "No", "Sc", "So", "Sm", "Sk"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plausibility:
    """What speaks for and against a reading of some bytes, counted in characters beyond ASCII.

    `everyday` are Han characters of GB 2312's first level (3,755 by frequency) and their traditional forms, letters of
    other scripts, and marks; `odd` are rare Han, unassigned points and long runs of accented letters (ÖÐ¹ú), which are
    what a wrong encoding leaves; `broken` are replacement characters, in neither count.  `junk` is the weighted share
    of control and replacement characters in all of the text.
    """

    everyday: int
    odd: int
    broken: int
    junk: float

    @property
    def is_text(self) -> bool:
        """Whether the text holds few enough control and replacement characters to be one."""
        return _is_little(self.junk)

    @property
    def score(self) -> float:
        """How likely the text was meant, at most 1: the share of everyday characters, less the junk."""
        telling = self.everyday + self.odd
        return (self.everyday / telling if telling else 1.0) - self.junk

    @property
    def kept(self) -> float:
        """The share of the characters beyond ASCII that could be read, 0 to 1."""
        total = self.everyday + self.odd + self.broken
        return 1 - self.broken / total if total else 1.0


def is_text(text: str, encoded: bytes = b"") -> bool:
    """`Plausibility.is_text` of `text`, in a fraction of the time that all signs take.

    `encoded` is the text in UTF-8, where that is at hand; ASCII other than controls may be missing in it.
    """
    return _is_little(_junk(*_sample(text, encoded)))


def _is_little(junk: float) -> bool:
    return 1 - junk >= POSSIBLE


def plausibility_of(text: str) -> Plausibility:
    """The signs in `text`, or in its first 200,000 characters where more than so many are beyond ASCII."""
    sample, encoded, beyond = _sample(text)
    junk = _junk(sample, encoded, beyond)
    telling = Counter(_PRIVATE.sub("", beyond))
    broken = telling.pop(REPLACEMENT, 0)
    runs = sum(map(len, _LATIN_RUN.findall(sample))) if _LATIN_RUN.search(beyond) else 0
    everyday = max(0, sum(count for character, count in telling.items() if _is_everyday(character)) - runs)
    return Plausibility(everyday=everyday, odd=telling.total() - everyday, broken=broken, junk=junk)


def _sample(text: str, encoded: bytes = b"") -> tuple[str, bytes, str]:
    found = _beyond_ascii(text, encoded)
    return found if len(found[2]) <= _SAMPLE else _beyond_ascii(text[:_SAMPLE])


def _junk(sample: str, encoded: bytes, beyond: str) -> float:
    controls = len(encoded) - len(encoded.translate(None, _CONTROLS))
    return _JUNK_WEIGHT * (controls + len(_JUNK.findall(beyond))) / len(sample) if sample else 0.0


def _beyond_ascii(text: str, encoded: bytes = b"") -> tuple[str, bytes, str]:
    """`text`, its bytes, and its characters beyond ASCII.

    bytes.translate is twenty times as fast as a pattern, and most of a page is ASCII: a page may well begin with 200 kB
    of scripts.
    """
    encoded = encoded or text.encode("utf-8", "replace")
    return text, encoded, encoded.translate(None, _ASCII).decode("utf-8")


@lru_cache(maxsize=65_536)
def _is_everyday(character: str) -> bool:
    if _is_han(character):
        return character_map().get(character, character) in _common_characters()
    if "\uff66" <= character <= "\uff9d":  # half-width kana: Shift_JIS read from something else
        return False
    return (
        character >= "\U0001f000"
        or bool(_GOOD_MARKS.match(character))
        or unicodedata.category(character) in _LETTERS_AND_MARKS
    )


def _is_han(character: str) -> bool:
    return (
        "\u3400" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U000323af"
    )


@cache
def _common_characters() -> frozenset[str]:
    """GB 2312's first level: rows 16 to 55, lead bytes B0 to D7."""
    cells = bytes(byte for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for byte in (lead, trail))
    return frozenset(cells.decode("gb2312", "ignore"))


def readable_share(text: str) -> float:
    """The share, 0 to 1, of the characters beyond ASCII that somebody meant.

    Not meant are odd and broken ones (`Plausibility`), what was encoded twice (â€™ for ’), and what stands in the
    private area, where Big5 read as GB 18030 ends.  Fewer than eight of them, a rare name in an English text, say
    nothing: 1.
    """
    found = plausibility_of(text)
    twice = sum(map(len, _TWICE.findall(text)))
    damaged = found.odd + found.broken + twice + sum(map(len, _PRIVATE.findall(text)))
    if damaged < _FEWEST_DAMAGED:
        return 1.0
    meant = max(0, found.everyday - twice)
    return meant / (meant + damaged)
