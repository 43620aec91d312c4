"""The edition of a day: every story of every site, the same whenever and wherever it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from devsites.facts import byline, correspondent
from devsites.grammar import Bilingual
from devsites.houses import MASTHEADS, Masthead
from devsites.stories import Kind, Story, Version
from devsites.vocabulary import PLANTS, TOPICS, listed, new_word, personas, standing_word, stranger, words
from devsites.writing import Event, House, to_script, write

_WEEKEND_SHARE = 0.4
_SHARED_EVENTS = 6
_SHARED_CHANCE = 0.3
_WAKING_HOURS = range(6, 24)
_REVISED_AFTER = {"hyacinth": timedelta(hours=5), "langang": timedelta(hours=25)}
_PLANT_MINUTE = {"langang": 1, "yanzhou": 2, "hyacinth": 3, "wutong": 5, "baichuan": 7, "harrow": 9}
_WIRE_MINUTE = {"yanzhou": 11, "baichuan": 12, "langang": 14, "wutong": 19}
_RETURN_MINUTE = {"wutong": 48, "yanzhou": 51, "baichuan": 53, "langang": 54, "harrow": 57}
_RETURN_AFTER = timedelta(days=36)
"""A word that was new so long ago is in the news again: it was silent for more than four weeks."""
_SURGE_MINUTE = {"hyacinth": 55, "yanzhou": 56, "langang": 58, "wutong": 63, "harrow": 65}
_STANDING_SITE = "wutong"
_MENTIONED_BEFORE = 15
"""Days between a word's only mention and the day on which everybody tells of it."""
_NICKNAME_MINUTE = {"baichuan": 21, "langang": 23, "harrow": 26}
_ODD: Mapping[str, tuple[tuple[Kind, int], ...]] = {
    "baichuan": (("video", 31), ("barred", 33)),
    "hyacinth": (("revised", 30), ("live", 41)),
    "wutong": (("paged", 35), ("blank", 37), ("dead", 44)),
    "yanzhou": (("throttled", 34),),
    "langang": (("slow", 36), ("revised", 38), ("challenge", 45)),
    "harrow": (("barred", 39), ("live", 46)),
}
"""The stories out of the ordinary: which site has them, and how many minutes after midnight UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    kind: Kind
    event: Event
    version: Version
    publisher: str = ""


def edition(site: str, day: date) -> tuple[Story, ...]:
    """The stories that `site` publishes on the UTC day `day`, in order of publication."""
    return _editions(day)[site]


@lru_cache(maxsize=80)
def _editions(day: date) -> Mapping[str, tuple[Story, ...]]:
    wire = _wire_report(day)
    return {masthead.key: _numbered(masthead, day, _drafts(masthead, day, wire)) for masthead in MASTHEADS}


def _numbered(masthead: Masthead, day: date, drafts: Iterator[_Draft]) -> tuple[Story, ...]:
    ordered = sorted(drafts, key=lambda draft: (draft.version.at, draft.version.title))
    return tuple(_story(masthead, day, number, draft) for number, draft in enumerate(ordered, start=1))


def _story(masthead: Masthead, day: date, number: int, draft: _Draft) -> Story:
    rng = _rng(day, masthead.key, "story", number)
    breaks = _breaks(draft.version) if draft.kind == "paged" else ()
    versions = _versions(masthead, draft, rng)
    return Story(
        site=masthead.key,
        day=day,
        number=number,
        kind=draft.kind,
        topic=draft.event.topic,
        publisher=draft.publisher or _publisher(masthead, rng),
        byline=_byline(masthead, draft, rng),
        versions=versions,
        breaks=breaks,
    )


def _versions(masthead: Masthead, draft: _Draft, rng: Random) -> tuple[Version, ...]:
    first = draft.version
    if draft.kind == "blank":
        return (replace(first, zh=(), en=()),)
    if draft.kind != "revised":
        return (first,)
    later = write(draft.event, masthead.house, rng, first.at + _REVISED_AFTER[masthead.key], length=9)
    added = slice(3, 5)
    mark = "(更新)" if masthead.house.script != "en" else " (updated)"
    second = replace(
        first, at=later.at, title=first.title + mark, zh=first.zh + later.zh[added], en=first.en + later.en[added]
    )
    return first, second


def _breaks(version: Version) -> tuple[int, ...]:
    third = max(2, len(version.zh) // 3)
    return (third, 2 * third)


def _publisher(masthead: Masthead, rng: Random) -> str:
    """An aggregator names somebody for everything, a blog for every second piece, the others write themselves."""
    names = words()["publishers"]
    if masthead.key == "baichuan" or (masthead.key in ("wutong", "yanzhou") and rng.random() < 0.5):
        return str(rng.choice(names))
    return ""


def _byline(masthead: Masthead, draft: _Draft, rng: Random) -> str:
    if draft.kind == "wire" or masthead.key == "baichuan":
        return ""
    if "en" in masthead.languages:
        return correspondent(rng)
    return to_script(byline(rng).zh, masthead.house.script)


def _drafts(masthead: Masthead, day: date, wire: tuple[Event, Version]) -> Iterator[_Draft]:
    yield from _regular(masthead, day)
    yield from _planted(masthead, day)
    yield from _known(masthead, day)
    yield from _followed_up(masthead, day)
    yield from _wired(masthead, day, wire)
    for kind, minute in _ODD[masthead.key]:
        yield _odd(masthead, day, kind, minute)


def _regular(masthead: Masthead, day: date) -> Iterator[_Draft]:
    rng = _rng(day, masthead.key, "regular")
    share = 1.0 if day.weekday() < 5 else _WEEKEND_SHARE
    count = round(masthead.stories * share) + rng.randint(-1, 1)
    for event in _events(masthead, day, rng, count):
        version = write(event, masthead.house, rng, _waking(masthead, day, rng))
        yield _Draft(kind="article", event=event, version=version)


def _events(masthead: Masthead, day: date, rng: Random, count: int) -> Iterator[Event]:
    """Events of the day, some of them those that other sites report as well, the others the site's own."""
    shared = iter(rng.sample(range(_SHARED_EVENTS), _SHARED_EVENTS))
    topics = rng.sample(TOPICS, len(TOPICS))
    for place in range(count):
        index = next(shared, None) if rng.random() < _SHARED_CHANCE else None
        if index is None:
            yield Event(topic=topics[place % len(topics)], day=day, seed=f"{day}/{masthead.key}/{place}")
        else:
            yield Event(topic=_shared_topic(day, index), day=day, seed=f"{day}/shared/{index}")


