"""The facts of one invented event: a value for every slot of the templates, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from devsites.grammar import Bilingual
from devsites.vocabulary import Person, Persona, listed, people, personas, words

Facts = Mapping[str, Bilingual]

_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS_ZH = "一二三四五六日"
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PASSING = (
    "few", "dozens", "hundreds", "thousands", "wan", "money", "sum", "pct2", "years", "mins", "mins2", "minute",
)  # fmt: skip
_PLACES = ("cities", "countries", "companies", "goods", "teams")
_SINGLES = {
    "districts": "district",
    "rivers": "river",
    "universities": "university",
    "works": "work",
    "venues": "venue",
    "species": "species",
}


def draw_facts(rng: Random, day: date, *, persona: Persona | None = None) -> dict[str, Bilingual]:
    """Facts for an event of `day`; `persona` fixes the foreign figure, who is drawn otherwise."""
    figure = persona or rng.choice(personas())
    facts = _places(rng, figure) | _numbers(rng) | _dates(rng, day) | _figure(figure, figure.hans)
    facts |= _cast(rng, facts["city"], facts["university"])
    facts |= {f"{name}_cap": Bilingual(value.zh, _capital(value.en)) for name, value in facts.items()}
    return facts


def redraw_numbers(facts: Facts, rng: Random) -> Facts:
    """The same facts with other small numbers, so that one count does not fill a whole article.

    Numbers that a story keeps coming back to (the tariff, the drop in temperature, the line) stay.
    """
    fresh = _numbers(rng)
    return {**facts, **{name: fresh[name] for name in _PASSING}, "few_cap": Bilingual("", _capital(fresh["few"].en))}


def in_taiwanese_usage(facts: Facts) -> Facts:
    """The same facts with the foreign figure's name as Taiwan writes it."""
    figure = next(p for p in personas() if p.hans == facts["leader_name"].zh)
    return {**facts, **_figure(figure, figure.hant)}


def _places(rng: Random, figure: Persona) -> dict[str, Bilingual]:
    facts = {}
    for plural, name in zip(_PLACES, ("city", "country", "company", "goods", "team"), strict=True):
        facts[name], facts[f"{name}2"] = rng.sample(listed(plural), 2)
    for plural, name in _SINGLES.items():
        facts[name] = rng.choice(listed(plural))
    facts["country"] = figure.country
    facts["country2"] = rng.choice([c for c in listed("countries") if c != figure.country])
    facts |= {"team_s": facts["team"], "team2_s": facts["team2"]}
    facts["city_upper"] = Bilingual(facts["city"].zh, facts["city"].en.upper())
    return facts


def _figure(figure: Persona, name_zh: str) -> dict[str, Bilingual]:
    english = f"{figure.office.en} {figure.name} of {figure.country.en}"
    return {
        "leader": Bilingual(f"{figure.country.zh}{figure.office.zh}{name_zh}", english),
        "leader_name": Bilingual(name_zh, figure.surname),
    }


def _cast(rng: Random, city: Bilingual, university: Bilingual) -> dict[str, Bilingual]:
    official, player = rng.choice(people("officials")), rng.choice(people("players"))
    expert, second = rng.sample(people("experts"), 2)
    elsewhere = rng.choice([u for u in listed("universities") if u != university])
    facts = {
        "official": Bilingual(f"{city.zh}市{official.title}{official.name}", _in_english(official, f" of {city.en}")),
        "expert": Bilingual(f"{university.zh}{expert.title}{expert.name}", _in_english(expert, f" at {university.en}")),
        "expert2": Bilingual(f"{elsewhere.zh}{second.title}{second.name}", _in_english(second, f" at {elsewhere.en}")),
        "player": Bilingual(f"{player.title}{player.name}", f"{player.office_en} {player.name_en}"),
        "resident": (resident := rng.choice(listed("residents"))),
        "resident_en": Bilingual("", f"{resident.en}{',' if ',' in resident.en else ''} "),
    }
    for role, person in {"official": official, "expert": expert, "player": player}.items():
        facts[f"{role}_name"] = _short_name(person)
    for role in ("coach", "artist"):
        person = rng.choice(people({"coach": "coaches", "artist": "artists"}[role]))
        facts[role] = Bilingual(f"{person.title}{person.name}", f"{person.office_en}, {person.name_en}")
        facts[f"{role}_name"] = _short_name(person)
    return facts


