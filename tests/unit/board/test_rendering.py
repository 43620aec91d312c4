"""The catalogues of messages say the same in every language."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from mediawatch.board.counts import FACTS
from mediawatch.board.rendering import LANGUAGES, choose_language, wording
from mediawatch.records import AlertKind, Reason, ReasonClass
from mediawatch.records.ledger import STAGES


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_message_with_the_same_fields(language: str) -> None:
    english, other = wording("en").messages, wording(language).messages
    assert set(other) == set(english)
    assert {key: fields(text) for key, text in other.items()} == {key: fields(text) for key, text in english.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_records_has_its_message(language: str) -> None:
    messages = wording(language).messages
    wanted = {f"reason.{reason.value}.{part}" for reason in Reason for part in ("name", "meaning")}
    wanted |= {f"kind.{kind.value}" for kind in AlertKind} | {f"class.{kind.value}" for kind in ReasonClass}
    wanted |= {f"fact.{fact}" for fact in FACTS}
    wanted |= {f"stage.{stage}" for stage in STAGES} | {f"weekday.{day}" for day in range(7)}
    assert wanted <= set(messages)


def test_english_says_of_reasons_what_the_records_say() -> None:
    assert all(wording("en")(f"reason.{reason.value}.meaning") == reason.meaning for reason in Reason)


def test_no_message_holds_markup() -> None:
    assert not [text for name in LANGUAGES for text in wording(name).messages.values() if re.search(r"[<>]", text)]


@pytest.mark.parametrize(
    ("asked", "cookie", "accept", "language"),
    [
        ("", "", "", "en"),
        ("", "", "zh-TW,zh;q=0.9,en;q=0.8", "zh"),
        ("", "", "fr, en;q=0.5, zh;q=0.7", "zh"),
        ("", "", "zh;q=0, en", "en"),
        ("", "zh", "en", "zh"),
        ("en", "zh", "zh", "en"),
        ("../etc", "??", "q=;;;,", "en"),
        ("", "", "zh;q=nonsense", "en"),
    ],
)
def test_which_language(asked: str, cookie: str, accept: str, language: str) -> None:
    assert choose_language(asked, cookie, accept) == language


def test_an_unknown_key_is_a_fault() -> None:
    with pytest.raises(KeyError):
        wording("en")("nothing.of.the.kind")
