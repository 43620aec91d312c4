"""The languages of a body: a label for each paragraph, and which paragraphs translate each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mediawatch.language import language_of, script_of
from mediawatch.language.scripts import LATIN_WORD, han_count

_SECOND: Final = 0.1
"""Share of the words from which a second language makes a page bilingual; quotes and names stay below."""
_WORDS_PER_HAN: Final = 0.62
"""English words for one Han character of its translation: 1,190 words and 1,930 characters in 22 pairs of a bilingual
page of the kind that this is for."""
_ALONE: Final = 1.0
"""What a paragraph without partner costs in an alignment, in units of the log ratio of lengths: two paragraphs are a
pair unless one is more than about seven times as long as expected."""
_FAR: Final = 0.5
"""What a pair costs that does not stand side by side."""
_MOST: Final = 400
"""Paragraphs of one language that are aligned; the time grows with the square."""

EN: Final = "en"
UNKNOWN: Final = "und"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body in reading order and by language; `languages` has the main one first, `labels` one for each line."""

    text: str
    body_zh: str
    body_en: str
    language: str
    languages: tuple[str, ...]
    labels: tuple[str, ...]


def body_of(lines: Sequence[str]) -> Body:
    """`lines` labelled by language.  A line without letters goes with the line before it."""
    text = "\n".join(lines)
    main = language_of(text)
    labels = (main,) * len(lines) if main in ("ja", "ko") else _labels(lines, text, main)
    chinese = "\n".join(_labelled(lines, labels, "zh-"))
    english = "\n".join(_labelled(lines, labels, EN))
    return Body(
        text=text,
        body_zh=chinese,
        body_en=english,
        language=main,
        languages=tuple(dict.fromkeys((main, *_present(lines, labels)))),
        labels=labels,
    )


def pairs_of(lines: Sequence[str], labels: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The (English, Chinese) pairs of lines that translate each other, as indices, in reading order.

    The cheapest monotone alignment by length (Gale and Church 1993, without their merges); side by side is cheaper.
    """
    english = [index for index, label in enumerate(labels) if label == EN][:_MOST]
    chinese = [index for index, label in enumerate(labels) if label.startswith("zh-")][:_MOST]
    if not english or not chinese:
        return ()
    return tuple(_walk_back(_costs(lines, english, chinese), lines, english, chinese))


def _present(lines: Sequence[str], labels: Sequence[str]) -> list[str]:
    """The languages that have a share of the words."""
    names = [name for name in dict.fromkeys(labels) if name != UNKNOWN]
    if len(set(labels)) <= 1:
        return names
    words = {name: _words("\n".join(_labelled(lines, labels, name))) for name in names}
    least = _SECOND * _words("\n".join(lines))
    return [name for name in names if words[name] >= least]


def _labels(lines: Sequence[str], text: str, main: str) -> tuple[str, ...]:
    if not han_count(text):
        return (main,) * len(lines)
    is_chinese = _by_script(lines)
    chinese = f"zh-{script_of(text) or 'Hans'}" if any(is_chinese) else UNKNOWN
    other = [line for line, han in zip(lines, is_chinese, strict=True) if not han]
    foreign = main if len(other) == len(lines) else language_of("\n".join(other)) if other else UNKNOWN
    return tuple(_chinese(line, chinese) if han else foreign for line, han in zip(lines, is_chinese, strict=True))


def _chinese(line: str, usual: str) -> str:
    """A paragraph's own script where it is long enough to tell, else that of the page."""
    script = script_of(line) if han_count(line) >= 20 else None
    return f"zh-{script}" if script else usual


def _by_script(lines: Sequence[str]) -> list[bool]:
    found: list[bool] = []
    for line in lines:
        han, words = han_count(line), len(LATIN_WORD.findall(line))
        is_chinese = han >= words if han or words else bool(found) and found[-1]
        found.append(is_chinese)
    return found


def _labelled(lines: Sequence[str], labels: Sequence[str], name: str) -> list[str]:
    return [line for line, label in zip(lines, labels, strict=True) if label.startswith(name)]


def _words(text: str) -> int:
    return han_count(text) + len(LATIN_WORD.findall(text))


def _pair_cost(lines: Sequence[str], english: int, chinese: int) -> float:
    words = max(1, len(LATIN_WORD.findall(lines[english])))
    expected = max(1.0, _WORDS_PER_HAN * han_count(lines[chinese]))
    longer = max(words / expected, expected / words)
    return (longer - 1) / 6 + (0.0 if abs(english - chinese) == 1 else _FAR)


def _costs(lines: Sequence[str], english: Sequence[int], chinese: Sequence[int]) -> list[list[float]]:
    costs = [[column * _ALONE for column in range(len(chinese) + 1)]]
    for row, left in enumerate(english, start=1):
        costs.append([row * _ALONE])
        for column, right in enumerate(chinese, start=1):
            alone = min(costs[row - 1][column], costs[row][column - 1]) + _ALONE
            costs[row].append(min(alone, costs[row - 1][column - 1] + _pair_cost(lines, left, right)))
    return costs


def _walk_back(
    costs: list[list[float]], lines: Sequence[str], english: Sequence[int], chinese: Sequence[int]
) -> list[tuple[int, int]]:
    row, column, found = len(english), len(chinese), []
    while row and column:
        paired = costs[row - 1][column - 1] + _pair_cost(lines, english[row - 1], chinese[column - 1])
        if costs[row][column] == paired:
            row, column = row - 1, column - 1
            found.append((english[row], chinese[column]))
        elif costs[row][column] == costs[row - 1][column] + _ALONE:
            row -= 1
        else:
            column -= 1
    return found[::-1]
