"""When a page says that it was published."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.page.declared import Declared
from mediawatch.extraction.page.tree import Visible
from mediawatch.extraction.stated_dates import marked_times, only_time, stated_values
from mediawatch.language.stamps import Stamp, ago, of_last_year, placed_stamps, read_stamp, without_stamps

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WEAK: Final = ("meta date", "meta dcterms.created", "meta dcterms.date", "meta dc.date")
"""Declarations that templates of some sites hold with one day for all pages."""
_RENDERED: Final = timedelta(minutes=5)
"""So long before the fetch a page may have been made for it."""
_NEAR: Final = 3_000
"""Characters below the headline in which a dateline stands; further down dates belong to other things."""
_HEAD: Final = 400
"""Characters below the headline in which a day without a time is that of the article rather than one it tells of."""
_CLOSE: Final = 200
"""Characters above the headline in which a day alone on a line is the article's."""
_DAY: Final = timedelta(days=1)
_TOLERANCE: Final = timedelta(hours=1)
"""Clocks differ, and a page may be stamped with its release."""
_EARLIEST: Final = date(1994, 1, 1)
"""No news page is older than the newspapers of the web; 1970 and 0001 are defaults of programs."""
_EASTERNMOST: Final = timezone(timedelta(hours=14))
_LABEL: Final = re.compile(
    r"(?:发布|发表|發佈|發布|發表|刊登|出版|发稿)(?:时间|時間|日期|于|於)?\s*[:：]|\b(?:first |originally "
    r")?published(?: on| at)?\s*:",
    re.IGNORECASE,
)
_LABELS: Final = ("发", "發", "刊", "出", "published")
"""What every label holds one of, in lower case."""
_NO_LETTERS: Final = re.compile(r"\W+")
_LABELLED: Final = 60
_GAP: Final = 6
_UPDATE_BEFORE: Final = re.compile(
    r"(?:更新|修改|修[订訂]|最[后後終]|수정|updated?|modified|edited)[^\d]{0,10}$", re.IGNORECASE
)
_CHANGED_BEFORE: Final = re.compile(
    r"(?:aktualisiert|geändert|änderung|mis(?:e)? à jour|modifié|actualizad[oa]|aggiornato|atualizad[oa]|bijgewerkt)"
    r"[^\d]{0,10}$",
    re.IGNORECASE,
)
_PUBLISHED_BEFORE: Final = re.compile(
    r"\b(?:veröffentlicht|erschienen|erstellt|publi(?:é|cad[oa])|paru|mis en ligne|pubblicato|gepubliceerd)"
    r"[^\d\n]{0,6}$",
    re.IGNORECASE,
)
"""What other languages print before the day of a change, and before that of publication."""
_TODAY_BEFORE: Final = re.compile(
    r"(?:今天|今日|现在|現在|当前|當前)(?:是|时间|時間|日期)?\W{0,4}$|\btoday(?: is)?\W{0,4}$", re.IGNORECASE
)
"""What a clock in a page's header says before its date."""
_UPDATE_AFTER: Final = re.compile(r"\s*(?:更新|修改|수정)(?!(?:时间|時間|日期|于|於)?+[\s:：]{0,6}\d)")
"""06:40更新; what another date follows is the label of that one."""
_BEFORE: Final = 20
_LEAD_AFTER: Final = re.compile(r"\s*(?:[讯訊电電]|专电|專電|消息|报道|報導)")
_IN_URL: Final = re.compile(
    r"(?<=[/_=-])(?:t(?=\d{8}_))?((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|\D|$)"
)
_OTHERS_IN_URL: Final = (
    re.compile(r"(?<=[/_-])((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=(?:\d{4}|\d{6})(?:\D|$))"),
    re.compile(r"/(20\d\d)/(1[0-2]|[1-9])/(3[01]|[12]\d|[1-9])/"),
    re.compile(r"/(\d\d)/(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])/n(?=\d{6})"),
    re.compile(r"/(\d\d)/(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/(?:[01]\d|2[0-3])/(?=\w{1,40}\.s?html)"),
)
"""A day before a counter of the day, /202611280012; one without zeros, /2026/3/4/;
/26/3/4/ before a number that is called one; and /26/0304/12/, with the hour, before the id of an article."""
_DAY_FIRST: Final = re.compile(r"(?<=[/_~-])(3[01]|[12]\d|0[1-9])-(1[0-2]|0[1-9])-((?:19|20)\d\d)(?=[/_.?-]|$)")
_COMPACT: Final = re.compile(
    r"(?<!\d)(?!19|20)(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?!\d)"
)
"""A moment in twelve digits with a year of two; by chance one number of a thousand is one.  20 would be a century."""
_BELOW, _BESIDE = 3, 12
"""Lines at the end of an article that may be its date, and letters that stand beside it: the name of a paper."""
_WRITTEN_OUT: Final = ("title", "datetime", "data-time", "data-date", "data-datetime", "data-timestamp", "data-ts")
_AGO_LINES, _AGO_CHARACTERS = 8, 20
_AGO_LINE: Final = 40
_BARS: Final = re.compile(r"[|｜·•–—/]")
"""What parts the name of a paper from what is counted back: 某某日报 · 3小时前."""
_KINDS: Final = {
    "rule": "rule",
    "JSON-LD": "json-ld",
    "meta": "meta",
    "marked": "markup",
    "text that says update": "update",
    "text": "printed",
    "script": "markup",
    "address": "address",
    "counted": "relative",
}
"""The kinds of places by what their names begin with, the longer of two beginnings first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """`at` when the page tells the time of day and its zone is known, else `on` when it tells the day, else neither.

    `stamp` is what the page printed, `origin` where, and `confidence` (0 to 1) how sure such a place is: what says
    更新, stands in the address or is counted back (3小时前) may be wrong.
    """

    at: datetime | None = None
    on: date | None = None
    stamp: Stamp | None = None
    origin: str = ""
    confidence: float = 0.0

    @property
    def printed(self) -> str:
        """ISO 8601 as the page tells it: a day, with the time of day and the offset where they are known."""
        return self.stamp.isoformat() if self.stamp else ""

    @property
    def kind(self) -> str:
        """The kind of place that `origin` is, one of _KINDS; empty without a date."""
        return next((kind for beginning, kind in _KINDS.items() if self.origin.startswith(beginning)), "")

    @property
    def precision(self) -> str:
        """`second`, `minute` or `day`, as far as the page tells; empty without a date."""
        if self.stamp is None:
            return ""
        return "day" if self.stamp.time is None else "second" if self.stamp.time.second else "minute"


@dataclass(frozen=True, slots=True)
class _Place:
    """A stamp, where it was read, and how sure such a place is."""

    stamp: Stamp
    origin: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Printed:
    """A stamp in the text, with what stands around it."""

    stamp: Stamp
    start: int
    is_update: bool
    is_lead: bool
    is_today: bool
    is_on_short_line: bool
    is_alone: bool
    is_published: bool


@dataclass
class _Below:
    """The possible dates from the headline on, read when they are asked for: most pages declare one."""

    visible: Visible
    context: PageContext
    is_possible: Callable[[Stamp], bool]

    @cached_property
    def stamps(self) -> list[_Printed]:
        found = _printed(self.visible.below[:_NEAR], self.context.timezone)
        return [each for each in found if self.is_possible(each.stamp)]


def published_of(
    root: HtmlElement,
    declared: Declared,
    visible: Visible,
    context: PageContext,
    ruled: str = "",
    *,
    itemprops: Sequence[tuple[HtmlElement, str]],
) -> Published:
    """The site's rule, else a dated declaration, else the first date with a time from the headline on that is not
    called an update, else the first date, else the address.

    Times without a zone are in the site's.  What lies after the fetch, or before the web, is passed over, never
    mended.  `itemprops` are the elements `with_itemprops`.
    """
    zone = ZoneInfo(context.timezone) if context.timezone else None
    is_possible = _bounds(context.fetched_at, zone)
    below = _Below(visible, context, is_possible)
    stated = _most_precise(_stated(root, declared, context, is_possible, ruled=ruled, itemprops=itemprops))
    labelled = next(filter(is_possible, _labelled(visible, context.timezone)), None)
    found = _from_statement(_trusted(stated, below, zone), below, labelled, zone)
    if found is None:
        above = [each for each in _printed(visible.above[-_NEAR:], context.timezone) if is_possible(each.stamp)]
        stamps = (read_stamp(value, context.timezone) for value in marked_times(root, is_of_others=True))
        others = (_Place(stamp, "marked time", 0.5) for stamp in islice(stamps, 1) if stamp and is_possible(stamp))
        own = (context.url, declared.canonical, declared.meta("og:url"))
        elsewhere = _elsewhere(root, visible, context, own, is_possible=is_possible)
        today = context.fetched_at.date()
        over = [each for each in above if each.is_alone and not each.is_update and abs(each.stamp.day - today) > _DAY]
        over = [each for each in over if each.start >= len(visible.above[-_NEAR:]) - _CLOSE]
        found = next(_from_text(below.stamps, above, others, elsewhere, over=over[-1:]), None)
    if found is None:
        return Published()
    return _published(found, zone)


def published_below(lines: Sequence[str], context: PageContext) -> Published:
    """The date that stands alone, or beside a name, at the end of an article: in `lines`, its last and those below.

    For pages that say it nowhere else; a headline with its date is another article's.
    """
    zone = ZoneInfo(context.timezone) if context.timezone else None
    is_possible = _bounds(context.fetched_at, zone)
    for line in lines[:_BELOW]:
        is_short = len(line) <= _LABELLED and "。" not in line
        stamps = [each.stamp for each in _printed(line, context.timezone) if not each.is_update] if is_short else []
        is_alone = len(stamps) == 1 and len(re.sub(r"\W+", "", without_stamps(line))) <= _BESIDE
        if is_alone and stamps[0].is_sure and is_possible(stamps[0]):
            return _published(_Place(stamps[0], "text below the article", 0.5), zone)
    return Published()


def published_from(stamp: Stamp, origin: str, confidence: float, context: PageContext) -> Published:
    """`stamp`, which was read at `origin`, as the page's date; nothing where it cannot be."""
    zone = ZoneInfo(context.timezone) if context.timezone else None
    is_possible = _bounds(context.fetched_at, zone)(stamp)
    return _published(_Place(stamp, origin, confidence), zone) if is_possible else Published()


