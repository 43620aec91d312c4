"""From the bytes of a page, as served, to text.

What a page says about its encoding is a hint: every candidate has to decode strictly *and* give text that somebody
could have written.  GB 2312 and GBK are read as GB 18030, their superset, Big5 with the Hong Kong supplement.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from mediawatch.extraction.plausibility import plausibility

_FIT: Final = 0.9
"""Plausibility from which a candidate is taken at once: right readings of Chinese pages have .97 and more, wrong
ones .5 and less."""
_POSSIBLE: Final = 0.55
"""Below this the best candidate is not text either."""
_MULTIBYTE_PROOF: Final = 4
"""So many sequences of several bytes, all valid, prove UTF-8 whatever the page says."""
_HEAD_BYTES: Final = 4096
_GUESS_BYTES: Final = 65_536

_EAST_ASIAN: Final = frozenset({"gb18030", "big5hkscs", "cp950", "cp932", "cp949", "euc_jp", "iso2022_jp", "shift_jis"})
_MORE_LABELS: Final = {"x-gbk": "gb18030", "gb_2312": "gb18030", "unicode": "utf-16-le", "utf-16": "utf-16-le"}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION: Final = re.compile(r"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DECLARATIONS: Final = 4
_NOT_OF_PAGES: Final = frozenset({"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf-7"})
_ONE_BYTE: Final = {
    ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"
}
"""Characters that Windows-1252 has in the place of controls."""
_SPECIALS: Final = "".join(map(chr, _ONE_BYTE))
_TWICE: Final = re.compile(f"[\xc2-\xf4][\x80-\xbf{_SPECIALS}]")
_NOT_ONE_BYTE: Final = re.compile(f"[^\x00-\xff{_SPECIALS}]")
"""A lead byte of UTF-8 and what follows it, as characters; and what no single byte can have been."""
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text without byte order mark or control characters, and the Python name of the encoding it was read in."""

    text: str
    encoding: str


def decode(body: bytes, content_type: str = "") -> Decoded | None:
    """The text of `body`, or None when no encoding makes text of it.  Never raises.

    `content_type` is the header as received.
    """
    best: tuple[float, Decoded] | None = None
    for encoding, is_lossy in _readings(body, content_type):
        text = _read(body, encoding, "replace" if is_lossy else "strict")
        if text is None:
            continue
        if encoding == "utf-8":
            text = _undone(text) or text
        score = plausibility(text)
        if best is None or score > best[0]:
            best = score, Decoded(text=_clean(text), encoding=encoding)
        if score >= _FIT:
            break
    return best[1] if best and best[0] >= _POSSIBLE else None


def _undone(text: str) -> str | None:
    """What UTF-8 bytes were before somebody took them for Windows-1252 and encoded them again, else None.

    Text that somebody meant is hardly ever valid UTF-8 when it is encoded in one byte a character.
    """
    if not _TWICE.search(text) or _NOT_ONE_BYTE.search(text):
        return None
    try:
        body = text.translate(_ONE_BYTE).encode("latin-1")
        once = body.decode("utf-8")
    except UnicodeError:
        return None
    return once if len(body) - len(once) >= _MULTIBYTE_PROOF else None


def _readings(body: bytes, content_type: str) -> Iterator[tuple[str, bool]]:
    """Candidate encodings, the likeliest first, each with whether broken bytes are replaced."""
    likely = list(dict.fromkeys(_likely_encodings(body, content_type)))
    yield from ((encoding, False) for encoding in likely)
    # A page cut in the middle of a character, or with one foreign advertisement, decodes strictly in no encoding.
    yield from ((encoding, True) for encoding in likely)
    guess = _guess(body)
    if guess:
        yield guess, True


def _likely_encodings(body: bytes, content_type: str) -> Iterator[str]:
    declared = list(_declared_encodings(body, content_type))
    mark = next((encoding for bom, encoding in _MARKS if body.startswith(bom)), None)
    if mark:
        yield mark
    wide = _wide_encoding(body)
    if wide:
        yield wide
    if _proves_utf8(body, needed=1 if not _EAST_ASIAN.intersection(declared) else _MULTIBYTE_PROOF):
        yield "utf-8"
    yield from declared
    yield from ("utf-8", "gb18030", "big5hkscs", "cp950", "cp1252")


def _declared_encodings(body: bytes, content_type: str) -> Iterator[str]:
    """What the header and then the page itself (meta, http-equiv, XML declaration) name, known or not to WHATWG."""
    from w3lib.encoding import resolve_encoding

    head = content_type + " " + body[:_HEAD_BYTES].decode("latin-1")
    for label in islice(_DECLARATION.findall(head), _DECLARATIONS):
        name = _MORE_LABELS.get(label.lower()) or resolve_encoding(label)
        if name and _is_text_encoding(name):
            yield name


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


def _proves_utf8(body: bytes, *, needed: int) -> bool:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(body) - len(text) >= needed


def _read(body: bytes, encoding: str, errors: str) -> str | None:
    try:
        return body.decode(encoding, errors).removeprefix("\ufeff")
    except (UnicodeError, LookupError):
        return None


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text)


def _guess(body: bytes) -> str | None:
    """What charset-normalizer makes of the beginning; slow, so the last resort."""
    from charset_normalizer import from_bytes

    best = from_bytes(body[:_GUESS_BYTES]).best()
    return best.encoding if best else None
