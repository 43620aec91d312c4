"""From the bytes of a page, as served, to text.

What a page says about its encoding is a hint.  Valid UTF-8 is UTF-8; every other candidate has to decode strictly
*and* give text that somebody could have written, before broken bytes are replaced in any.  GB 2312 and GBK are read as
GB 18030, their superset, Big5 with the Hong Kong supplement.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from mediawatch.language.plausibility import POSSIBLE, Plausibility, is_text, plausibility_of

_FIT: Final = 0.9
"""Plausibility from which a candidate is taken at once: right readings of Chinese pages have .97 and more, wrong
ones .5 and less."""
_RARE: Final = 3
"""So many odd characters are no sign against a declared East Asian encoding: names, on a page with little else."""
_UTF8_SOUND: Final = 2
"""So many characters of several bytes for each broken one are UTF-8 (one where it is declared): in other encodings
hardly any byte fits it."""
_BROKEN: Final = 0.1
"""Share of broken characters up to which a declared East Asian encoding stays the likeliest."""
_MULTIBYTE_PROOF: Final = 4
"""So many sequences of several bytes, all valid, prove UTF-8 whatever the page says."""
_HEAD_BYTES: Final = 4096
_GUESS_BYTES: Final = 65_536

_EAST_ASIAN: Final = frozenset({"gb18030", "big5hkscs", "cp950", "cp932", "cp949", "euc_jp", "iso2022_jp", "shift_jis"})
_USUAL: Final = ("utf-8", "gb18030", "big5hkscs", "cp950", "cp1252")
_MORE_LABELS: Final = {"x-gbk": "gb18030", "gb_2312": "gb18030", "unicode": "utf-16-le", "utf-16": "utf-16-le"}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION: Final = re.compile(r"(?:charset|encoding)\s*+=\s*+[\"']?\s*+([\w.:-]{2,40})", re.IGNORECASE)
_DECLARING: Final = re.compile("charset|encoding")
_DECLARATIONS: Final = 4
_NOT_OF_PAGES: Final = frozenset({"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf-7"})
_ONE_BYTE: Final = {
    ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"
}
"""Characters that Windows-1252 has in the place of controls."""
_SPECIALS: Final = "".join(map(chr, _ONE_BYTE))
_TWICE: Final = re.compile(f"[\xc2-\xf4][\x80-\xbf{_SPECIALS}]")
_LEAD: Final = b"\xc3"
"""What each lead byte of UTF-8, taken for a character, begins with in UTF-8; bytes are searched much faster."""
_NOT_ONE_BYTE: Final = re.compile(f"[^\x00-\xff{_SPECIALS}]")
"""A lead byte of UTF-8 and what follows it, as characters; and what no single byte can have been."""
_ASCII: Final = bytes(range(0x80))
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_SIGN: Final = re.compile(r"[\xa0-\xff]\Z")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_CONTROL_BYTES: Final = bytes(byte for byte in range(0x80) if _CONTROLS.match(chr(byte)))
_PLAIN: Final = bytes(byte for byte in _ASCII if byte not in _CONTROL_BYTES)
"""What says nothing of the encoding, nor against the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text without byte order mark or control characters, and the Python name of the encoding it was read in."""

    text: str
    encoding: str


def decode(body: bytes, content_type: str = "") -> Decoded | None:
    """The text of `body`, or None when no encoding makes text of it.  Never raises.

    `content_type` is the header as received.  UTF-8 proves itself and is taken before all others; then what is declared
    and decodes strictly; then UTF-8 or a declared encoding with a few broken bytes; then what is guessed, strictly
    before lossily, and whatever is valid UTF-8 before a guess that loses bytes.
    """
    declared = tuple(dict.fromkeys(_declared_encodings(body, content_type)))
    if (text := _utf8(body)) is not None and _proves_utf8(body, text, declared):
        return _proven(body, text)
    shown = tuple(_shown_encodings(body))
    likely = tuple(dict.fromkeys((*shown, *declared, *_USUAL)))
    reading = (
        _claimed(body, shown, declared)
        or _nearly_sound(body, declared)
        or _first_fit(body, likely)
        or _best_strict(body, likely)
        or _as_claimed(body, declared)
        or _odd_but_sound(body)
        or _best_lossy(body, likely)
    )
    return _decoded(reading) if reading else None


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    encoding: str
    signs: Plausibility

    @property
    def is_fit(self) -> bool:
        return self.signs.score >= _FIT

    @property
    def is_fit_as_claimed(self) -> bool:
        return self.is_fit or (self.signs.is_text and self.signs.odd <= _RARE)


def _shown_encodings(body: bytes) -> Iterator[str]:
    """What the first bytes and the zeros between them show."""
    yield from (encoding for bom, encoding in _MARKS if body.startswith(bom))
    wide = _wide_encoding(body)
    if wide:
        yield wide


def _claimed(body: bytes, shown: Sequence[str], declared: Sequence[str]) -> _Reading | None:
    """A strict reading in what the page claims to be where its bytes prove something.

    In an encoding of one byte a character nearly all bytes are valid, and "iso-8859-1" is what servers say unasked.
    """
    several_bytes = [encoding for encoding in declared if encoding in _EAST_ASIAN]
    claimed = (reading for reading in _strict_readings(body, several_bytes) if reading.is_fit_as_claimed)
    return _first_fit(body, shown) or next(claimed, None)


def _nearly_sound(body: bytes, declared: Sequence[str]) -> _Reading | None:
    """A reading with a few broken bytes: a page cut in the middle of a character, or with one foreign advertisement.

    It comes before single-byte encodings, in which such a page is valid too, as curly quotes of three characters each.
    """
    reading = _lossy(body, "utf-8")
    sound, needed = reading.signs.everyday + reading.signs.odd, 1 if "utf-8" in declared else _UTF8_SOUND
    if reading.signs.is_text and sound >= max(2, needed * reading.signs.broken):
        return reading
    several = [encoding for encoding in declared if encoding in _EAST_ASIAN]
    likely = (_lossy(body, encoding) for encoding in several)
    return next((r for r in likely if r.signs.score >= _FIT and 1 - r.signs.kept <= _BROKEN), None)


def _first_fit(body: bytes, likely: Sequence[str]) -> _Reading | None:
    return next((reading for reading in _strict_readings(body, likely) if reading.is_fit), None)


def _best_strict(body: bytes, likely: Sequence[str]) -> _Reading | None:
    best = max(_strict_readings(body, likely), key=lambda reading: reading.signs.score, default=None)
    return best if best and best.signs.score >= POSSIBLE else None


def _as_claimed(body: bytes, declared: Sequence[str]) -> _Reading | None:
    """What the page claims to be and is by its bytes, odd as the text looks."""
    several_bytes = [encoding for encoding in declared if encoding in _EAST_ASIAN]
    return next((reading for reading in _strict_readings(body, several_bytes) if reading.signs.is_text), None)


def _odd_but_sound(body: bytes) -> _Reading | None:
    """Strict UTF-8, however rare its characters are: no reading that loses bytes comes before one that loses none."""
    reading = _strict(body, "utf-8")
    return reading if reading and reading.signs.is_text else None


def _best_lossy(body: bytes, likely: Sequence[str]) -> _Reading | None:
    """The likeliest encoding with its broken bytes replaced, at last one that is guessed from the bytes alone."""
    possible = [reading for reading in (_lossy(body, name) for name in likely) if reading.signs.score >= POSSIBLE]
    if possible:
        return max(possible, key=lambda reading: reading.signs.score * reading.signs.kept)
    guess = _guess(body)
    reading = _lossy(body, guess) if guess else None
    return reading if reading and reading.signs.score >= POSSIBLE else None


def _proven(body: bytes, text: str) -> Decoded | None:
    # Asked of the bytes, most of them dropped at once: to encode the text for it takes longer than all the rest.
    text, telling = text.removeprefix("\ufeff"), body.removeprefix(codecs.BOM_UTF8).translate(None, _PLAIN)
    undone = _undone(text, telling) if _LEAD in telling else None
    if not (is_text(undone) if undone else is_text(text, telling)):
        return None
    is_clean = undone is None and len(telling.translate(None, _CONTROL_BYTES)) == len(telling)
    return Decoded(text=text if is_clean else _clean(undone or text), encoding="utf-8")


def _decoded(reading: _Reading) -> Decoded:
    return Decoded(text=_clean(reading.text), encoding=reading.encoding)


def _strict_readings(body: bytes, encodings: Iterable[str]) -> Iterator[_Reading]:
    return filter(None, (_strict(body, encoding) for encoding in encodings))


def _strict(body: bytes, encoding: str) -> _Reading | None:
    try:
        text = body.decode(encoding)
    except (UnicodeError, LookupError):
        return None
    return _read(text, encoding)


def _lossy(body: bytes, encoding: str) -> _Reading:
    try:
        text = body.decode(encoding, "replace")
    except (UnicodeError, LookupError):  # some decoders raise all the same
        text = body.decode("ascii", "replace")
    return _read(text, encoding)


def _read(text: str, encoding: str) -> _Reading:
    text = _as_meant(text, encoding)
    return _Reading(text, encoding, plausibility_of(text))


def _as_meant(text: str, encoding: str) -> str:
    text = text.removeprefix("\ufeff")
    return (_undone(text) if encoding == "utf-8" else None) or text


def _undone(text: str, encoded: bytes = b"") -> str | None:
    """What UTF-8 bytes were before somebody took them for Windows-1252 and encoded them again, else None.

    Text that somebody meant is hardly ever valid UTF-8 when it is encoded in one byte a character.  `encoded` is the
    text in UTF-8, where that is at hand; ASCII may be missing in it.
    """
    encoded = encoded or text.encode("utf-8", "replace")
    if _LEAD not in encoded:
        return None
    beyond = encoded.translate(None, _ASCII).decode("utf-8")
    # What stands side by side in the text, or is valid as a whole, does and is so without the ASCII between it too.
    if _NOT_ONE_BYTE.search(beyond) or not _TWICE.search(beyond):
        return None
    try:
        _once(beyond)
        once = _once(text) if _TWICE.search(text) else None
    except UnicodeError:
        return None
    return once if once and len(text) - len(once) >= _MULTIBYTE_PROOF else None


def _once(text: str) -> str:
    """What the characters of `text` say as bytes; an error where they are no UTF-8."""
    return text.translate(_ONE_BYTE).encode("latin-1").decode("utf-8")


def _utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _proves_utf8(body: bytes, text: str, declared: Sequence[str]) -> bool:
    """Whether `body`, which is `text` in UTF-8, is meant so: it has a byte order mark, declares it, or has more
    characters of several bytes than chance allows.

    Two bytes of GBK are valid UTF-8 now and then, twenty never are; so one such character is proof enough unless the
    page claims to be East Asian and nothing else.  Even then © and é that stand alone are likelier than 漏 and 茅.
    """
    beyond = len(body) - len(text)
    if not beyond or _wide_encoding(body):
        return False
    is_claimed_other = "utf-8" not in declared and bool(_EAST_ASIAN.intersection(declared))
    return beyond >= _MULTIBYTE_PROOF or not is_claimed_other or all(map(_SIGN.match, _BEYOND_ASCII.findall(text)))


def _declared_encodings(body: bytes, content_type: str) -> Iterator[str]:
    """What the header and then the page itself (meta, http-equiv, XML declaration) name, known or not to WHATWG."""
    from w3lib.encoding import resolve_encoding

    head = content_type + " " + body[:_HEAD_BYTES].decode("latin-1")
    for label in islice(_labels_in(head), _DECLARATIONS):
        name = _MORE_LABELS.get(label.lower()) or resolve_encoding(label)
        if name and _is_text_encoding(name):
            yield name


def _labels_in(head: str) -> Iterator[str]:
    """What stands behind charset= and encoding=; to look for the words first takes a tenth of the time."""
    places = (word.start() for word in _DECLARING.finditer(head.lower()))
    declarations = (_DECLARATION.match(head, place) for place in places)
    return (declaration[1] for declaration in declarations if declaration)


def _is_text_encoding(name: str) -> bool:
    try:
        # The only word of the standard library on which codecs are for text.
        return codecs.lookup(name)._is_text_encoding and name not in _NOT_OF_PAGES
    except LookupError:
        return False


def _wide_encoding(body: bytes) -> str | None:
    """UTF-16 without a mark: markup is ASCII, so every other byte of it is zero."""
    head = body[: _HEAD_BYTES // 2 * 2]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 2 < 0.3 * len(head) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _clean(text: str) -> str:
    encoded = text.encode("utf-8", "replace")
    # Deleting bytes is three times as fast as a pattern, and hardly any page has such characters.
    return text if len(encoded.translate(None, _CONTROL_BYTES)) == len(encoded) else _CONTROLS.sub("", text)


def _guess(body: bytes) -> str | None:
    """What charset-normalizer makes of the beginning; slow, so the last resort."""
    from charset_normalizer import from_bytes

    best = from_bytes(body[:_GUESS_BYTES]).best()
    return best.encoding if best else None