def _published(found: _Place, zone: ZoneInfo | None) -> Published:
    moment = found.stamp.at(zone)
    return Published(
        at=moment,
        on=None if moment else found.stamp.day,
        stamp=found.stamp,
        origin=found.origin,
        confidence=round(found.confidence * (1.0 if found.stamp.is_sure else 0.7), 2),
    )


def _bounds(fetched_at: datetime, zone: ZoneInfo | None) -> Callable[[Stamp], bool]:
    """Whether a stamp lies between the web's beginning and the fetch; without a zone anywhere on earth will do."""
    today = fetched_at.astimezone(zone or _EASTERNMOST).date()

    def is_possible(stamp: Stamp) -> bool:
        if not _EARLIEST <= stamp.day <= today + timedelta(days=1):
            return False
        moment = stamp.at(zone)
        return stamp.day <= today if moment is None else moment <= fetched_at + _TOLERANCE

    return is_possible


def _most_precise(stated: Iterator[_Place]) -> _Place | None:
    """The first declaration, or another one that has the time of the same day."""
    first = next(stated, None)
    if first is None or first.stamp.time:
        return first
    return next((each for each in stated if each.stamp.time and each.stamp.day == first.stamp.day), first)


def _printed(text: str, local: str) -> list[_Printed]:
    found = []
    for stamp, start, end in placed_stamps(text, local):
        before = text[max(0, start - _BEFORE) : start]
        is_update = _UPDATE_BEFORE.search(before) or _CHANGED_BEFORE.search(before) or _UPDATE_AFTER.match(text, end)
        rest = _rest_of_line(text, start, end)
        found.append(
            _Printed(
                stamp,
                start,
                is_update=is_update is not None,
                is_lead=_LEAD_AFTER.match(text, end) is not None,
                is_today=_TODAY_BEFORE.search(before) is not None,
                is_on_short_line=end - start + len(rest) <= _LABELLED and "。" not in rest,
                is_alone=len(_NO_LETTERS.sub("", rest)) <= _BESIDE,
                is_published=_PUBLISHED_BEFORE.search(before) is not None,
            )
        )
    return found


