"""An article as the detector is told of it, and as it reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, TypeVar, overload

import numpy as np
import numpy.typing as npt

from mediawatch.language import fold
from mediawatch.language.aliases import Aliases
from mediawatch.language.segmentation import LATIN_TOKEN, tag_of, tagged

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Classes = npt.NDArray[np.uint8]
Marks = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.unsignedinteger[npt.NBitBase]]
At = Places | slice | int

PARTED: Final = 0
"""The code of whatever is no unit."""

LATIN: Final = 1 << 31
"""Codes of Latin tokens have this bit and 31 of a hash: of 100,000 tokens, two pairs share a code."""

NAME, ACTION, FUNCTION, MEASURE, QUALITY = 1, 2, 3, 4, 5
"""Classes of words by what jieba's dictionary says: nouns; verbs; words without content; numbers, units, times and
places relative to others; adjectives."""

NO_NOUNS: Final = (ACTION, FUNCTION, MEASURE, QUALITY)

_CLASS_BITS: Final = 3
CLASS: Final = (1 << _CLASS_BITS) - 1
OPENS, CLOSES, TITLE, EARLY, LINK = (1 << bit for bit in range(3, 8))
"""Bits of a unit's mark: the class of its word; whether a word begins or ends there; what `Corpus` marks of a text."""
WIDTH_OF_ONE: Final = 2
"""The width of a character that the next unit follows at once."""
_LONGEST_UNIT: Final = (1 << 16) - 1
"""Characters of a Latin token that are told of it; it is another than those that begin alike."""

_CLASS_OF: Final = {
    **dict.fromkeys("nijslgh", NAME),
    "v": ACTION,
    **dict.fromkeys("pcudryeok", FUNCTION),
    **dict.fromkeys("mqtf", MEASURE),
    **dict.fromkeys("abz", QUALITY),
}
_BOUND: Final = frozenset(
    "的了着过在和与及是为被将对向从把给就都也还又而但或等以由其该此这那之所让使令称说指叫曾已再才只最更很太不没未无并且若如则因故自至到往跟同比按据凭替除吧吗呢啊"
    "们每各某另谁何他她它我你您年月日号时分秒岁个位名次项条件家元第点赴抵返遭须需欲拟晤吁促副逾半"
)
"""Single characters that are function words, verbs of saying, pronouns or units: at the edge of a string they belong to
the sentence.  Other single characters tell nothing, because unknown names fall apart into single characters."""
_SAID: Final = """
    表示 指出 强调 宣布 宣称 声称 透露 证实 否认 承认 坦言 直言 认为 重申 回应 警告
    呼吁 敦促 谴责 批评 指责 抨击 称赞 赞扬 感谢 祝贺 欢迎 迎接 誓言 要求 关切 关注
    观望 声援 支持 反对 纵容 主持 出席 率领 会见 拜会 访问 抵达 前往 返回 离开 距离
    涉及 包括 提供 出售 传唤 亮相 持续 发酵 后续 引发 导致 面临 遭到 受到 展开 举行
    召开 进行 获得 取得 达成 试图 打算 准备 拒绝 同意 允许 希望 期待 担心 担忧 表态
    驳斥 反驳 澄清 道歉 喊话 力挺 曝光 热议 来袭 落幕 升级 发声 披露 报道 预计 预测
    估计 证明 显示 讨论 谈及 提到 提出 建议 涉嫌 呈现 加强 推动 促进 面对 针对 批准
    签署 发布 公布 推出 启动 所有 全部 部分 其他 相关 有关 这些 那些 一些 许多 个别
    任何 整个
"""
PREDICATES: Final = frozenset(_SAID.split())
"""Words that headlines say of anybody and anything, whatever the dictionary calls them, and words that point: no names,
nor parts at an edge of one.  What the dictionary has with them, such as 欢迎仪式 or 支持者, is a word of its own."""
_ADVERBIAL: Final = frozenset(("ad", "vd"))
_NOUN_LIKE: Final = frozenset(("vn", "an"))
_PASSED_OVER: Final = np.array([ord(c) for c in " ·‧・•"], np.uint32)


