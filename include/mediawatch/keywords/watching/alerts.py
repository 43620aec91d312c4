"""Watch lists over an evaluation of a day: what they ask for, as alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mediawatch.keywords import History, Reading, Rules, WordFacts, alert_id_of, facts_in, strings_of
from mediawatch.keywords.candidates import Window
from mediawatch.keywords.evaluations import Evaluation
from mediawatch.keywords.evidence import headlines_of
from mediawatch.keywords.facts import count_of, mention_of
from mediawatch.keywords.watching import Matcher, WatchList, mark, quote
from mediawatch.language.aliases import Aliases
from mediawatch.records import Alert, AlertKind, Headline

FOLLOW_UP: Final = 3
"""A list's one follow-up of a day comes when articles or publishers are so many times those of its first message."""

Match = tuple[Reading, tuple[str, ...]]
"""An article that answers a list, and the list's terms it has."""
Texts = Callable[[Collection[str]], Mapping[str, str]]
"""Article ids to their texts as published, to quote from."""
Muted = Collection[tuple[str, str]]
"""(list, term in its canonical spelling) of the words of lists that make no alert for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What an evaluation sees of a day: its window of readings, and the past."""

    evaluation: Evaluation
    window: Window
    history: History
    aliases: Aliases
    rules: Rules
    texts: Texts | None = None
    muted: Muted = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMatch:
    """What answers one list: articles with its terms, and how often each term, the loudest first."""

    watchlist: WatchList
    matched: tuple[Match, ...]
    terms: tuple[str, ...]

    @property
    def readings(self) -> list[Reading]:
        """The articles."""
        return [reading for reading, _ in self.matched]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Articles, stories and publishers."""
        readings = self.readings
        return len(readings), len({one.story for one in readings}), len({one.publisher for one in readings})


def watch_alerts(lists: Sequence[WatchList], sight: Sight, told: dict[str, Alert]) -> list[Alert]:
    """One alert for each list that the day's new stories satisfy, a story that began on an earlier day left out.

    A list's alert is the same all day; `told` holds, by list, what the first evaluation told that found it.
    """
    matcher = Matcher(tuple(lists), sight.aliases)
    answers = answers_of(matcher, new_today(sight.window), sight.muted)
    words = {term: strings_of(term) for term in (sight.aliases.canonical(answer.terms[0]) for answer in answers)}
    facts = facts_in(sight.window, words, sight.history, sight.rules)
    alerts = [_alert(answer, facts, sight, told.get(answer.watchlist.name)) for answer in answers]
    ids = {headline.article_id for alert in alerts for headline in alert.headlines}
    texts = sight.texts(ids) if sight.texts and ids else {}
    for number, (answer, alert) in enumerate(zip(answers, alerts, strict=True)):
        alerts[number] = replace(alert, headlines=_quoting(alert.headlines, answer, texts, matcher))
        told.setdefault(answer.watchlist.name, alert)
    return alerts


def answers_of(matcher: Matcher, readings: Iterable[Reading], muted: Muted = ()) -> list[ListMatch]:
    """What answers each list that has as many articles and publishers as it asks for; words that are `muted` left
    out.
    """
    found = matches_of(matcher, readings, muted)
    answers = [
        ListMatch(watchlist=each, matched=tuple(matched), terms=_loudest(matched))
        for each in matcher.watchlists
        if (matched := found.get(each.name))
    ]
    return [answer for answer in answers if _is_enough(answer)]


def matches_of(matcher: Matcher, readings: Iterable[Reading], muted: Muted = ()) -> dict[str, list[Match]]:
    """{list: the articles that answer it, by id}; words that are `muted` left out."""
    found: dict[str, list[Match]] = {}
    for reading in sorted(readings, key=lambda reading: reading.article_id):
        for name, terms in _matches(matcher, reading, muted).items():
            found.setdefault(name, []).append((reading, terms))
    return found


def new_today(window: Window) -> list[Reading]:
    """The day's articles whose story began on it."""
    return new_of([reading for reading in window.corpus.readings if reading.day == window.day])


