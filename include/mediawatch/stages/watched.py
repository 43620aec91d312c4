"""Watch lists over a look at a day: what they ask for, as alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mediawatch.keywords import History, Reading, alert_id_of, codes_of
from mediawatch.keywords.candidates import Window
from mediawatch.keywords.evidence import first_voice, headlines_of, series_of
from mediawatch.language.aliases import Aliases
from mediawatch.records import Alert, AlertKind
from mediawatch.stages.looks import Look
from mediawatch.watching import Matcher, WatchList

FOLLOW_UP: Final = 3
"""A list's one follow-up of a day comes when articles or voices are so many times those of its first message."""

_SERIES_DAYS: Final = 28

Match = tuple[Reading, tuple[str, ...]]
"""An article that answers a list, and the list's terms it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a look sees of a day: its window of readings, and the past."""

    look: Look
    window: Window
    history: History
    aliases: Aliases


def watch_alerts(lists: Sequence[WatchList], sight: Sight, told: dict[str, Alert]) -> list[Alert]:
    """One alert for each list that the day's new stories satisfy, a story that began on an earlier day left out.

    A list's alert is the same all day; `told` holds, by list, what the first look told that found it.
    """
    found = _found(Matcher(tuple(lists), sight.aliases), _new_today(sight.window))
    alerts = []
    for each in lists:
        matched = found.get(each.name, [])
        voices = {reading.voice for reading, _ in matched}
        if matched and len(matched) >= each.min_articles and len(voices) >= each.min_voices:
            alert = _alert(each, matched, sight, told.get(each.name))
            told.setdefault(each.name, alert)
            alerts.append(alert)
    return alerts


def _found(matcher: Matcher, readings: Iterable[Reading]) -> dict[str, list[Match]]:
    """{list: the articles that answer it, by id}."""
    found: dict[str, list[Match]] = {}
    for reading in sorted(readings, key=lambda reading: reading.article_id):
        for name, terms in _matches(matcher, reading).items():
            found.setdefault(name, []).append((reading, terms))
    return found


def _new_today(window: Window) -> list[Reading]:
    readings = [reading for reading in window.corpus.readings if reading.day == window.day]
    ids = {reading.article_id for reading in readings}
    return [reading for reading in readings if reading.story in ids]


def _matches(matcher: Matcher, reading: Reading) -> dict[str, tuple[str, ...]]:
    title, text = reading.folded[: reading.title_length], reading.folded[reading.title_length + 1 :]
    found: dict[str, tuple[str, ...]] = {}
    for match in matcher.matches(title, text, source=reading.publisher, language=reading.language):
        found[match.watchlist] = (*found.get(match.watchlist, ()), match.term)
    return found


def _alert(each: WatchList, matched: Sequence[Match], sight: Sight, first_told: Alert | None) -> Alert:
    window, look = sight.window, sight.look
    terms = Counter(term for _, found in matched for term in found)
    loudest = sorted(terms, key=lambda term: (-terms[term], term))
    voices = Counter(reading.voice for reading, _ in matched)
    readings = [reading for reading, _ in matched]
    series = series_of(codes_of(sight.aliases.canonical(loudest[0])), window, sight.history, _SERIES_DAYS)
    rule = f"watch:{each.name}"
    return Alert(
        alert_id=alert_id_of(rule, each.name, window.day),
        rule=rule,
        kind=AlertKind.WATCH,
        topic=sight.aliases.canonical(loudest[0]),
        term=loudest[0],
        forms=(loudest[0],),
        also=tuple(loudest[1:3]),
        episode_on=window.day,
        day=window.day,
        step=_step(len(matched), len(voices), first_told),
        score=float(len(voices)),
        articles=len(matched),
        stories=len({reading.story for reading, _ in matched}),
        voices=len(voices),
        voice_names=tuple(sorted(voices, key=lambda voice: (-voices[voice], voice))),
        ratio=None,
        p_value=None,
        baseline_days=sum(count.is_covered for count in series) - 1,
        first_seen_on=next((count.day for count in series if count.articles), None),
        last_seen_on=next((count.day for count in reversed(series) if count.articles), None),
        series=series,
        headlines=headlines_of(readings),
        co_terms=tuple(loudest[3:10]),
        article_ids=tuple(reading.article_id for reading, _ in matched),
        watchlists=(each.name,),
        look=look.name,
        first_voice=first_voice(readings),
    )


def _step(articles: int, voices: int, first: Alert | None) -> int:
    return int(first is not None and max(articles / first.articles, voices / first.voices) >= FOLLOW_UP)
