"""What a recipient thinks of alerts, and how that moves further ones in his own order of a day.

    opinions/<recipient>/<alert id>.json      dismissed or bookmarked: the alert's kind, word and loudest publisher

An opinion silences nothing and holds for one recipient: alerts that are like those he dismissed give their places among
his `at_most` to others, and alerts like those he bookmarked come first.  Each can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from mediawatch.errors import BadRequest
from mediawatch.lake.damage import reading
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.store import Store
from mediawatch.language import fold
from mediawatch.records import Alert
from mediawatch.records.alert import QUIET_DAYS

FOLDER: Final = "opinions"
Trait = Literal["kind", "publisher", "word"]
_MOST: Final[dict[Trait, float]] = {"kind": 2.0, "publisher": 1.5, "word": 4.0}
"""Points that a trait comes to at most; a day's alerts score from 3 to 20 or so, the best ten mostly above 5."""
_FEWEST: Final[dict[Trait, int]] = {"kind": 3, "publisher": 3, "word": 1}
"""Opinions that say something of a kind or a publisher: one dismissed alert is about its word."""
_DOUBT: Final = 2
"""Opinions either way that are added in thought, so that few weigh less than many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A recipient's word, of the day `on`, that an alert was useful to him (bookmarked) or was not (dismissed)."""

    recipient: str
    alert_id: str
    is_useful: bool
    kind: str
    publisher: str
    words: tuple[str, ...]
    why: str
    on: date

    def holds(self, day: date) -> bool:
        """Whether it still says something on `day`: what people look for changes with the seasons."""
        return self.on <= day <= self.on + timedelta(days=QUIET_DAYS)

    def values(self, trait: Trait) -> tuple[str, ...]:
        """What it says of a trait."""
        return {"kind": (self.kind,), "publisher": (self.publisher,), "word": self.words}[trait]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an alert moves: how many that share `value` were dismissed and bookmarked, and the points that come of it."""

    trait: Trait
    value: str
    dismissed: int
    bookmarked: int
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """The opinions of `recipient` that hold now."""

    recipient: str
    opinions: tuple[Opinion, ...] = ()

    def reasons(self, alert: Alert) -> tuple[Reason, ...]:
        """What moves `alert` in the recipient's order, the heaviest first."""
        found = [reason for trait, value in _traits(alert) if (reason := self._reason(trait, value)) is not None]
        return tuple(sorted(found, key=lambda reason: (-abs(reason.points), reason.trait, reason.value)))

    def score(self, alert: Alert) -> float:
        """The alert's score as it counts for the recipient's places."""
        return alert.score + sum(reason.points for reason in self.reasons(alert))

    def _reason(self, trait: Trait, value: str) -> Reason | None:
        about = [opinion.is_useful for opinion in self.opinions if value in map(fold, opinion.values(trait))]
        liked, disliked = about.count(True), about.count(False)
        if len(about) < _FEWEST[trait] or liked == disliked:
            return None
        points = _MOST[trait] * (liked - disliked) / (len(about) + _DOUBT)
        return Reason(trait=trait, value=value, dismissed=disliked, bookmarked=liked, points=round(points, 2))


def _traits(alert: Alert) -> Iterator[tuple[Trait, str]]:
    yield "kind", fold(alert.kind.value)
    if alert.publisher_names:
        yield "publisher", fold(alert.publisher_names[0])
    for word in dict.fromkeys(map(fold, (alert.topic, alert.term))):
        yield "word", word


def give_opinion(store: Store, recipient: str, alert: Alert, *, is_useful: bool, why: str, on: date) -> Opinion:
    """Keep what `recipient` thinks of `alert`; a later word of his on the same alert replaces it."""
    found = Opinion(
        recipient=recipient,
        alert_id=alert.alert_id,
        is_useful=is_useful,
        kind=alert.kind.value,
        publisher=alert.publisher_names[0] if alert.publisher_names else "",
        words=tuple(dict.fromkeys((alert.topic, alert.term, *alert.forms))),
        why=why.strip(),
        on=on,
    )
    key = _key(recipient, alert.alert_id)
    store.put(key, dump_at(key, _document(found)))
    return found


def take_back(store: Store, recipient: str, alert_id: str = "") -> list[Opinion]:
    """Remove the recipient's opinions of the alerts whose id begins with `alert_id`, all unless given; those removed.

    Raises BadRequest where there is none.
    """
    found = [one for one in opinions(store, recipient) if one.alert_id.startswith(alert_id)]
    if not found:
        raise BadRequest(
            f"{recipient} has no opinion of {alert_id or 'any alert'}: `mediawatch alerts opinions` lists."
        )
    for one in found:
        store.delete(_key(recipient, one.alert_id))
    return found


def opinions(store: Store, recipient: str = "") -> list[Opinion]:
    """The opinions of `recipient`, of everybody unless given, by recipient and alert."""
    keys = sorted(key for key in store.list(f"{FOLDER}/{recipient}".rstrip("/")) if key.endswith(".json"))
    found = [_read(store, key) for key in keys]
    return [one for one in found if not recipient or one.recipient == recipient]


def preferences_of(given: Iterable[Opinion], recipient: str, day: date) -> Preferences:
    """What the `given` opinions come to for `recipient` on `day`."""
    held: Sequence[Opinion] = [one for one in given if one.recipient == recipient and one.holds(day)]
    return Preferences(recipient=recipient, opinions=tuple(held))


def _key(recipient: str, alert_id: str) -> str:
    return f"{FOLDER}/{recipient}/{alert_id}.json"


def _document(opinion: Opinion) -> dict[str, Any]:
    return {
        "is_useful": opinion.is_useful,
        "kind": opinion.kind,
        "publisher": opinion.publisher,
        "words": list(opinion.words),
        "why": opinion.why,
        "on": opinion.on.isoformat(),
    }


def _read(store: Store, key: str) -> Opinion:
    _, recipient, name = key.split("/")
    document = load(store.read(key), key)
    with reading(key):
        return Opinion(
            recipient=recipient,
            alert_id=name.removesuffix(".json"),
            is_useful=document["is_useful"] is True,
            kind=str(document["kind"]),
            publisher=str(document["publisher"]),
            words=tuple(document["words"]),
            why=str(document["why"]),
            on=date.fromisoformat(document["on"]),
        )
