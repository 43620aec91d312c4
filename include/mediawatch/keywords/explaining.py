"""Why a word made an alert on a day, or why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from mediawatch.keywords.candidates import Candidate, effects, spread_of, tails
from mediawatch.keywords.detection import Detection
from mediawatch.keywords.facts import Count, WordFacts, facts_in, strings_of
from mediawatch.keywords.history import History, having
from mediawatch.keywords.reading import PREDICATES, codes_of
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.keywords.topics import Topic
from mediawatch.keywords.vocabulary import is_time
from mediawatch.language.aliases import Aliases
from mediawatch.records import AlertKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a day says about one word.

    `term` is the word folded, in its canonical spelling; `facts` are its counts and days, None where it is no one
    string.  What it was judged by: `count` over the day or the window, of which `central` stories are about it, and
    `usual` stories of the baseline; `ratio`, `p_value`, `effect` and `score` are None where there is nothing to judge.
    `gate` is the first that it failed, PASSED where it made a topic; `topic` is the word that its topic goes by,
    `place` that topic's place on the day (from 1).
    """

    term: str
    day: date
    kind: AlertKind | None
    facts: WordFacts | None
    count: Count
    central: int
    usual: float
    baseline_days: int
    ratio: float | None
    p_value: float | None
    effect: float | None
    score: float | None
    gate: Gate
    topic: str
    place: int | None

    @property
    def articles(self) -> int:
        """Articles with the word on the days that it was judged by."""
        return self.count.articles

    @property
    def stories(self) -> int:
        """Stories with the word on the days that it was judged by."""
        return self.count.stories

    @property
    def publishers(self) -> Counter[str]:
        """The same stories by publisher."""
        return Counter(dict(self.count.publishers))

    @property
    def today(self) -> int:
        """Stories of the day itself with the word."""
        return self.facts.today.stories if self.facts else 0

    @property
    def reason(self) -> str:
        """The gate in a sentence."""
        return _REASONS[self.gate] if self.count.articles or self.gate is not Gate.FEW_STORIES else _ABSENT


_ABSENT = "No article has it."
_REASONS = {
    Gate.PASSED: "It passed every gate.",
    Gate.EXCLUDED: "It stands on the exclusion list.",
    Gate.FEW_STORIES: "Too few stories have it; copies of one text count once.",
    Gate.FEW_PUBLISHERS: "All of it comes from one original publisher.",
    Gate.NEW_SOURCE: "Only sources in their first fortnight have it.",
    Gate.BASELINE: "Too few days were collected before this one to say what is usual.",
    Gate.TAIL: "So many stories are usual enough.",
    Gate.EFFECT: "It has not doubled.",
    Gate.WEEKDAY: "It is usual on this day of the week.",
    Gate.VOLUME: "One publisher has most of it and printed far more than usual that day.",
    Gate.BOUNDARY: "It is part of a longer string, a word with what is said of it, or of parts that meet by chance.",
    Gate.NESTED: "A longer or a shorter word explains it.",
    Gate.COMMON: "It is a date, a number, or a word without content.",
    Gate.SCORE: "Too little speaks for it.",
    Gate.LONE: "It is a common word, and the reports that have it share nothing else.",
    Gate.FADING: "Most of its reports are of a day before, so no new alert begins with it.",
    Gate.BUDGET: "Louder topics took the day's places.",
}


def explain(word: str, detection: Detection, history: History, rules: Rules, aliases: Aliases) -> Explanation:
    """Why `word`, in any spelling, made an alert on the detection's day or did not."""
    term = aliases.rewrite(aliases.canonical(word))
    codes = codes_of(term)
    found = next((candidate for candidate in detection.candidates if candidate.codes == codes), None)
    facts = facts_in(detection.window, {term: strings_of(term)}, history, rules).get(term)
    if found:
        return _of_candidate(found, facts, detection, rules)
    return _of_counts(term, facts, detection, history, rules)


def _of_candidate(candidate: Candidate, facts: WordFacts | None, detection: Detection, rules: Rules) -> Explanation:
    place, name = _place(candidate, detection)
    gate = candidate.gate
    if gate is Gate.PASSED and place and (topic := detection.topics[place - 1]):
        if topic.head.freshness < rules.freshness:
            gate = Gate.FADING
        elif not rules.has_room(_begun(detection.topics[: place - 1], rules), topic.score):
            gate = Gate.BUDGET
    return Explanation(
        term=candidate.term,
        day=detection.day,
        kind=candidate.kind,
        facts=facts,
        count=facts.counted(candidate) if facts else Count(since=detection.day),
        central=candidate.central,
        usual=candidate.usual,
        baseline_days=detection.baseline_days,
        ratio=candidate.ratio if candidate.usual else None,
        p_value=candidate.p_value,
        effect=candidate.effect if candidate.usual else None,
        score=candidate.score,
        gate=gate,
        topic=name,
        place=place,
    )


def _begun(topics: Sequence[Topic], rules: Rules) -> int:
    """How many of `topics` may begin an alert, and so take a place of the day."""
    return sum(topic.head.freshness >= rules.freshness for topic in topics)


def _place(candidate: Candidate, detection: Detection) -> tuple[int | None, str]:
    for place, topic in enumerate(detection.topics, 1):
        if any(word.codes == candidate.codes for word in topic.words):
            return place, topic.head.term
    return None, ""


def _of_counts(term: str, facts: WordFacts | None, detection: Detection, history: History, rules: Rules) -> Explanation:
    window, codes = detection.window, codes_of(term)
    [counts] = spread_of(window, window.places_of(codes)).rows()
    stories = len(counts["stories"])
    usual = float(_baseline(codes, window.day, history, rules))
    exposures = rules.baseline_days / rules.window_days
    seen = np.array([float(stories)])
    before, worth = np.array([usual]), np.array([exposures])
    p_value = float(tails(seen, before, worth)[0])
    effect = float(effects(seen, before, worth, sigmas=rules.sigmas)[0])
    is_comparable = bool(stories and usual)
    return Explanation(
        term=term,
        day=detection.day,
        kind=None,
        facts=facts,
        count=facts.today if facts else Count(since=detection.day),
        central=counts["central"],
        usual=usual,
        baseline_days=detection.baseline_days,
        ratio=float((seen[0] + 0.5) / (usual + 0.5) * exposures) if is_comparable else None,
        p_value=p_value if stories else None,
        effect=effect if is_comparable else None,
        score=None,
        gate=_gate(
            rules,
            is_common=is_time(term) or term in PREDICATES,
            stories=stories,
            publishers=counts["publishers"],
            p_value=p_value,
            effect=effect,
            days=detection.baseline_days,
        ),
        topic="",
        place=None,
    )


def _gate(
    rules: Rules, *, is_common: bool, stories: int, publishers: int, p_value: float, effect: float, days: int
) -> Gate:
    checks = (
        (Gate.COMMON, is_common),
        (Gate.FEW_STORIES, stories < rules.stories),
        (Gate.FEW_PUBLISHERS, publishers < rules.publishers),
        (Gate.BASELINE, days < rules.covered_days),
        (Gate.EFFECT, effect < rules.doubling),
        (Gate.TAIL, p_value > rules.discovery),
    )
    return next((gate for gate, is_shut in checks if is_shut), Gate.BOUNDARY)


def _baseline(codes: tuple[int, ...], day: date, history: History, rules: Rules) -> int:
    """Articles of the baseline with the string."""
    last = day - timedelta(days=rules.window_days)
    days = history.codes(last - timedelta(days=rules.baseline_days - 1), last)
    return sum(len(having(held.codes, held.article, [codes])) for held in days) if codes else 0