def _shared_topic(day: date, index: int) -> str:
    return TOPICS[(day.toordinal() + index) % len(TOPICS)]


def _waking(masthead: Masthead, day: date, rng: Random) -> datetime:
    """An instant of the UTC day when the site's own clock shows waking hours."""
    zone = ZoneInfo(masthead.timezone)
    while True:
        moment = _instant(day, rng.randrange(60, 24 * 60)) + _seconds(masthead, rng)
        if moment.astimezone(zone).hour in _WAKING_HOURS:
            return moment


def _planted(masthead: Masthead, day: date) -> Iterator[_Draft]:
    rng = _rng(day, masthead.key, "plant")
    yield _Draft(kind="plant", event=(event := emergence(day)), version=_early(event, masthead, rng, _PLANT_MINUTE))
    if masthead.key in _NICKNAME_MINUTE:
        event = nicknamed(day)
        yield _Draft(kind="nickname", event=event, version=_early(event, masthead, rng, _NICKNAME_MINUTE))


def _known(masthead: Masthead, day: date) -> Iterator[_Draft]:
    """Words that are not new: one that comes back after weeks, one that is mentioned, and one that everybody tells."""
    if masthead.key in _RETURN_MINUTE:
        rng, event = _rng(day, masthead.key, "return"), returned(day)
        yield _Draft(kind="article", event=event, version=_early(event, masthead, rng, _RETURN_MINUTE))
    if masthead.key in _SURGE_MINUTE:
        rng, event = _rng(day, masthead.key, "surge"), surge(day)
        yield _Draft(kind="article", event=event, version=_early(event, masthead, rng, _SURGE_MINUTE))
        rng, event = _rng(day, masthead.key, "surge goes on"), _goes_on(day)
        yield _Draft(kind="article", event=event, version=_early(event, masthead, rng, _SURGE_MINUTE))
    if masthead.key == _STANDING_SITE:
        rng = _rng(day, masthead.key, "standing")
        version = write(_standing(day), masthead.house, rng, _waking(masthead, day, rng))
        yield _Draft(kind="article", event=_standing(day), version=version)