def _rest_of_line(text: str, start: int, end: int) -> str:
    """What stands on the line before and behind, as far as it takes to see that it is long."""
    before, behind = text[max(0, start - _LABELLED) : start], text[end : end + _LABELLED]
    return before.rpartition("\n")[2] + behind.partition("\n")[0]


def _from_statement(
    stated: _Place | None, below: _Below, labelled: Stamp | None, zone: ZoneInfo | None
) -> _Place | None:
    """What the page declares, with the time of day from the text when that has one for the same day.

    A date printed after 发布 that is earlier wins: pages declare their last change as publication.
    """
    if labelled and (stated is None or labelled.day < stated.stamp.day):
        return _Place(labelled, "text after 发布 or Published", 0.9)
    if stated is None or stated.stamp.time:
        return _not_universal(stated, below, zone) if stated else None
    timed = next((e.stamp for e in below.stamps if e.stamp.time and e.stamp.day == stated.stamp.day), None)
    return replace(stated, stamp=timed, origin=f"{stated.origin}, time from the text") if timed else stated


def _trusted(stated: _Place | None, below: _Below, zone: ZoneInfo | None) -> _Place | None:
    """`stated`, unless the line of the date below the headline speaks against a weak one: the only day of a template,
    or the moment at which the page was made for us.
    """
    moment = stated.stamp.at(zone) if stated else None
    is_rendered = moment is not None and moment >= below.context.fetched_at - _RENDERED
    if stated is None or not (is_rendered or (stated.origin in _WEAK and stated.stamp.time is None)):
        return stated
    dateline = next((each for each in below.stamps if _is_dateline(each) and each.stamp.time), None)
    if dateline is None or not (printed := dateline.stamp.at(zone)):
        return stated
    is_earlier = moment is not None and printed < moment - _TOLERANCE
    is_other_day = moment is None and dateline.stamp.day != stated.stamp.day
    return _Place(dateline.stamp, "text", 0.8) if is_earlier or is_other_day else stated


