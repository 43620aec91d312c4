"""The zones that pages and feeds name beside a time: one table for both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo


def _hours(offset: float) -> timezone:
    return timezone(timedelta(hours=offset))


_PLACES: Final = {
    "hkt": "Asia/Hong_Kong",
    "sgt": "Asia/Singapore",
    "myt": "Asia/Kuala_Lumpur",
    "pht": "Asia/Manila",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "et": "America/New_York",
    "pt": "America/Los_Angeles",
}
_NAMED: Final = {
    "北京 中国 中國 中国标准 中國標準 北京标准 北京標準": "Asia/Shanghai",
    "台北 臺北 台湾 台灣 臺灣": "Asia/Taipei",
    "香港": "Asia/Hong_Kong",
    "新加坡": "Asia/Singapore",
    "马来西亚 馬來西亞": "Asia/Kuala_Lumpur",
    "东京 東京 日本": "Asia/Tokyo",
    "首尔 首爾 韩国 韓國": "Asia/Seoul",
    "美东 美東 美国东部 美國東部 纽约 紐約": "America/New_York",
    "美西 美国西部 美國西部 洛杉矶 洛杉磯": "America/Los_Angeles",
    "伦敦 倫敦": "Europe/London",
    "巴黎": "Europe/Paris",
    "格林尼治 格林威治 格林尼治标准 格林威治標準 世界标准 世界標準 协调世界 協調世界": "Etc/UTC",
}
"""What stands before 时间 or 時間."""
_IN_CHINESE: Final = {
    word + time: place for words, place in _NAMED.items() for word in words.split() for time in ("时间", "時間")
}
_ZONES: Final[Mapping[str, tzinfo]] = {
    **dict.fromkeys(("z", "ut", "utc", "gmt"), UTC),
    **{name: ZoneInfo(place) for name, place in (_PLACES | _IN_CHINESE).items()},
    **{"est": _hours(-5), "edt": _hours(-4), "cdt": _hours(-5), "mst": _hours(-7), "mdt": _hours(-6)},
    **{"pst": _hours(-8), "pdt": _hours(-7), "wet": UTC, "bst": _hours(1), "cet": _hours(1), "cest": _hours(2)},
    **{"eet": _hours(2), "eest": _hours(3), "msk": _hours(3), "aest": _hours(10), "aedt": _hours(11)},
    "nzst": _hours(12),
}
_OF_SEVERAL: Final = ("cst", "ist")
"""CST is China's, Chicago's or Cuba's, IST India's, Israel's or Ireland's: which one, the zone of the source tells."""
PRINTED_ZONES: Final = tuple(sorted({*_ZONES, *_OF_SEVERAL} - {"ut", "wet"}, key=len, reverse=True))
"""What stands for a zone behind a time in running text, the longest first; 9:30 wet is no zone there."""
_OFFSET: Final = re.compile(r"([+-])(\d{1,2}):?(\d\d)?$")
_OF_A_PLACE: Final = re.compile(r"[A-Z][A-Za-z]{1,20}/[A-Z][A-Za-z_/-]{1,40}")
_FARTHEST: Final = timedelta(hours=15)


def zone_called(word: str, moment: datetime, local: str) -> tzinfo | None:
    """The zone that `word` (HKT, GMT+8, +0800, 北京时间) means beside `moment`, a time without zone, at a source in
    `local` (IANA, or empty where that is unknown).

    A name that `local` has itself is the local zone.  None for a word that is no zone, for an offset that no place has,
    and for one of several zones where `local` is unknown.
    """
    if _OF_A_PLACE.fullmatch(word):
        return _known(word)
    name = word.lower().replace(" ", "")
    offset = _OFFSET.search(name)
    if offset:
        return _of_offset(offset)
    if name in _OF_SEVERAL:
        return _of_several(name, moment, local)
    return _ZONES.get(name)


def _of_offset(offset: re.Match[str]) -> tzinfo | None:
    written = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(-written if offset[1] == "-" else written) if written < _FARTHEST else None


def _of_several(name: str, moment: datetime, local: str) -> tzinfo | None:
    if not local:
        return None
    here = _zone(local)
    if moment.replace(tzinfo=here).tzname() == name.upper():
        return here
    if name == "ist":
        return _hours(5.5)
    return _zone("Asia/Shanghai") if local.startswith("Asia/") else _hours(-6)


def _known(place: str) -> tzinfo | None:
    """The zone of Asia/Shanghai; what is no such name must not be kept, for there are as many as pages."""
    try:
        return ZoneInfo(place)
    except (KeyError, ValueError, OSError):
        return None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
