"""The two languages of the dashboards: their sentences are English in the code, and looked up for the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from mediawatch.locale import LANGUAGES, Language, Words, words_of

__all__ = ["FIELDS", "LANGUAGES", "SENTENCES", "Json", "Language", "Say", "speaking"]

Json = dict[str, Any]

SENTENCES: Final = "kibana"
"""The context of the sentences in the catalogues."""
FIELDS: Final = "kibana field"
"""The context of the names of fields."""


@dataclass(frozen=True, slots=True)
class Say:
    """The sentences in one language; call it with the English one and the fields that it names."""

    words: Words

    def __call__(self, english: str, **fields: object) -> str:
        """The sentence.  Raises KeyError where it is not translated."""
        return self.words.sentence(SENTENCES, english, **fields)

    def field(self, name: str) -> str:
        """What people call a field of an index; in English its own name, which is the word of the glossary."""
        return self.words.sentence(FIELDS, name)


def speaking(language: Language) -> Say:
    """The dashboards' sentences in `language`."""
    return Say(words_of(language))
