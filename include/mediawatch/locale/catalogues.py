"""Catalogues of messages in GNU gettext's format, and how a message is said.

Messages of the board and of what is sent to people have dotted ids, whose English is in the English catalogue.
Sentences of the dashboards are their own ids and stand, in a context, in the catalogues of the other languages only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
TAGS: Final[Mapping[Language, str]] = {"en": "en", "zh": "zh-Hans"}
"""What a page says its language is (BCP 47); the catalogue's folder is named so too, with an underscore."""
DOMAIN: Final = "mediawatch"


@dataclass(frozen=True, slots=True)
class Words:
    """The messages of one language; call it with an id and the fields that the message names."""

    language: Language
    messages: GNUTranslations

    def __call__(self, key: str, **fields: object) -> str:
        """The message.  Raises KeyError for an id or field that does not exist: a fault of the program."""
        return _filled(self.messages.gettext(key), fields)

    def plural(self, key: str, count: int, **fields: object) -> str:
        """The message in the form that `count` asks for, which it names as `{count}`.  Raises KeyError as above."""
        return _filled(self.messages.ngettext(key, key, count), {"count": f"{count:,}", **fields})

    def get(self, key: str, otherwise: str) -> str:
        """The message, or `otherwise` where the id comes from data."""
        try:
            return self(key)
        except KeyError:
            return otherwise

    def sentence(self, context: str, english: str, **fields: object) -> str:
        """A message that is its own id in English.  Raises KeyError where it is not translated."""
        is_english = self.language == "en"
        return _filled(english if is_english else self.messages.pgettext(context, english), fields)

    @property
    def tag(self) -> str:
        """The language as BCP 47."""
        return TAGS[self.language]


def _filled(text: str, fields: Mapping[str, object]) -> str:
    return text.format(**fields) if fields else text


class _Nowhere(NullTranslations):
    """Where gettext looks for what a catalogue does not have: a missing message is a fault, not its id."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise KeyError(msgid1)

    def pgettext(self, context: str, message: str) -> str:
        raise KeyError(message)


@cache
def words_of(language: Language) -> Words:
    """The words of `language`; its catalogue is read once in a process."""
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    messages = GNUTranslations(BytesIO(compiled.getvalue()))
    messages.add_fallback(_Nowhere())
    return Words(language, messages)


def catalogue(language: Language) -> Catalog:
    """The catalogue as its file has it.  Raises PoFileError where that is broken."""
    # Imported here: most commands say nothing in two languages.
    from babel.messages.pofile import read_po

    folder = files("mediawatch.locale") / TAGS[language].replace("-", "_") / "LC_MESSAGES"
    text = (folder / f"{DOMAIN}.po").read_bytes()
    return read_po(BytesIO(text), domain=DOMAIN, abort_invalid=True)