@dataclass(frozen=True, slots=True)
class PackedCodes:
    """The codes of many units by their numbers among `units`, the codes that there are in order.

    A month of news has some ten thousand of them, so that most often two bytes are enough for a number.
    """

    units: Codes
    numbers: Numbers

    @classmethod
    def of(cls, codes: Codes) -> PackedCodes:
        """`codes` packed."""
        units, numbers = np.unique(codes, return_inverse=True)
        return cls(units, numbers.astype(number_type(units)))

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int, /) -> np.uint32: ...
    @overload
    def __getitem__(self, at: Places | slice, /) -> Codes: ...
    def __getitem__(self, at: At, /) -> np.uint32 | Codes:
        found: np.uint32 | Codes = self.units.take(self.numbers[at])
        return found


def number_type(units: Codes) -> np.dtype[Any]:
    """The type that numbers of `units` need."""
    return np.min_scalar_type(max(0, len(units) - 1))


UnitCodes = Codes | PackedCodes
Width = TypeVar("Width", int, Numbers)


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of each unit of a text, or of many.

    `widths` are twice the characters from where a unit begins to where the next one does, and one more where the last
    of these stands between a Latin token and what follows it; the last unit of a text ends with it.  So they fit one
    or two bytes where places in a text take four, and tell where each unit ends as well.  `marks` are the bits above.
    """

    codes: UnitCodes
    widths: Numbers
    marks: Marks


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a text in order: those of `columns` from `first` to before `end`.

    `starts` and `ends` bound each in the characters from the first one on, which those of a text begin with; of what
    parts, only the first character is told.  `opens` and `closes` say whether a word of the
    dictionary's cut begins or ends there, `classes` what class that word is of.  All arrays have the same length.
    """

    columns: Columns
    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first

    @property
    def codes(self) -> Codes:
        return self.columns.codes[self.first : self.end]

    @property
    def starts(self) -> Places:
        found = np.zeros(len(self), np.int32)
        np.cumsum(self._widths[:-1] >> 1, out=found[1:])
        return found

    @property
    def ends(self) -> Places:
        widths = self._widths
        found: Places = self.starts + np.where(self.codes >= LATIN, size_of(widths), 1).astype(np.int32)
        return found

    @property
    def _widths(self) -> Numbers:
        return self.columns.widths[self.first : self.end]

    @property
    def marks(self) -> Marks:
        return self.columns.marks[self.first : self.end]

    @property
    def opens(self) -> Flags:
        return (self.marks & OPENS) > 0

    @property
    def closes(self) -> Flags:
        return (self.marks & CLOSES) > 0

    @property
    def classes(self) -> Classes:
        return self.marks & np.uint8(CLASS)


def size_of(width: Width) -> Width:
    """The characters of Latin tokens by their widths."""
    return (width >> 1) - (width & 1)


NO_UNITS: Final = Units(Columns(np.zeros(0, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.uint8)), 0, 0)


def units_of(text: str) -> Units:
    """The units of a folded `text`."""
    if not text:
        return NO_UNITS
    characters = np.frombuffer(text.encode("utf-32-le", "replace"), "<u4")
    codes = np.where(_is_han(characters), characters, PARTED).astype(np.uint32)
    ends = np.arange(1, len(text) + 1, dtype=np.int32)
    kept = np.ones(len(text), np.bool_)
    for match in LATIN_TOKEN.finditer(text):
        start, end = match.span()
        codes[start] = _code_of(match.group()) if end - start <= _LONGEST_UNIT else PARTED
        ends[start] = end
        kept[start + 1 : end] = False
    _pass_over(characters, codes, kept, ends)
    boundary, classes = _words(text)
    kept[1:] &= ~((codes[1:] == PARTED) & (codes[:-1] == PARTED) & kept[:-1] & (ends[:-1] == np.arange(1, len(text))))
    places = np.flatnonzero(kept).astype(np.int32)
    codes, ends = codes[places], ends[places]
    marks = classes[places] | np.where(boundary[places], OPENS, 0) | np.where(boundary[ends], CLOSES, 0)
    following = np.append(places[1:], np.int32(len(text)))
    widths = (following - places).astype(np.uint32) << 1 | ((codes >= LATIN) & (ends < following))
    return Units(Columns(codes, widths.astype(np.uint32), marks.astype(np.uint8)), 0, len(places))


def codes_of(term: str) -> tuple[int, ...]:
    """The codes of a folded `term`, without what parts them."""
    return tuple(int(code) for code in units_of(term).codes if code != PARTED)


def _is_han(characters: Codes) -> Flags:
    is_han: Flags = (
        ((characters >= 0x4E00) & (characters <= 0x9FFF))
        | ((characters >= 0x3400) & (characters <= 0x4DBF))
        | ((characters >= 0x20000) & (characters <= 0x323AF))
        | (characters == 0x3007)
    )
    return is_han


