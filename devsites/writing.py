"""Writing up an event: a headline, paragraphs and captions from the sentences of its topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from random import Random

from devsites.facts import Facts, draw_facts, in_taiwanese_usage, redraw_numbers
from devsites.grammar import Bilingual, Sentence, expand
from devsites.stories import Caption, Version
from devsites.vocabulary import personas, sentences, words

_SHORTEST, _LONGEST = 4, 9
_CORNER_BRACKETS = str.maketrans("“”‘’", "「」『』")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on `day`, which several sites may report; equal seeds give equal facts.

    `extra` are facts beside the drawn ones (a new word, a nickname).
    """

    topic: str
    day: date
    seed: str
    extra: tuple[tuple[str, Bilingual], ...] = ()
    persona: int | None = None

    @property
    def course(self) -> tuple[float, ...]:
        """How the event went: decides the choices of headline and lead, so that they agree."""
        rng = Random(f"{self.seed}/course")  # noqa: S311
        return tuple(rng.random() for _ in range(8))

    def facts(self) -> Facts:
        """The event's facts; captions and paragraphs of all reports agree in them."""
        figure = None if self.persona is None else personas()[self.persona]
        return {**draw_facts(Random(self.seed), self.day, persona=figure), **dict(self.extra)}  # noqa: S311


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """How one newsroom writes: `script` is Hans, Hant (in Taiwan's usage) or en; both languages when `is_bilingual`."""

    script: str
    is_bilingual: bool = False
    credits: tuple[str, ...] = field(default_factory=lambda: tuple(words()["photographers"]))


def write(
    event: Event, house: House, rng: Random, at: datetime, *, length: int | None = None, turn: int | None = None
) -> Version:
    """One house's report of `event`.

    `length` is the most paragraphs it may have, by chance from 4 to 9 else.  Reports of one event with different
    `turn`s share hardly a sentence; without it the sentences are drawn.
    """
    facts = in_taiwanese_usage(event.facts()) if house.script == "Hant" else event.facts()
    phrases = sentences(event.topic)
    thread = _thread(event)
    fitting = {role: [s for s in choice if s.fits(thread)] for role, choice in phrases.items()}
    if turn is None:
        outline = _outline(fitting, length or rng.randint(_SHORTEST, _LONGEST), rng)
    else:
        outline = _outline_in_turn(fitting, turn)
    title, lead = (expand(sentence.phrase, facts, rng, course=event.course) for sentence in outline[:2])
    body = [lead, *(_tell(sentence, event, facts, rng) for sentence in outline[2:])]
    return Version(
        at=at,
        title=_in_script(title, house),
        title_en=title.en,
        zh=() if house.script == "en" else tuple(to_script(paragraph.zh, house.script) for paragraph in body),
        en=tuple(paragraph.en for paragraph in body) if house.script == "en" or house.is_bilingual else (),
        captions=_captions(phrases["caption"], facts, house, rng, len(body)),
    )


def _thread(event: Event) -> str:
    """The thread of the topic that the event belongs to; the same for all who report it."""
    headlines = sentences(event.topic)["headline"]
    return min(Random(f"{event.seed}/thread").choice(headlines).threads, default="")  # noqa: S311


def _tell(sentence: Sentence, event: Event, facts: Facts, rng: Random) -> Bilingual:
    """Numbers beyond the lead belong to the sentence, so that two reports of one event agree in them."""
    numbers = Random(f"{event.seed}/{sentence.phrase.zh}")  # noqa: S311
    return expand(sentence.phrase, redraw_numbers(facts, numbers), rng)


def _captions(
    choice: tuple[Sentence, ...], facts: Facts, house: House, rng: Random, paragraphs: int
) -> tuple[Caption, ...]:
    taken = rng.sample(choice, rng.randint(0, 2))
    places = sorted(rng.sample(range(1, paragraphs), len(taken)))
    return tuple(
        Caption(text=_in_script(expand(sentence.phrase, facts, rng), house), credit=rng.choice(house.credits), before=n)
        for sentence, n in zip(taken, places, strict=True)
    )


def _outline(fitting: Mapping[str, list[Sentence]], count: int, rng: Random) -> list[Sentence]:
    """A headline and at most `count` paragraphs: a lead, details and quotes by turns, background, an outlook."""
    details = [*rng.sample(fitting["detail"], len(fitting["detail"])), *fitting.get("background", ())]
    quotes = rng.sample(fitting["quote"], len(fitting["quote"]))
    chosen = [rng.choice(fitting["lead"]), details.pop(0)]
    while len(chosen) < count - 1 and (details or quotes):
        is_quote = quotes and (len(chosen) % 3 == 2 or not details)
        chosen.append(quotes.pop(0) if is_quote else details.pop(0))
    return [rng.choice(fitting["headline"]), *chosen, rng.choice(fitting["outlook"])]


def _outline_in_turn(fitting: Mapping[str, list[Sentence]], turn: int) -> list[Sentence]:
    def nth(role: str, place: int) -> Sentence:
        return fitting[role][place % len(fitting[role])]

    details = [nth("detail", 2 * turn + step) for step in (0, 1, 3)]
    first = [nth("headline", turn), nth("lead", turn), *details[:2], nth("quote", turn), details[2]]
    return [*first, nth("outlook", turn)]


def _in_script(phrase: Bilingual, house: House) -> str:
    return phrase.en if house.script == "en" else to_script(phrase.zh, house.script)


def to_script(text: str, script: str) -> str:
    """Simplified `text` in `script`; Hant is Taiwan's standard, by OpenCC's s2tw, with its quotation marks."""
    return str(_converter().convert(text)).translate(_CORNER_BRACKETS) if script == "Hant" else text


@cache
def _converter():  # type: ignore[no-untyped-def]
    import opencc

    return opencc.OpenCC("s2tw")
