"""One day's detection: from readings and history to ranked topics, and what became of each candidate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from re import Pattern

from mediawatch.keywords.candidates import Candidate, Window
from mediawatch.keywords.companions import accompanied
from mediawatch.keywords.corpus import Corpus
from mediawatch.keywords.expressions import expressions_of, in_full, told_in
from mediawatch.keywords.fading import with_freshness
from mediawatch.keywords.history import History, trusted_publishers
from mediawatch.keywords.memory import release
from mediawatch.keywords.nesting import unnested
from mediawatch.keywords.reading import Reading
from mediawatch.keywords.rising import rises, rising_candidates, usual_of
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.keywords.scattering import rarities, unscattered
from mediawatch.keywords.scoring import scored
from mediawatch.keywords.strings import WindowStrings
from mediawatch.keywords.topics import Topic, topics_of
from mediawatch.keywords.vocabulary import DayTerms, count_terms
from mediawatch.records import AlertKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What a day shows: all candidates with their gates, and the topics of those that passed, loudest first.

    `baseline_days` is how many days the baseline really had; with fewer than the rules want, nothing is judged.
    """

    day: date
    baseline_days: int
    candidates: tuple[Candidate, ...]
    topics: tuple[Topic, ...]
    window: Window
    table: DayTerms


def detect(
    day: date,
    readings: Iterable[Reading],
    history: History,
    rules: Rules,
    *,
    excluded: Collection[str] = (),
    patterns: Sequence[Pattern[str]] = (),
) -> Detection:
    """Judge `day` by the readings of its window (`rules.window_days`, `day` included) and the days before.

    `readings` are asked for once, and copied: whoever does not keep them has them in memory only once.
    `history` must not hold `day` itself nor any later one.  `excluded` are folded terms that never make an alert, nor
    does one that a pattern matches whole.
    """
    corpus = Corpus.of(readings)
    release()
    today = [reading for reading in corpus.readings if reading.day == day]
    trusted = trusted_publishers(history, day, {reading.publisher for reading in corpus.readings}, rules.trust_days)
    table = count_terms(today)
    release()
    usual = usual_of(table, history, day, trusted, rules)
    window = Window.of(day, corpus, trusted)
    if not today or usual.days < rules.covered_days:
        return Detection(day=day, baseline_days=usual.days, candidates=(), topics=(), window=window, table=table)
    words = rises(table, usual, history, day, rules)
    release()
    strings = WindowStrings.of(window, history, rules)
    release()
    never = _Exclusions(frozenset(excluded), tuple(patterns))
    # A large day has tens of thousands of candidates, so that none is kept as it was before.
    found = unnested([*strings.candidates(), *rising_candidates(strings, words, history, usual)], window, rules)
    found = [_judged(scored(candidate), never, rules) for candidate in found]
    judged = _without_excluded(found)
    del found
    may_tell = {expression.codes for expression in expressions_of(judged)}
    dated = accompanied(returned(judged, window, history, rules, may_tell), rules)
    release()
    dated = with_freshness(unscattered(dated, window, rarities(words, usual.stories)), window)
    nested = [one for one in dated if one.gate is Gate.NESTED and one.codes in may_tell]
    passed = [candidate for candidate in dated if candidate.gate is Gate.PASSED]
    expressions = told_in(passed, nested, window, strings.usual_of, rules)
    unwanted = {word for word, expression in expressions.items() if never.hold(expression.term)}
    topics = topics_of([word for word in passed if word.term not in unwanted], window, rules, expressions)
    release()
    # An expression that a topic is told by has passed, whatever word explains it.
    heads = {topic.head.codes: topic.head for topic in topics}
    told = [replace(head, gate=Gate.PASSED) for head in heads.values()]
    left = [replace(expressions[word], gate=Gate.EXCLUDED) for word in sorted(unwanted)]
    known = heads.keys() | {word.codes for word in left}
    others = (word for word in dated if word.codes not in known)
    dated = [*told, *left, *(word.stopped(Gate.EXCLUDED) if word.term in unwanted else word for word in others)]
    return Detection(
        day=day,
        baseline_days=usual.days,
        candidates=tuple(sorted(dated, key=lambda word: (-word.score, word.term))),
        topics=tuple(topics),
        window=window,
        table=table,
    )


@dataclass(frozen=True, slots=True)
class _Exclusions:
    words: frozenset[str]
    patterns: tuple[Pattern[str], ...]

    def hold(self, term: str) -> bool:
        return term in self.words or any(pattern.fullmatch(term) for pattern in self.patterns)


def _judged(candidate: Candidate, never: _Exclusions, rules: Rules) -> Candidate:
    if never.hold(candidate.term):
        return replace(candidate, gate=Gate.EXCLUDED)
    return candidate.stopped(Gate.SCORE) if candidate.score < rules.least_score else candidate


def _without_excluded(judged: Sequence[Candidate]) -> list[Candidate]:
    """`judged`, with the common words that an excluded expression would tell excluded as well.

    Whoever dismissed 海啸警报 would else be told of 警报 instead.
    """
    excluded = [candidate for candidate in judged if candidate.gate is Gate.EXCLUDED]
    return [word if in_full(word, excluded) is word else word.stopped(Gate.EXCLUDED) for word in judged]


def returned(
    candidates: Sequence[Candidate],
    window: Window,
    history: History,
    rules: Rules,
    expressions: Collection[tuple[int, ...]] = (),
) -> list[Candidate]:
    """`candidates`, those NEW to the baseline that older days have made BACK.

    `expressions` are judged like those that passed, although a word inside them explains them.

    A word was away for the days that were collected since it was last counted; days without a harvest tell nothing of
    it.  One that was away for fewer than a baseline is neither new nor back (`Gate.BASELINE`).
    """
    wanted = {
        each.codes
        for each in candidates
        if each.kind is AlertKind.NEW and (each.gate is Gate.PASSED or each.codes in expressions)
    }
    if not wanted:
        return list(candidates)
    start = window.day - timedelta(days=rules.window_days - 1)
    # The baseline has none of them: only what is older is asked.
    before = start - timedelta(days=rules.baseline_days)
    older = history.last_standing(wanted, before)
    spans = history.spans([candidate.term for candidate in candidates], before)
    since = _still_missed(history, window.day - timedelta(days=rules.reach_days), start, rules.baseline_days)

    def judged(candidate: Candidate) -> Candidate:
        days = [older[candidate.codes]] if candidate.codes in older else []
        days += [spans[candidate.term].last_on] if candidate.term in spans else []
        if candidate.kind is not AlertKind.NEW or not days:
            return candidate
        back = replace(candidate, kind=AlertKind.BACK)
        if max(days) < since:
            return back
        return replace(back, gate=Gate.BASELINE) if candidate.codes in expressions else back.stopped(Gate.BASELINE)

    return [judged(candidate) for candidate in candidates]


def _still_missed(history: History, first: date, start: date, days: int) -> date:
    """The first of the last `days` collected days before `start`: a word counted on it or later was not away for all.

    Where fewer were collected since `first`, no word can be said to have been away: `first`.
    """
    collected = sorted(history.exposures(first, start - timedelta(days=1)))
    return collected[-days] if len(collected) >= days else first
