"""Which language a text is in: characters decide for East Asian scripts, words and a model for the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from mediawatch.language.scripts import HAN, HANGUL, KANA, LATIN_WORD, beyond_ascii, script_of

UNDETERMINED: Final = "und"

_KANA_SHARE: Final = 0.1
"""Kana among kana and Han above which a text is Japanese (two at least): Japanese headlines have a fifth, Chinese that
quotes a Japanese name or writes の stays below."""
_ENGLISH_SHARE: Final = 0.1
"""Share of English-only function words from which Latin text is English; English news prose has a fifth."""
_LETTERS_TO_GUESS: Final = 16
"""A model asked about less text than this answers at random: a name is not a language."""
_CONFIDENT: Final = 0.4
"""Below this the model is as often wrong as right: seen on headlines and names, where it gives 0.1 to 0.2."""
_GUESSED_FROM: Final = 4000
"""Characters shown to the model; more of them change nothing and cost time."""

_GUESSED: Final = (
    "af am an ar as az ba be bg bn br bs ca cs cy da de dz el en eo es et eu fa fi fo fr ga gd gl gu gv ha he hi hr ht "
    "hu hy id ig is it ja jv ka kk km kn ko ku ky la lb lg ln lo lt lv mg mk ml mn mr ms mt my ne nl nn no oc om or pa "
    "pl ps pt qu ro ru rw sa se sh si sk sl sn so sq sr st sv sw ta te tg th tk tl tr tt ug uk ur uz vi vo wa xh yo zh "
    "zu"
)
"""Two-letter codes that the model answers with."""

_EAST_ASIAN: Final = re.compile("|".join(pattern.pattern for pattern in (HAN, KANA, HANGUL)).replace("]|[", ""))
_LETTER: Final = re.compile(r"[^\W\d_]")
_ENGLISH_ONLY: Final = frozenset(
    {"the", "of", "and", "to", "that", "with", "from", "were", "been", "which", "who", "would", "could", "should"}
    | {"this", "their", "his", "her", "they", "after", "said", "says"}
)
"""Frequent English words that are not frequent words of other languages in Latin letters."""


def language_of(text: str) -> str:
    """The main language of `text`: `zh-Hans`, `zh-Hant`, `en`, another ISO 639-1 code, or `und`.

    A Han character weighs as much as a word.  Chinese without any telling character counts as `zh-Hans`.
    """
    beyond = beyond_ascii(text)
    if not _EAST_ASIAN.search(beyond):
        return _language_of_words(text)
    han, kana, hangul = (len(pattern.findall(beyond)) for pattern in (HAN, KANA, HANGUL))
    words = len(LATIN_WORD.findall(text))
    if hangul > (han + kana) / 2 and hangul >= words:
        return "ko"
    if han + kana >= max(words, 1):
        return "ja" if kana > max(1, _KANA_SHARE * (han + kana)) else f"zh-{script_of(text) or 'Hans'}"
    return _language_of_words(text)


def languages() -> frozenset[str]:
    """Every code that `language_of` gives, and zh for both scripts of Chinese."""
    return frozenset(_GUESSED.split()) | {"zh-Hans", "zh-Hant", UNDETERMINED}


def _language_of_words(text: str) -> str:
    words = [word.lower() for word in LATIN_WORD.findall(text[:_GUESSED_FROM])]
    if sum(word in _ENGLISH_ONLY for word in words) > _ENGLISH_SHARE * len(words):
        return "en"
    if len(_LETTER.findall(text[:_GUESSED_FROM])) < _LETTERS_TO_GUESS:
        return UNDETERMINED
    return _model()(text[:_GUESSED_FROM])


@cache
def _model() -> Callable[[str], str]:
    # Loading takes a second, and most texts here never need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def guess(text: str) -> str:
        language, confidence = identifier.classify(text)
        return str(language) if confidence >= _CONFIDENT and len(language) == 2 else UNDETERMINED

    return guess