def _is_dateline(each: _Printed) -> bool:
    return each.is_on_short_line and each.start < _HEAD and not each.is_update


def _not_universal(stated: _Place, below: _Below, zone: ZoneInfo | None) -> _Place:
    """A time marked as UTC that the page also prints, without a zone, is local: programs add Z to what they know."""
    stamp = stated.stamp
    if zone is None or not _is_universal(stamp) or stamp.at(zone) == replace(stamp, zone=None).at(zone):
        return stated
    for each in below.stamps:
        is_same = each.stamp.time and each.stamp.zone is None and each.stamp.day == stamp.day
        if (
            is_same
            and stamp.time
            and each.stamp.time
            and each.stamp.time.replace(second=0) == stamp.time.replace(second=0)
        ):
            return _Place(replace(stamp, zone=None), f"{stated.origin}, as printed", 0.8)
    return stated


def _minute_of(stamp: Stamp) -> tuple[date, int, int] | None:
    return (stamp.day, stamp.time.hour, stamp.time.minute) if stamp.time else None


def _is_universal(stamp: Stamp) -> bool:
    return stamp.zone is not None and stamp.time is not None and stamp.zone.utcoffset(None) == timedelta(0)


def _labelled(visible: Visible, local: str) -> Iterator[Stamp]:
    for text in (visible.below, visible.above[-_NEAR:]):
        lower = text.lower()
        if not any(sign in lower for sign in _LABELS):
            continue
        for match in _LABEL.finditer(text):
            after = text[match.end() : match.end() + _LABELLED]
            yield from (stamp for stamp, position, _ in placed_stamps(after, local) if position <= _GAP)


def _from_text(
    below: list[_Printed],
    above: list[_Printed],
    others: Iterator[_Place],
    elsewhere: Iterator[_Place],
    *,
    over: Sequence[_Printed],
) -> Iterator[_Place]:
    """The dates of the text, the surest first; those marked as of `others` before what is called an update.

    A date with a time comes before one without, from the headline on before those above it; the days of a lead
    (【…2日讯】) and those close to the headline come before what the page calls an update.  What is `over` the
    headline, alone on a line and not the day of the visit, comes before what a sentence tells of.
    """
    first = [each for each in below if not each.is_update]
    near = [*first, *(each for each in reversed(above) if not each.is_update and not each.is_today)]
    dateline = next((each.stamp.day for each in first if each.is_on_short_line and each.start < _HEAD), None)
    timed = [each for each in near if each.stamp.time]
    # A clock above the headline tells when the page was made, where a day alone on a line below it is another one.
    timed = [each for each in timed if each in first or dateline in (None, each.stamp.day)]
    # Times further down that are later than a day alone on a line beside the headline are those of comments.
    beside = next((each for each in near if each.is_on_short_line and (each.start < _HEAD or each not in first)), None)
    later = [each for each in timed if beside and each.stamp.day > beside.stamp.day]
    later = [each for each in later if each.start >= _HEAD]
    timed, first = ([each for each in some if each not in later] for some in (timed, first))
    yield from (_Place(each.stamp, "text", 0.85 if each.is_on_short_line else 0.6) for each in timed)
    yield from (_Place(each.stamp, "text", 0.8) for each in (*first, *above) if each.is_published)
    yield from (_Place(each.stamp, "text", 0.8) for each in first if each.is_lead or _is_dateline(each))
    yield from (_Place(each.stamp, "text above the headline", 0.7) for each in over)
    yield from (_Place(each.stamp, "text", 0.8) for each in first if each.start < _HEAD)
    yield from others
    updates = [each for each in (*below, *reversed(above)) if each.is_update]
    yield from (_Place(each.stamp, "text that says update", 0.5) for each in updates)
    yield from (_Place(each.stamp, "text", 0.6) for each in (*([beside] if beside and later else []), *first))
    yield from elsewhere
    yield from (_Place(each.stamp, "text above the headline", 0.5) for each in near)