def _pass_over(characters: Codes, codes: Codes, kept: Flags, ends: Places) -> None:
    """Take out a point between Han characters, and a single space beside a Latin token."""
    last = len(characters) - 1
    for place in np.flatnonzero(np.isin(characters, _PASSED_OVER)).tolist():
        if not 0 < place < last:
            continue
        before, after = place - 1, place + 1
        while before > 0 and not kept[before]:
            before -= 1
        if not codes[before] or not codes[after] or ends[before] != place:
            continue
        is_latin = bool(codes[before] & LATIN) or bool(codes[after] & LATIN)
        if is_latin or characters[place] != 32:
            kept[place] = False


def _words(text: str) -> tuple[Flags, Classes]:
    """Whether a word begins at each character (and at the end), and the class of the word that holds it."""
    pieces = tagged(text)
    # Asked once for each piece: of a large day these are tens of millions.
    held = np.fromiter(map(_PIECES.__getitem__, pieces), np.int64, len(pieces))
    lengths = held >> _CLASS_BITS
    boundary = np.zeros(len(text) + 1, np.bool_)
    boundary[0] = boundary[-1] = True
    boundary[np.cumsum(lengths)] = True
    return boundary, np.repeat((held & CLASS).astype(np.uint8), lengths)


def _class_of(word: str, tag: str) -> int:
    if len(word) == 1:
        return FUNCTION if word in _BOUND else 0
    if tag in _ADVERBIAL or word in PREDICATES:
        return FUNCTION
    return NAME if tag in _NOUN_LIKE else _CLASS_OF.get(tag[:1], 0)


def class_of(word: str) -> int:
    """The class of a folded word of the dictionary; 0 for what it has not as one word."""
    return _class_of(word, tag_of(word))


class _Pieces(dict[tuple[str, str], int]):
    """{(word, part of speech): its class, and above that its length}, found out when it is first asked for."""

    def __missing__(self, piece: tuple[str, str]) -> int:
        if len(self) >= _MOST_PIECES:
            self.clear()
        return self.setdefault(piece, len(piece[0]) << _CLASS_BITS | _class_of(*piece))


_MOST_PIECES: Final = 200_000
_PIECES: Final = _Pieces()


@lru_cache(maxsize=200_000)
def _code_of(token: str) -> int:
    return int.from_bytes(blake2b(token.encode("utf-8", "replace"), digest_size=4).digest(), "big") | LATIN


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDocument:
    """One article of `day`, its text without template lines and ranking lists.

    `publisher` is the original site behind its story, `site` who printed this copy; `story` the id that all
    copies share.  `origin` is who speaks in this copy alone, by the name of a publisher: the site that it names, or
    its site; empty means its publisher.  `house` is the site by that name; empty means `site`.  `at` is when it was
    published, or first seen.
    """

    article_id: str
    day: date
    at: datetime
    site: str
    publisher: str
    story: str
    language: str
    title: str
    text: str
    url: str = ""
    origin: str = ""
    house: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What of a document is counted: its folded text with names rewritten, as units.

    The first `title_length` characters of `folded` and the first `title_units` units are the title's.
    """

    article_id: str
    day: date
    at: datetime
    site: str
    house: str
    publisher: str
    origin: str
    story: str
    language: str
    title: str
    url: str
    folded: str
    units: Units
    title_length: int
    title_units: int

    @property
    def has_text(self) -> bool:
        """Whether there is more of it than a headline."""
        return len(self.folded) > self.title_length + 1


def read(document: TextDocument, aliases: Aliases) -> Reading:
    """`document` folded, names in their canonical spelling, cut into units."""
    title, text = (aliases.rewrite(fold(part)) for part in (document.title, document.text))
    return _reading(document, title, text, units_of(f"{title}\n{text}"))


def uncut(document: TextDocument) -> Reading:
    """`document` folded alone, without units: enough to match its text, and a small part of the work."""
    return _reading(document, fold(document.title), fold(document.text), NO_UNITS)


def _reading(document: TextDocument, title: str, text: str, units: Units) -> Reading:
    return Reading(
        article_id=document.article_id,
        day=document.day,
        at=document.at,
        site=document.site,
        house=document.house or document.site,
        publisher=document.publisher,
        origin=document.origin or document.publisher,
        story=document.story,
        language=document.language,
        title=document.title,
        url=document.url,
        folded=f"{title}\n{text}",
        units=units,
        title_length=len(title),
        title_units=int((units.starts < len(title)).sum()),
    )
