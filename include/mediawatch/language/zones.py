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
    "北京时间": "Asia/Shanghai",
    "北京時間": "Asia/Shanghai",
    "中国标准时间": "Asia/Shanghai",
    "台北时间": "Asia/Taipei",
    "台北時間": "Asia/Taipei",
    "香港时间": "Asia/Hong_Kong",
    "香港時間": "Asia/Hong_Kong",
    "美东时间": "America/New_York",
    "美東時間": "America/New_York",
    "hkt": "Asia/Hong_Kong",
    "sgt": "Asia/Singapore",
    "myt": "Asia/Kuala_Lumpur",
    "pht": "Asia/Manila",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "et": "America/New_York",
    "pt": "America/Los_Angeles",
}
_ZONES: Final[Mapping[str, tzinfo]] = {
    **dict.fromkeys(("z", "ut", "utc", "gmt"), UTC),
    **{name: ZoneInfo(place) for name, place in _PLACES.items()},
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
_FARTHEST: Final = timedelta(hours=15)


def zone_called(word: str, moment: datetime, local: str) -> tzinfo | None:
    """The zone that `word` (HKT, GMT+8, +0800, 北京时间) means beside `moment`, a time without zone, at a source in
    `local` (IANA, or empty where that is unknown).

    A name that `local` has itself is the local zone.  None for a word that is no zone, for an offset that no place has,
    and for one of several zones where `local` is unknown.
    """
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


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