def new_of(readings: Sequence[Reading]) -> list[Reading]:
    """Those of a day's `readings` whose story is named after one of them: it began on that day."""
    ids = {reading.article_id for reading in readings}
    return [reading for reading in readings if reading.story in ids]


def _matches(matcher: Matcher, reading: Reading, muted: Muted) -> dict[str, tuple[str, ...]]:
    title, text = reading.folded[: reading.title_length], reading.folded[reading.title_length + 1 :]
    found: dict[str, tuple[str, ...]] = {}
    for match in matcher.matches(title, text, source=reading.site, language=reading.language):
        if (match.watchlist, matcher.aliases.canonical(match.term)) not in muted:
            found[match.watchlist] = (*found.get(match.watchlist, ()), match.term)
    return found


def _loudest(matched: Sequence[Match]) -> tuple[str, ...]:
    terms = Counter(term for _, found in matched for term in found)
    return tuple(sorted(terms, key=lambda term: (-terms[term], term)))


def _is_enough(answer: ListMatch) -> bool:
    articles, _, publishers = answer.counts
    return is_enough(answer.watchlist, articles, publishers)


def is_enough(watchlist: WatchList, articles: int, publishers: int) -> bool:
    """Whether a day with so many articles and publishers makes an alert."""
    return articles >= watchlist.min_articles and publishers >= watchlist.min_publishers


def _alert(answer: ListMatch, known: Mapping[str, WordFacts], sight: Sight, first_told: Alert | None) -> Alert:
    """The alert tells of its loudest word what is known of it; of a pattern, or a word's beginning, what the list
    found."""
    each, day, term = answer.watchlist, sight.window.day, answer.terms[0]
    topic, rule = sight.aliases.canonical(term), f"watch:{each.name}"
    facts = known.get(topic)
    count = facts.today if facts else count_of([mention_of(one) for one in answer.readings], day)
    return Alert(
        alert_id=alert_id_of(rule, each.name, day),
        rule=rule,
        kind=AlertKind.WATCH,
        topic=topic,
        term=term,
        forms=(term,),
        also=answer.terms[1:3],
        episode_on=day,
        day=day,
        step=_step(answer.counts, first_told),
        score=float(answer.counts[2]),
        articles=count.articles,
        stories=count.stories,
        publishers=len(count.publishers),
        publisher_names=count.publisher_names,
        ratio=None,
        p_value=None,
        baseline_days=facts.baseline_days if facts else 0,
        first_seen_on=facts.first_seen_on if facts else None,
        last_seen_on=facts.last_seen_on if facts else day,
        series=facts.series if facts else (),
        headlines=headlines_of(answer.readings),
        co_terms=answer.terms[3:10],
        article_ids=tuple(reading.article_id for reading in answer.readings),
        watchlists=(each.name,),
        evaluation=sight.evaluation.name,
        first_publisher=facts.first_publisher if facts else "",
        seen_before_on=facts.last_before(day) if facts else None,
        counted_from=day,
        recorded_since=facts.recorded_since if facts else None,
        usual=facts.usual(day) if facts else None,
        matched=answer.counts,
    )


def _quoting(
    headlines: Sequence[Headline], answer: ListMatch, texts: Mapping[str, str], matcher: Matcher
) -> tuple[Headline, ...]:
    """`headlines`, each with the sentence of its article that answers the list; `texts` are theirs, by id."""
    terms = {reading.article_id: found for reading, found in answer.matched}
    patterns = answer.watchlist.regex
    return tuple(
        replace(
            headline,
            quote=quote(
                mark(
                    matcher,
                    texts.get(headline.article_id, ""),
                    [term for term in terms[headline.article_id] if term not in patterns],
                    [term for term in terms[headline.article_id] if term in patterns],
                )
            ),
        )
        for headline in headlines
    )


def _step(counts: tuple[int, int, int], first: Alert | None) -> int:
    if first is None or first.matched is None:
        return 0
    return int(is_follow_up((counts[0], counts[2]), (first.matched[0], first.matched[2])))


def is_follow_up(counts: tuple[int, int], first: tuple[int, int]) -> bool:
    """Whether so many articles and publishers are told again after the `first`."""
    return max(counts[0] / first[0], counts[1] / first[1]) >= FOLLOW_UP
