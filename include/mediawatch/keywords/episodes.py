"""Episodes: one alert for one topic, however many days, evaluations and words it comes in.

An episode is armed by the first evaluation that finds its topic and ends after `quiet_days` days on which no evaluation
finds it. While it is open, a topic that has its head word, or a third of its stories, updates it instead of making
another alert.  One whose head was told beside it before is a part of it: a word that is new or back by its name alone,
a known one only together with another word or a story of the episode, for it may rise with something else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from typing import Protocol

from mediawatch.keywords.candidates import Candidate, article_ids_of
from mediawatch.keywords.detection import Detection
from mediawatch.keywords.evidence import Spellings, headlines_of, most_telling, readings_with
from mediawatch.keywords.facts import WordFacts, facts_in, strings_of
from mediawatch.keywords.headline_names import name_beside
from mediawatch.keywords.history import History
from mediawatch.keywords.rules import Rules
from mediawatch.keywords.topics import LookedAt, Topic, is_overlap
from mediawatch.language.aliases import Aliases
from mediawatch.language.aligned import fold_aligned
from mediawatch.language.romanisation import is_same_name
from mediawatch.records import Alert, AlertKind
from mediawatch.tables.keywords import Episode

RULE = "keywords"


STORIES = 2_000
"""Story ids kept of an episode at least: more than three days of the loudest event of a day of 1,000 articles ..."""
DAYS_OF_STORIES = 2
"""... and as many as so many days have, where these are more: with fewer, a topic that has a hundredth of a very large
day could not be known again by a third of its stories, and would be told twice."""
WORDS = 60
"""Words kept of an episode: those of its head's topics of five days and more."""
TOLD = 10
"""Words of a topic that an alert names beside its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What an evaluation changed: all open episodes, the alerts to send, and the alerts whose evidence only grew."""

    episodes: tuple[Episode, ...]
    alerts: tuple[Alert, ...]
    updates: tuple[Alert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """Who looks: `is_closing` says that the day is complete; `seen` names the batches and generations looked at."""

    is_closing: bool = True
    seen: str = ""


class Found(Protocol):
    """The topics of a day, loudest first, and the stories among which they were found."""

    @property
    def day(self) -> date: ...
    @property
    def topics(self) -> tuple[Topic, ...]: ...
    @property
    def window(self) -> LookedAt: ...


_Told = tuple[Episode, Topic]
"""What becomes an alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All open episodes, and with their topics those that begin or are told again, and those that only grew."""

    episodes: tuple[Episode, ...]
    begun: tuple[_Told, ...]
    grown: tuple[_Told, ...]


Originals = Callable[[Collection[str]], Iterable[tuple[str, str]]]
"""Article ids to these and their titles and texts as published, to show the spellings seen; asked once for all of them,
of which a large day has too many to hold."""


def advance(
    episodes: Sequence[Episode],
    detection: Detection,
    history: History,
    rules: Rules,
    *,
    evaluation: Glance,
    aliases: Aliases,
    originals: Originals | None = None,
    rule: str = RULE,
) -> Progress:
    """One evaluation of a day: which topics continue `episodes`, which begin one, and what is to be sent.

    The same evaluation repeated on its own result sends nothing.  The day's budget counts the episodes that began on
    it, so that several evaluations share it.
    """
    changes = follow(episodes, detection, rules, is_closing=evaluation.is_closing, rule=rule)
    topics = [topic for _, topic in (*changes.begun, *changes.grown)]
    heads = {topic.head.term: strings_of(topic.head.term) or (topic.head.codes,) for topic in topics}
    facts = facts_in(detection.window, heads, history, rules)
    ids = {topic.head.term: article_ids_of(detection.window, topic.head.places) for topic in topics}
    scene = _Scene(detection, facts, evaluation, ids, _forms(ids, originals, aliases))
    return Progress(
        episodes=changes.episodes,
        alerts=tuple(_alert(after, topic, scene) for after, topic in changes.begun),
        updates=tuple(_alert(after, topic, scene) for after, topic in changes.grown),
    )


def _forms(
    ids: Mapping[str, Collection[str]], originals: Originals | None, aliases: Aliases
) -> dict[str, tuple[str, ...]]:
    """{term: its spellings in the articles that have it}, by the `ids` of these."""
    found = {term: Spellings(term, aliases) for term in ids}
    having: defaultdict[str, list[Spellings]] = defaultdict(list)
    for term, articles in ids.items():
        for article_id in articles:
            having[article_id].append(found[term])
    for article_id, text in originals(having.keys()) if originals and having else ():
        folded = fold_aligned(text)
        for spellings in having[article_id]:
            spellings.count(folded, text)
    return {term: spellings.told() for term, spellings in found.items()}


def follow(
    episodes: Sequence[Episode], found: Found, rules: Rules, *, is_closing: bool = True, rule: str = RULE
) -> Changes:
    """What the topics of one evaluation change in `episodes`."""
    day, open_ = found.day, _Open(found.window, rules)
    held = {one.alert_id: one for one in episodes if (day - one.last_on).days <= rules.quiet_days}
    begun = sum(one.began_on == day for one in held.values())
    send, grown = list[_Told](), list[_Told]()
    seen: set[str] = set()
    for topic in found.topics:
        episode = open_.continued(topic, held.values())
        if episode is not None and episode.alert_id in seen:
            # The louder topic of this evaluation is the episode's evidence; a second one only belongs to it.
            held[episode.alert_id] = replace(_grown(episode, topic, found, rules), step=episode.step)
        elif episode is not None:
            after = _grown(episode, topic, found, rules)
            held[episode.alert_id] = after
            seen.add(episode.alert_id)
            (send if after.step > episode.step else grown).append((after, topic))
        elif (other := open_.telling(topic, held.values())) is not None:
            held[other.alert_id] = replace(other, last_on=max(day, other.last_on))
        elif _may_begin(topic, begun, rules) and (is_closing or _is_strong(topic, rules)):
            after = _begun(topic, found, rule)
            held[after.alert_id] = after
            seen.add(after.alert_id)
            send.append((after, topic))
            begun += 1
    remaining = tuple(sorted(held.values(), key=lambda one: (one.began_on, one.alert_id)))
    return Changes(episodes=remaining, begun=tuple(send), grown=tuple(grown))


def alert_id_of(rule: str, topic: str, began_on: date) -> str:
    """The identity of an alert: rule, topic and the day on which its episode began, and nothing else."""
    return blake2b(f"{rule}\n{topic}\n{began_on.isoformat()}".encode(), digest_size=10).hexdigest()


def _is_named(topic: Topic, episode: Episode) -> bool:
    """Whether both have one name: or one the common word (警报) that the other has in an expression (海啸警报), or one
    expression the other (日本海啸警报).

    Two other expressions with one word are two events.
    """
    head, common = topic.head.term, topic.common
    if episode.topic in (head, common) or is_same_name(episode.topic, head):
        return True
    return common in episode.words and (head in episode.topic or episode.topic in head)


def _oldest_first(episodes: Iterable[Episode]) -> list[Episode]:
    return sorted(episodes, key=lambda one: (one.began_on, one.alert_id))


@dataclass(frozen=True, slots=True)
class _Open:
    """Looks up which of the open episodes a topic belongs to.

    A large day has tens of thousands of topics, and episodes have thousands of stories: of each episode these are
    looked up once, until it has others.
    """

    window: LookedAt
    rules: Rules
    _held: dict[str, tuple[Episode, frozenset[str]]] = field(default_factory=dict)
    _parts: dict[str, tuple[Episode, float]] = field(default_factory=dict)

    def continued(self, topic: Topic, episodes: Iterable[Episode]) -> Episode | None:
        """The oldest episode that has one name with `topic`, or a part of the stories of its head."""
        for episode in _oldest_first(episodes):
            if _is_named(topic, episode) or self._is_within(topic.head, episode):
                return episode
        return None

    def telling(self, topic: Topic, episodes: Iterable[Episode]) -> Episode | None:
        """The episode that told the head of `topic` beside another word.

        It goes on; what it tells stays as it was, for `topic` may be a part of it or what came of it.
        """
        head = topic.head
        for episode in _oldest_first(episodes):
            if head.term in episode.words and (head.kind is not AlertKind.RISING or self._is_joined(topic, episode)):
                return episode
        return None

    def _is_joined(self, topic: Topic, episode: Episode) -> bool:
        """Whether a topic shares a story or one of its other words with an episode."""
        shares_words = not frozenset(topic.also[:TOLD]).isdisjoint(episode.words)
        return shares_words or not topic.head.stories.isdisjoint(self._stories(episode))

    def _is_within(self, head: Candidate, episode: Episode) -> bool:
        """Whether a part of a word's stories are the episode's, and more than chance brings."""
        shared = len(head.stories & self._stories(episode))
        if shared < self.rules.same_episode * len(head.stories):
            return False
        return is_overlap(shared, len(head.stories), self._part(episode), self.rules.same_episode)

    def _stories(self, episode: Episode) -> frozenset[str]:
        held = self._held.get(episode.alert_id)
        if held is None or held[0].stories is not episode.stories:
            held = self._held[episode.alert_id] = (episode, frozenset(episode.stories))
        return held[1]

    def _part(self, episode: Episode) -> float:
        """The part of all stories looked at that are the episode's."""
        held = self._parts.get(episode.alert_id)
        if held is None or held[0].stories is not episode.stories:
            share = len(self._stories(episode).intersection(self.window.stories)) / len(self.window.stories)
            held = self._parts[episode.alert_id] = (episode, share)
        return held[1]


def _begun(topic: Topic, found: Found, rule: str) -> Episode:
    head, day = topic.head, found.day
    return Episode(
        alert_id=alert_id_of(rule, head.term, day),
        rule=rule,
        topic=head.term,
        kind=head.kind,
        began_on=day,
        last_on=day,
        articles=head.articles,
        publishers=head.publishers,
        step=0,
        stories=tuple(sorted(head.stories))[: _kept_stories(found.window)],
        words=_words((), topic),
    )


def _kept_stories(looked_at: LookedAt) -> int:
    """Story ids kept of an episode, by how many stories the day has."""
    return max(STORIES, DAYS_OF_STORIES * looked_at.stories_today)


def _words(before: tuple[str, ...], topic: Topic) -> tuple[str, ...]:
    """The words of an episode, with those by which `topic` is told."""
    told = filter(None, dict.fromkeys((topic.head.term, topic.common, *topic.also[:TOLD])))
    return (*before, *(word for word in told if word not in before))[-WORDS:]


def _grown(episode: Episode, topic: Topic, found: Found, rules: Rules) -> Episode:
    head = topic.head
    is_more = max(head.articles / episode.articles, head.publishers / episode.publishers) >= rules.follow_up
    fresh = tuple(sorted(head.stories - frozenset(episode.stories)))
    return replace(
        episode,
        last_on=max(found.day, episode.last_on),
        step=1 if is_more else episode.step,
        stories=(*episode.stories, *fresh)[-_kept_stories(found.window) :],
        words=_words(episode.words, topic),
    )


def _may_begin(topic: Topic, begun: int, rules: Rules) -> bool:
    """Whether an episode may begin after `begun` others of its day; one that goes on may fade."""
    return topic.head.freshness >= rules.freshness and rules.has_room(begun, topic.score)


def _is_strong(topic: Topic, rules: Rules) -> bool:
    head = topic.head
    return (
        head.kind is not AlertKind.RISING
        and topic.score >= rules.open_score
        and head.publishers >= rules.open_publishers
    )


@dataclass(frozen=True, slots=True)
class _Scene:
    """What every alert of one evaluation is made with."""

    detection: Detection
    facts: Mapping[str, WordFacts]
    evaluation: Glance
    ids: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, tuple[str, ...]]