def _elsewhere(
    root: HtmlElement,
    visible: Visible,
    context: PageContext,
    own: Sequence[str],
    *,
    is_possible: Callable[[Stamp], bool],
) -> Iterator[_Place]:
    """What is written out behind words such as 昨天, the day in the address that was asked for or that the page calls
    its `own`, and what it counts back."""
    for value in _written_out(root, context):
        stamp = read_stamp(value, context.timezone)
        if stamp and is_possible(stamp):
            yield _Place(stamp, "marked time", 0.8)
    for address in dict.fromkeys(own):
        stamps = (*_in_address(address), *_day_first(address, context.timezone))
        yield from (_Place(stamp, "address", 0.7) for stamp in stamps if is_possible(stamp))
    zone = ZoneInfo(context.timezone) if context.timezone else None
    lines = [line for line in visible.lines[:_AGO_LINES] if len(line) <= _AGO_LINE] if zone else []
    parts = (part for line in lines for part in (line, *_BARS.split(line)))
    for part in (part for part in (*only_time(root), *parts) if len(part) <= _AGO_CHARACTERS):
        stamp = ago(part, context.fetched_at, zone) if zone else None
        if stamp:
            yield _Place(stamp, "counted back from the fetch", 0.7)
    for line in (*only_time(root), *visible.lines[1:_AGO_LINES]) if zone else ():
        stamp = of_last_year(line, context.fetched_at, zone) if zone else None
        if stamp and is_possible(stamp):
            yield _Place(stamp, "counted back from the fetch, without a year", 0.6)


def _written_out(root: HtmlElement, context: PageContext) -> Iterator[str]:
    """The attributes of an element that counts back in its words: <span title="2026-03-04 08:00">昨天</span>."""
    for element in root.iter("span", "abbr", "em", "i", "p", "div", "td"):
        words = (element.text or "").strip() if element.attrib else ""
        if 1 < len(words) <= _AGO_CHARACTERS and ago(words, context.fetched_at, context.fetched_at.tzinfo or UTC):
            yield from (element.get(name) or "" for name in _WRITTEN_OUT)


def _stated(
    root: HtmlElement,
    declared: Declared,
    context: PageContext,
    is_possible: Callable[[Stamp], bool],
    *,
    ruled: str,
    itemprops: Sequence[tuple[HtmlElement, str]],
) -> Iterator[_Place]:
    """The possible declarations; one marked as UTC that lies after the fetch may be local time."""
    for value, origin, confidence in stated_values(root, declared, ruled, itemprops):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        text = str(value) if is_number else value
        stamp = read_stamp(text, context.timezone) if isinstance(text, str) and text else None
        if stamp and is_possible(stamp):
            yield _Place(stamp, origin, confidence)
        elif stamp and context.timezone and _is_universal(stamp) and is_possible(replace(stamp, zone=None)):
            yield _Place(replace(stamp, zone=None), f"{origin}, as local time", 0.6)


def _day_first(url: str, local: str) -> Iterator[Stamp]:
    """29-10-2021 in an address, but for those of America, where the month may come first."""
    for day, month, year in () if local.startswith("America/") else _DAY_FIRST.findall(url):
        try:
            yield Stamp(day=date(int(year), int(month), int(day)), is_sure=False)
        except ValueError:
            continue


def _in_address(url: str) -> Iterator[Stamp]:
    others = (found for pattern in _OTHERS_IN_URL for found in pattern.findall(url))
    for year, month, day in (*_IN_URL.findall(url), *_COMPACT.findall(url), *others):
        try:
            yield Stamp(day=date(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day)))
        except ValueError:
            continue
