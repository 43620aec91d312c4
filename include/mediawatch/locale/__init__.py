"""The words of the product: one gettext catalogue a language, read as it stands in the package."""

from mediawatch.locale.catalogues import LANGUAGES, TAGS, Language, Words, words_of
from mediawatch.locale.numbers import chance_words, counted, ratio_words, times

__all__ = ["LANGUAGES", "TAGS", "Language", "Words", "chance_words", "counted", "ratio_words", "times", "words_of"]
