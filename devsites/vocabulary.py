"""The newsroom's words: invented names, and the sentences of each topic, read from `data/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from devsites.grammar import Bilingual, Sentence, sentences_of

DATA = Path(__file__).with_name("data")
TOPICS = ("trade", "weather", "transport", "science", "sport", "culture", "politics", "economy")
PLANTS = ("storm", "probe", "model", "virus")
_NAME_STRIDE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A foreign figure, with the form of the name usual on the mainland, the one usual in Taiwan and a nickname."""

    name: str
    hans: str
    hant: str
    nickname: str
    office: Bilingual
    country: Bilingual

    @property
    def surname(self) -> str:
        """The last part of the English name."""
        return self.name.split()[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is in the news again and again."""

    title: str
    name: str
    name_en: str
    office_en: str


@cache
def words() -> Mapping[str, Any]:
    """The lists of `vocabulary.yaml`."""
    content: Mapping[str, Any] = yaml.safe_load((DATA / "vocabulary.yaml").read_text("utf-8"))
    return content


@cache
def listed(name: str) -> tuple[Bilingual, ...]:
    """One list of names in both languages."""
    return tuple(Bilingual(*entry.split("|")) for entry in words()[name])


@cache
def people(name: str) -> tuple[Person, ...]:
    """One list of people."""
    return tuple(_person(*entry.split("|")) for entry in words()[name])


def _person(zh: str, name_en: str, office_en: str) -> Person:
    title, name = zh.split()
    return Person(title=title, name=name, name_en=name_en, office_en=office_en)


@cache
def personas() -> tuple[Persona, ...]:
    """The foreign figures, in the order of the file."""
    return tuple(_persona(*entry.split("|")) for entry in words()["personas"])


def _persona(name: str, hans: str, hant: str, nickname: str, *place: str) -> Persona:
    office_zh, office_en, country = place
    nation = listed("countries")[int(country)]
    office = Bilingual(office_zh, office_en)
    return Persona(name=name, hans=hans, hant=hant, nickname=nickname, office=office, country=nation)


@cache
def sentences(topic: str) -> Mapping[str, tuple[Sentence, ...]]:
    """The templates of a topic or plant by role: headline, lead, detail, quote, background, outlook, caption."""
    captions = _data("captions")
    if topic in TOPICS:
        return _roles({**_data(topic), "caption": captions[topic]})
    return _roles({**_data("plants")[topic], "caption": captions["plants"]})


def _roles(blocks: Mapping[str, str]) -> Mapping[str, tuple[Sentence, ...]]:
    return {role: sentences_of(block) for role, block in blocks.items()}


@cache
def _data(name: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    return content


def new_word(day: date, *, offset: int = 0) -> Bilingual:
    """The word that is new on `day`; each comes back after 899 days only.  `offset` gives unrelated series."""
    heads, tails = words()["new_heads"].split(), words()["new_tails"].split()
    index = (day.toordinal() * _NAME_STRIDE + offset) % (len(heads) * len(tails))
    head, tail = heads[index % len(heads)], tails[index % len(tails)]
    return Bilingual(head[0] + tail[0], (head[1:] + tail[1:]).capitalize())


STANDING = 60
"""Words that are mentioned now and then all the year: each of them in turn, a day each."""


def standing_word(number: int) -> Bilingual:
    """One of the STANDING words; the same again after as many numbers."""
    heads, tails = words()["standing_heads"].split(), words()["standing_tails"].split()
    head, tail = heads[number % STANDING % len(heads)], tails[number % STANDING // len(heads)]
    return Bilingual(head[0] + tail[0], (head[1:] + tail[1:]).capitalize())


def stranger(day: date) -> Bilingual:
    """The name that only the wire report of `day` knows."""
    surnames, given = _data("plants")["surnames"].split(), _data("plants")["given"].split()
    ordinal = day.toordinal()
    parts = surnames[ordinal % len(surnames)], given[ordinal % len(given)], given[(ordinal * 5 + 3) % len(given)]
    family, first, second = parts
    english = f"{family[1:].capitalize()} {(first[1:] + second[1:]).capitalize()}"
    return Bilingual(family[0] + first[0] + second[0], english)


@cache
def ranking_headlines() -> tuple[Bilingual, ...]:
    """Headlines with a `{word}` for ranking lists."""
    return tuple(sentence.phrase for sentence in sentences_of(_data("plants")["ranking_only"]["headline"]))
