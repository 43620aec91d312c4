"""How much speaks for a word: features, each the larger the more speaks for it, and what each is worth.

The weights were set by hand; `tests/bench/keywords_weights.py` fits others, and docs/keywords.md says what came of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import log2
from types import MappingProxyType
from typing import Final

from mediawatch.keywords.candidates import Candidate
from mediawatch.keywords.vocabulary import language_of_term
from mediawatch.records import AlertKind

_PUBLISHERS: Final = 6
_LONG: Final = 6
_COHERENT: Final = 8.0
_MOST_COHERENT: Final = 12.0
_BASELINE: Final = 28.0
"""Days of a baseline."""
_REPEATED: Final = 1.2
_TITLED: Final = 0.3
_LEAST_CENTRAL: Final = 0.2

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "new_surprise": 0.5,
        "new_central": 1.2,
        "known_surprise": 0.275,
        "known_central": 0.66,
        "word_surprise": 0.3,
        "word_central": 0.8,
        "publishers": 0.65,
        "titles": 1.0,
        "unheadlined": 1.0,
        "untitled": 3.0,
        "cohesion": 0.3,
        "unrepeated": 2.0,
        "no_noun": 1.0,
        "actions": 3.5,
        "small": 2.0,
        "small_headline": 4.0,
        "long": 1.0,
        "everyday": 0.4,
    }
)


def features_of(candidate: Candidate) -> dict[str, float]:
    """The features of a word by name; those of another kind of word are 0.

    - `new_surprise`, `known_surprise`: a string's surprise, of one that the baseline lacks and of one that it has;
      `new_central`, `known_central`: the same by the share of its stories that are about it.
    - `word_surprise`: a known word's surprise, mostly by that share; `word_central`: the surprise of those stories.
    - `publishers`: beyond the second, up to six; `titles`: the share of stories that have it in the title.
    - `cohesion`: nats above 8, up to 12, or below, of a string of several units.

    What speaks against it is below 0:

    - `unheadlined`: a string that no headline has, nor the beginning of half of its texts: whoever is named in passing.
    - `untitled`: a known word that fewer than .3 of its stories have in the title, in proportion: 合理 and 首批 stand
      in many reports on some days, and none is about them; `no_noun`: topics are nouns.
    - `unrepeated`: a Chinese string of several units that stands 1.2 times in a text or less, headlines without a text
      left out: what an article is about it says again (Church's adaptation, COLING 2000), while a turn of phrase stands
      in each article once.
    - `actions`: each verb in a Chinese string of several words; `small`: an English string that titles write small;
      `small_headline`: a single such word that only headlines have (rebels, majority); `long`: each unit beyond six.
    - `everyday`: for each doubling of a known word's usual stories a day beyond one.
    """
    stories = len(candidate.stories)
    share = candidate.central / stories
    is_word, is_known = candidate.central_surprise is not None, candidate.kind is AlertKind.RISING
    is_phrase = not is_word and len(candidate.codes) > 1
    kind = "word" if is_word else "known" if is_known else "new"
    found = dict.fromkeys(WEIGHTS, 0.0)
    found[f"{kind}_surprise"] = candidate.surprise * (_LEAST_CENTRAL + (1 - _LEAST_CENTRAL) * share if is_word else 1.0)
    found[f"{kind}_central"] = candidate.surprise * share
    if candidate.central_surprise is not None:
        found["word_central"] = candidate.central_surprise
        found["untitled"] = -max(0.0, 1 - candidate.titles / stories / _TITLED)
    found["publishers"] = min(candidate.publishers, _PUBLISHERS) - 2
    found["titles"] = candidate.titles / stories
    found["unheadlined"] = -float(not is_word and not candidate.titles and 2 * candidate.early < stories)
    found["cohesion"] = min(candidate.cohesion, _MOST_COHERENT) - _COHERENT if is_phrase else 0.0
    found["unrepeated"] = -float(is_phrase and _is_turn_of_phrase(candidate))
    found["no_noun"] = -float(not candidate.is_noun)
    is_chinese = language_of_term(candidate.term) == "zh"
    found["actions"] = -float(candidate.actions * is_chinese)
    found["small"] = -float(candidate.actions * (not is_chinese))
    found["small_headline"] = found["small"] * (candidate.is_latin_word and candidate.is_headline)
    found["long"] = -float(max(0, len(candidate.codes) - _LONG))
    found["everyday"] = -max(0.0, log2(max(candidate.usual, 1.0) / _BASELINE)) if is_known else 0.0
    return found


def _is_turn_of_phrase(candidate: Candidate) -> bool:
    return language_of_term(candidate.term) == "zh" and candidate.in_texts < _REPEATED * candidate.texts


def scored(candidate: Candidate, weights: Mapping[str, float] = WEIGHTS) -> Candidate:
    """`candidate` with its score: the sum of its features by their `weights`."""
    return replace(candidate, score=sum(weights[name] * value for name, value in features_of(candidate).items()))