def _in_english(person: Person, where: str) -> str:
    return f"{person.name_en}, {person.office_en}{where}"


def _short_name(person: Person) -> Bilingual:
    return Bilingual(person.name, person.name_en)


def _numbers(rng: Random) -> dict[str, Bilingual]:
    few, yuan = rng.randint(2, 9), rng.randint(3, 480)
    sum_wan = rng.randint(3, 90)
    myriads, minute = rng.randint(11, 98), rng.randint(5, 90)
    home, away = sorted((rng.randint(0, 2), rng.randint(3, 5)), reverse=True)
    return {
        "few": Bilingual(str(few), _SMALL[few]),
        "dozens": _same(rng.randint(12, 98)),
        "hundreds": _same(rng.randint(110, 980)),
        "thousands": _thousands(rng.randint(1100, 9800)),
        "wan": Bilingual(f"{myriads / 10:.1f}万", f"{myriads * 1000:,}"),
        "money": Bilingual(f"{yuan / 10:.1f}亿元", _yuan(yuan * 10)),
        "sum": Bilingual(f"{sum_wan}万元", f"{sum_wan * 10_000:,} yuan"),
        "pct": _same(rng.randint(5, 45)),
        "pct2": Bilingual(*[f"{rng.randint(21, 299) / 10:.1f}"] * 2),
        "temp": _same(rng.randint(8, 19)),
        "rain": _same(rng.randint(58, 310)),
        "wind": _same(rng.randint(7, 14)),
        "km": Bilingual(*[f"{rng.randint(120, 480) / 10:.1f}"] * 2),
        "mins": _same(rng.randint(18, 89)),
        "mins2": _same(rng.randint(51, 79)),
        "minute": Bilingual(f"第{minute}分钟", f"{_ordinal(minute)} minute"),
        "years": _same(rng.randint(10, 47)),
        "line": _same(rng.randint(3, 14)),
        "score": Bilingual(f"{home}比{away}", f"{home}-{away}"),
    }


def _dates(rng: Random, day: date) -> dict[str, Bilingual]:
    later, next_week = day + timedelta(days=2), day + timedelta(days=rng.randint(7, 12))
    return {
        "when": Bilingual(_weekday_zh(day), f"on {_weekday_en(day)}"),
        "when_bare": Bilingual(_weekday_zh(day), _weekday_en(day)),
        "when_day": Bilingual(f"{day.day}日", str(day.day)),
        "when2": Bilingual(_weekday_zh(later), f"on {_weekday_en(later)}"),
        "when2_bare": Bilingual(_weekday_zh(later), _weekday_en(later)),
        "next": Bilingual(f"下{_weekday_zh(next_week)}", f"next {_weekday_en(next_week)}"),
        "next_bare": Bilingual(f"下{_weekday_zh(next_week)}", f"next {_weekday_en(next_week)}"),
    }


def byline(rng: Random) -> Bilingual:
    """A reporter of a Chinese newsroom."""
    return rng.choice(listed("reporters"))


def correspondent(rng: Random) -> str:
    """A reporter of an English newsroom, in capitals."""
    return str(rng.choice(words()["correspondents"]))


def _weekday_zh(day: date) -> str:
    return f"周{_WEEKDAYS_ZH[day.weekday()]}"


def _weekday_en(day: date) -> str:
    return _WEEKDAYS_EN[day.weekday()]


def _same(number: int) -> Bilingual:
    return Bilingual(str(number), str(number))


def _thousands(number: int) -> Bilingual:
    return Bilingual(str(number), f"{number:,}")


def _yuan(millions: int) -> str:
    return f"{millions / 1000:.2f} billion yuan" if millions >= 1000 else f"{millions} million yuan"


def _ordinal(number: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 <= number % 100 <= 20 else suffix}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