def _early(event: Event, masthead: Masthead, rng: Random, minutes: Mapping[str, int]) -> Version:
    at = _instant(event.day, minutes[masthead.key]) + _seconds(masthead, rng)
    return write(event, masthead.house, rng, at, turn=sorted(minutes, key=minutes.__getitem__).index(masthead.key))


def _followed_up(masthead: Masthead, day: date) -> Iterator[_Draft]:
    """What emerged yesterday is still news for two sites today."""
    if masthead.key not in ("baichuan", "langang"):
        return
    rng = _rng(day, masthead.key, "follow-up")
    event = replace(emergence(day - timedelta(days=1)), day=day, seed=f"{day}/follow-up")
    yield _Draft(kind="article", event=event, version=write(event, masthead.house, rng, _waking(masthead, day, rng)))


def emergence(day: date) -> Event:
    """The event that brings the new word of `day`; all six sites report it in their own words."""
    kind = PLANTS[day.toordinal() % len(PLANTS)]
    return Event(topic=kind, day=day, seed=f"{day}/emergence", extra=(("word", new_word(day)),))


def returned(day: date) -> Event:
    """The event of a word that was new 36 days before; five sites report it."""
    return replace(emergence(day - _RETURN_AFTER), day=day, seed=f"{day}/return")


def surge(day: date) -> Event:
    """The event that brings a word to five sites which one site mentioned 15 days before."""
    return _of_standing(day, standing_word(day.toordinal() - _MENTIONED_BEFORE), "surge")


def _goes_on(day: date) -> Event:
    """What everybody told the day before is told for one more day."""
    return replace(surge(day - timedelta(days=1)), day=day, seed=f"{day}/surge goes on")


def _standing(day: date) -> Event:
    return _of_standing(day, standing_word(day.toordinal()), "standing")


def _of_standing(day: date, word: Bilingual, seed: str) -> Event:
    return Event(topic="probe", day=day, seed=f"{day}/{seed}", extra=(("word", word),))


def nicknamed(day: date) -> Event:
    """The event whose reports call a well-known figure by a nickname only."""
    index = day.toordinal() % len(personas())
    nickname = personas()[index].nickname
    extra = (("nick", Bilingual(nickname, nickname_in_english(index))),)
    return Event(topic="nickname", day=day, seed=f"{day}/nickname", extra=extra, persona=index)


def nickname_in_english(index: int) -> str:
    """English papers keep to the first name."""
    return personas()[index].name.split()[0]


def _wire_report(day: date) -> tuple[Event, Version]:
    event = Event(topic="wire", day=day, seed=f"{day}/wire", extra=(("stranger", stranger(day)),))
    return event, write(event, House(script="Hans"), _rng(day, "wire"), _instant(day, 0), length=7)


def _wired(masthead: Masthead, day: date, wire: tuple[Event, Version]) -> Iterator[_Draft]:
    """The agency's report, word for word (in the site's script) and without its pictures."""
    if masthead.key not in _WIRE_MINUTE:
        return
    event, report = wire
    script = masthead.house.script
    version = replace(
        report,
        at=_instant(day, _WIRE_MINUTE[masthead.key]),
        title=to_script(report.title, script),
        zh=tuple(to_script(paragraph, script) for paragraph in report.zh),
        captions=(),
    )
    yield _Draft(kind="wire", event=event, version=version, publisher=to_script(listed("wire_agency")[0].zh, script))


def _odd(masthead: Masthead, day: date, kind: Kind, minute: int) -> _Draft:
    rng = _rng(day, masthead.key, kind)
    event = Event(topic=rng.choice(TOPICS), day=day, seed=f"{day}/{masthead.key}/{kind}")
    length = 9 if kind == "paged" else 6
    version = write(event, masthead.house, rng, _instant(day, minute), length=length)
    return _Draft(kind=kind, event=event, version=version)


def _seconds(masthead: Masthead, rng: Random) -> timedelta:
    return timedelta(seconds=rng.randrange(60) if masthead.prints_seconds else 0)


def _instant(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)


def _rng(day: date, *parts: object) -> Random:
    return Random("/".join(map(str, (day, *parts))))  # noqa: S311 - reproducible, not secret
