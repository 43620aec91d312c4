"""Folding: one spelling for texts that differ only in script, width or case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from mediawatch.language.marks import without_long_stacks

HAN_BLOCKS: Final = (
    range(0x2E80, 0x2FE0),
    range(0x3005, 0x3008),
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x323B0),
)
"""Radicals, 々〆〇, Unified Ideographs and their extensions, Compatibility Ideographs."""


def to_simplified(text: str) -> str:
    """`text` with traditional Chinese characters as simplified ones, phrase by phrase (OpenCC t2s)."""
    return _conversion("t2s")(text)


def to_traditional(text: str) -> str:
    """`text` with simplified Chinese characters as traditional ones, phrase by phrase (OpenCC s2t)."""
    return _conversion("s2t")(text)


def changed_characters(convert: Callable[[str], str]) -> list[str]:
    """The Han characters that `convert` changes when they stand alone.

    Every code point is tried, because OpenCC ships its dictionaries in binary form.
    """
    characters = [chr(point) for block in HAN_BLOCKS for point in block]
    # One call for all of them: no entry of a dictionary crosses a line break.
    converted = convert("\n".join(characters)).split("\n")
    return [character for character, other in zip(characters, converted, strict=True) if other != character]


@cache
def _conversion(name: str) -> Callable[[str], str]:
    # Imported here: whatever imports this package only for its types should not load dictionaries.
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC(name).convert
    return convert


_VARIANTS: Final = dict(zip("敍枱潀痺簷粧糭衞衹鯰", "叙台潨痹檐妆粽卫只鲇", strict=True))
"""Forms of Hong Kong and Taiwan that t2s leaves as they are (OpenCC's hk2s and tw2s)."""
_RADICALS: Final = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "母民虎西见角贝车长长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
"""Radicals that look like the character and stand for it in what is copied from PDF; NFKC leaves most of them alone."""
_JAPANESE: Final = (
    "両乗亀亜仏仮価倹児円処剣剤剰労効勅勧勲単厳収唖営噛団囲図圏圧塁塩増壊壌壱売変奨嬢実寛対専尭巌巣巻帯帰庁広廃弐弾"
    "従徳徴応恵悩悪懐戦戯戻払抜択拝拠拡挿捜掲掻揺摂撃撹斉斎晩暁暦曽栄桜桟検楽様権歓歩歯歳歴毎気沢浄涙渇済渉渓満滝瀬"
    "焼犠猟獣畳痩発県砕稲穂穏穣竜粋粛経絵継続総縁縄縦繊繍聴脳臓艶荘蔵薫薬蛍蝋覇覚覧観訳読譲賛転軽辺逓遅酔醤醸釈鉄銭"
    "鋳錬関陥険隠雑霊頼顕駅駆騒験髄髪鴎鶏鹸麹麺黒黙齢挙渋郷鉱闘"
)
"""Forms of Japan that Chinese pages leave in names (渡辺, 広島), where neither GB 2312 nor Big5 has them: 芸 and 予 are
Chinese characters of their own..."""
_CHINESE: Final = (
    "两乘龟亚佛假价俭儿圆处剑剂剩劳效敕劝勋单严收哑营啮团围图圈压垒盐增坏壤壹卖变奖娘实宽对专尧岩巢卷带归厅广废贰弹"
    "从德征应惠恼恶怀战戏戾拂拔择拜据扩插搜揭搔摇摄击搅齐斋晚晓历曾荣樱栈检乐样权欢步齿岁历每气泽净泪渴济涉溪满泷濑"
    "烧牺猎兽叠瘦发县碎稻穗稳穰龙粹肃经绘继续总缘绳纵纤绣听脑脏艳庄藏薰药萤蜡霸觉览观译读让赞转轻边递迟醉酱酿释铁钱"
    "铸炼关陷险隐杂灵赖显驿驱骚验髓发鸥鸡碱曲面黑默龄举涩乡矿斗"
)
"""... and the simplified ones (OpenCC's jp2t and t2s, which leave the last five half way)."""
_MARKS: Final = {**dict.fromkeys("‘’ʼ‛＇′´", "'"), **dict.fromkeys("‐‑‒–−", "-")}
"""Apostrophes and hyphens that are printed for one another; — stays, which sets clauses apart."""
_UNSEEN: Final = (
    *(0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFE0E, 0xFE0F, 0xFEFF),
    *range(0x1F3FB, 0x1F400),
)
"""What takes no room (soft hyphens, joiners and blanks of no width, marks of direction) and shades of emoji, in words
too."""
_ONE_SPELLING: Final = str.maketrans(
    {
        **_VARIANTS,
        **_RADICALS,
        **dict(zip(_JAPANESE, _CHINESE, strict=True)),
        **_MARKS,
        **{chr(point): "" for point in _UNSEEN},
    }
)
_SPELLED: Final = re.compile(f"[{''.join(map(re.escape, map(chr, _ONE_SPELLING)))}]")
_ASPECT: Final = re.compile(
    "(?<![显顯原名专專论論编編巨昭土译譯遗遺拙卓撰新旧舊共合较較])著(?![名作称稱述者书書录錄文论論])"
)
"""著 as Taiwan writes 着: 沉著, 著火.  In 著名 and 显著 it is another word, which both sides of the strait write so."""
_CONVERTED: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""What a conversion of scripts can change, and more; looked for first because most foreign texts have none."""
_OFTEN: Final = 60
"""Characters up to which a text is kept with its folded form: half of the names and lines of a page are folded again.
"""
_LONGEST_KEPT: Final = 4_000
"""Characters up to which the last thousand longer texts are kept, in some 20 MB: one article is folded for its
signature, its lines and its words."""
_DOTTED: Final = "i\u0307"
"""What İ becomes in lower case, which Turkish names lose elsewhere."""

BLANKS_BEFORE: Final = r"(?:(?<!\s)\s++)?+"
r"""Stands for a leading `\s*`, and costs a search no more than one evaluation of each blank.

A search begins at every place of a text, so that of n blanks without what should follow them `\s*` reads n²/2.  This
one is entered only where a run of blanks begins and gives nothing back; what follows it must not begin with a blank.
"""


def fold(text: str) -> str:
    """`text` in NFKC, traditional characters as simplified, in lower case, with one form for variants and marks.

    Idempotent: `fold(fold(x)) == fold(x)`.  Lone surrogates become U+FFFD.  Takes time in proportion to the text.
    """
    if text.isascii():
        return text.lower()
    if len(text) <= _OFTEN:
        return _settled_short(text)
    return _settled_long(text) if len(text) <= _LONGEST_KEPT else _settled(without_lone_surrogates(text))


@lru_cache(maxsize=4096)
def _settled_short(text: str) -> str:
    return _settled(without_lone_surrogates(text))


@lru_cache(maxsize=1024)
def _settled_long(text: str) -> str:
    return _settled(without_lone_surrogates(text))


@cache
def character_map() -> Mapping[str, str]:
    """Each single traditional character, variant or mark and what `fold` writes for it, "" for what takes no room.

    A character whose reading depends on its neighbours (乾, 著) has the reading that it has alone.
    """
    changed = {*changed_characters(to_simplified), *_VARIANTS, *_RADICALS, *_MARKS, *map(chr, _UNSEEN), "著"}
    return MappingProxyType({character: fold(character) for character in sorted(changed)})


def _settled(text: str) -> str:
    """The fixed point of folding once.

    One pass is not enough: 薴 becomes 苧 and that 苎, and a conversion can complete a phrase with its neighbours.  The
    passes cannot run for ever, since no pass after the first lengthens a text; were they ever to go round in a
    circle, the least member of the circle would be the same whatever the entry.
    """
    passed: list[str] = []
    while text not in passed:
        passed.append(text)
        text = unicodedata.normalize("NFKC", without_long_stacks(_spelled(text)))
        text = _spelled(text)
        text = _ASPECT.sub("着", to_simplified(text)) if _CONVERTED.search(text) else text
        text = text.lower().replace(_DOTTED, "i")
        if text.isascii():
            return text
    return min(passed[passed.index(text) :])


def _spelled(text: str) -> str:
    # A search is ten times as fast as a translation, and most texts have nothing to translate.
    return text.translate(_ONE_SPELLING) if _SPELLED.search(text) else text


def without_lone_surrogates(text: str) -> str:
    """`text` with surrogate pairs joined and U+FFFD for each lone one."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
