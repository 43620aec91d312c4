"""Numbers as people say them in each language."""

from __future__ import annotations

from math import isfinite
from typing import Final

from mediawatch.locale.catalogues import Language, Words, words_of

_MILLION: Final = 1_000_000
_TEN_THOUSAND: Final = 10_000
_DIGITS: Final = "零一二三四五六七八九"


def chance_words(p_value: float | None, language: Language) -> str:
    """How often chance alone would do that, as one in so many; "" where nothing was computed."""
    if p_value is None or not 0 <= p_value <= 1:
        return ""
    say = words_of(language)
    if p_value < 1 / _MILLION:
        return say("chance.least")
    number = rounded(round(1 / p_value))
    return say("chance.one_in", number=chinese_number(number) if language == "zh" else f"{number:,}")


def ratio_words(ratio: float | None, language: Language) -> str:
    """How many times the usual rate; "" where there is nothing to compare with."""
    if ratio is None or not isfinite(ratio):
        return ""
    return words_of(language)("ratio.times", times=times(ratio))


def times(ratio: float) -> str:
    """A ratio as far as it can be told: 2.0, 12."""
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}"


def counted(say: Words, articles: int, stories: int, publishers: int) -> dict[str, str]:
    """The three numbers that a topic is told in, as the fields of a message."""
    return {
        "articles": say.plural("count.articles", articles),
        "stories": say.plural("count.stories", stories),
        "publishers": say.plural("count.publishers", publishers),
    }


def rounded(count: int) -> int:
    """Two leading digits: more would claim a precision that no model has."""
    unit: int = 10 ** max(0, len(str(count)) - 2)
    return round(count / unit) * unit


def chinese_number(number: int) -> str:
    """A positive number of at most two digits and zeros behind them, up to 99 million, in Chinese characters."""
    if number < _TEN_THOUSAND:
        return _below_ten_thousand(number)
    much, rest = divmod(number, _TEN_THOUSAND)
    return f"{_below_ten_thousand(much)}万" + (_below_ten_thousand(rest) if rest else "")


def _below_ten_thousand(number: int) -> str:
    figures = [(int(digit), unit) for digit, unit in zip(f"{number:04d}", ("千", "百", "十", ""), strict=True)]
    spoken = "".join(f"{_DIGITS[digit]}{unit}" for digit, unit in figures if digit)
    return spoken.removeprefix("一") if spoken.startswith("一十") else spoken