def _beside(topic: Topic, detection: Detection) -> tuple[str, ...]:
    """The words told beside the topic's own; with the name that its headlines have where the first ones are none."""
    also = topic.also
    first = {topic.head.term, topic.common, *also[:2]}
    if any(word.is_name for word in topic.words if word.term in first):
        return also
    name = name_beside(topic.head, [*filter(None, first)], detection.window)
    return (*also[:1], name, *(word for word in also[1:] if word != name)) if name else also


def _alert(episode: Episode, topic: Topic, scene: _Scene) -> Alert:
    head, detection = topic.head, scene.detection
    facts, ids = scene.facts[head.term], scene.ids[head.term]
    count = facts.counted(head)
    forms = scene.forms[head.term]
    also = _beside(topic, detection)
    readings = readings_with(ids, detection.window)
    return Alert(
        alert_id=episode.alert_id,
        rule=episode.rule,
        kind=episode.kind,
        topic=episode.topic,
        term=forms[0],
        forms=forms,
        also=also[:2],
        episode_on=episode.began_on,
        day=detection.day,
        step=episode.step,
        score=round(topic.score, 3),
        articles=count.articles,
        stories=count.stories,
        publishers=len(count.publishers),
        publisher_names=count.publisher_names,
        ratio=round(head.ratio, 2) if head.usual else None,
        p_value=head.p_value,
        baseline_days=facts.baseline_days,
        first_seen_on=facts.first_seen_on,
        last_seen_on=facts.last_seen_on,
        series=facts.series,
        headlines=headlines_of(readings, most_telling(head.term, readings)),
        co_terms=also[2:TOLD],
        article_ids=ids,
        watchlists=(),
        evaluation=scene.evaluation.seen,
        first_publisher=facts.first_publisher,
        seen_before_on=facts.last_before(facts.window_before(episode.began_on) if head.is_of_window else count.since),
        counted_from=count.since,
        recorded_since=facts.recorded_since,
        usual=facts.usual(count.since),
    )
