"""The catalogues say the same in every language, whole, and nothing that nobody asks for."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from mediawatch.board.counts import FACTS
from mediawatch.board.listing import QUALITY
from mediawatch.keywords import Gate
from mediawatch.kibana.alerting_rules import rules_in
from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.generating import objects_in
from mediawatch.locale import LANGUAGES, TAGS, Language, Words, words_of
from mediawatch.locale.catalogues import catalogue
from mediawatch.quality.suites import RULES
from mediawatch.records import AlertKind, Reason, ReasonClass
from mediawatch.records.ledger import STAGES
from mediawatch.search.grammar import COMPLAINTS, SEARCH

PACKAGE = Path(__file__).parents[3] / "include/mediawatch"
CODE = {
    path: path.read_text(encoding="utf-8")
    for folder in ("board", "delivery", "workflow", "locale")
    for path in (PACKAGE / folder).rglob("*")
    if path.suffix in (".py", ".html", ".txt")
}
ASKED = re.compile(r"""\bsay(?:\.plural|\.get)?\(\s*(f?)(["'])(.*?)\2(\s*~)?""", re.DOTALL)
"""An id in code or in a template, whole or, as f-string or before `~`, in part."""


def messages(language: Language) -> dict[str, Message]:
    """The messages with ids by their id."""
    return {key_of(message): message for message in catalogue(language) if message.id and not message.context}


def key_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_message_with_the_same_fields(language: Language) -> None:
    def told(of: Language) -> dict[str, tuple[bool, set[str]]]:
        return {key: (m.pluralizable, fields(texts(m)[-1])) for key, m in messages(of).items()}

    assert told(language) == told("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_empty_uncertain_or_out_of_use(language: Language) -> None:
    found = catalogue(language)
    assert not [m.id for m in found if m.id and (m.fuzzy or not all(texts(m)))]
    assert not found.obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_messages_have_every_form_and_name_the_count(language: Language) -> None:
    found = catalogue(language)
    for message in messages(language).values():
        assert not message.pluralizable or len(texts(message)) == found.num_plurals, message.id
        assert message.pluralizable == ("count" in fields(texts(message)[-1])), message.id
        assert len({frozenset(fields(text) - {"count"}) for text in texts(message)}) == 1, message.id


def test_no_message_puts_a_number_before_a_noun_that_cannot_change() -> None:
    nouns = r"\} (article|story|stories|publisher|day|link|site|source|visit|result|topic|character)s?\b"
    assert not [m.id for m in messages("en").values() if not m.pluralizable and re.search(nouns, texts(m)[0])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ids_stand_once(language: Language) -> None:
    folder = TAGS[language].replace("-", "_")
    text = (PACKAGE / "locale" / folder / "LC_MESSAGES/mediawatch.po").read_text(encoding="utf-8")
    found = re.findall(r'^(?:msgctxt "([^"]+)"\n)?msgid "(.+)"$', text, re.MULTILINE)
    assert len(set(found)) == len(found) == len([m for m in catalogue(language) if m.id])


def asked_for() -> tuple[set[str], set[str]]:
    """The ids that code and templates name, and patterns of those that they put together."""
    whole, partly = set(), set()
    for text in CODE.values():
        for is_formatted, _, key, is_begun in ASKED.findall(text):
            if is_formatted:
                partly.add("".join(re.escape(part) if n % 2 == 0 else "(.+)" for n, part in enumerate(split(key))))
            elif is_begun:
                partly.add(re.escape(key) + "(.+)")
            else:
                whole.add(key)
    return whole, partly


def split(formatted: str) -> list[str]:
    """The text of an f-string and, in every second place, what stands in braces."""
    return re.split(r"\{((?:[^{}]|\{[^{}]*\})*)\}", formatted)


def test_every_id_that_is_asked_for_exists() -> None:
    whole, partly = asked_for()
    known = messages("en")
    assert len(whole) > 100
    assert whole - set(known) - {"counts"} == set()
    assert [pattern for pattern in partly if not any(re.fullmatch(pattern, key) for key in known)] == []


def test_every_message_is_asked_for() -> None:
    """An id that is put together counts when its own part stands somewhere as a string, or is a word of the records."""
    whole, partly = asked_for()
    everything = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")) + "\n".join(
        text for path, text in CODE.items() if path.suffix != ".py"
    )
    literals = set(re.findall(r"""["']([\w-]+)["']""", everything)) | set(map(str, range(13)))
    literals |= {name for call in re.findall(r"columns\(([^)]*)\)", everything) for name in re.findall(r"\w+", call)}
    whole |= set(re.findall(r'"(\w+\.[\w.]+)"', everything))
    partly |= {re.escape(group) + r"\.(.+)" for group in re.findall(r'f"(\w+)\.\{[\w.]+\}"', everything)}
    literals |= {gate.value.replace(" ", "_") for gate in Gate}

    def is_asked(key: str) -> bool:
        matches = (re.fullmatch(pattern, key) for pattern in partly)
        return key in whole or any(match and set(match.groups()) <= literals for match in matches)

    assert [key for key in messages("en") if not is_asked(key)] == []


def test_every_word_of_the_records_has_its_message() -> None:
    wanted = {f"reason.{reason.value}.{part}" for reason in Reason for part in ("name", "meaning")}
    wanted |= {f"kind.{kind.value}" for kind in AlertKind} | {f"class.{kind.value}" for kind in ReasonClass}
    wanted |= {f"fact.{fact}" for fact in FACTS}
    wanted |= {f"gate.{gate.value.replace(' ', '_')}" for gate in Gate}
    wanted |= {f"stage.{stage}" for stage in STAGES} | {f"weekday.{day}" for day in range(7)}
    assert wanted <= set(messages("en"))


def test_english_says_of_reasons_what_the_records_say() -> None:
    assert all(words_of("en")(f"reason.{reason.value}.meaning") == reason.meaning for reason in Reason)


def test_the_days_before_new_words_are_told_are_those_of_the_rules() -> None:
    from mediawatch.keywords import Rules

    for language in LANGUAGES:
        assert f" {Rules().covered_days} " in words_of(language)("gate.baseline")


def test_no_message_holds_markup() -> None:
    assert not [m.id for name in LANGUAGES for m in messages(name).values() if re.search(r"[<>]", "".join(texts(m)))]


def test_chinese_is_in_chinese_and_keeps_to_one_term_for_one_thing() -> None:
    other = re.compile(r"声音|信源|账目|入选|初见|公布|沉默|监看|预警|书架|一起出现|关注列表|发声")
    latin = re.compile(r"[A-Za-z]{2,}")
    names = re.compile(
        r"\{\w+\}|`[^`]+`|Elasticsearch|Kibana|Mediawatch|Airflow|Atom|CSV|DAG|robots\.txt|https?|TLS|clear"
        r"|[45]xx|docs/operating\.md|first|last|\(s\)|\b(?:AND|OR|NOT|today|yesterday|YYYY-MM-DD)\b|[a-z]+:"
    )
    for message in catalogue("zh"):
        said = "".join(texts(message)) if message.id else ""
        assert not other.search(said), said
        assert not latin.search(names.sub("", said)), said


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_dashboards_and_rules_ask_for_every_sentence_in_its_context(language: Language) -> None:
    asked: set[tuple[str, str]] = set()

    class Asking(Words):
        """Words that note what they are asked for."""

        def sentence(self, context: str, english: str, **fields: object) -> str:
            asked.add((context, english))
            return super().sentence(context, english, **fields)

    say = Say(Asking(language, words_of(language).messages))
    assert objects_in(say)
    assert rules_in(say)
    asked |= {(SEARCH, complaint) for complaint in COMPLAINTS}
    asked |= {(QUALITY, text) for rule in RULES.values() for text in (rule.title, rule.expected)}
    translated = {(m.context, key_of(m)): m for m in catalogue(language) if m.context}
    assert set(translated) == asked
    assert all(fields(key) == fields(texts(m)[0]) for (_, key), m in translated.items())


def test_an_unknown_id_is_a_fault() -> None:
    say = words_of("en")
    for ask in (say, lambda key: words_of("zh").sentence("kibana", key), lambda key: say.plural(key, 1)):
        with pytest.raises(KeyError):
            ask("nothing.of.the.kind")
    assert say.get("nothing.of.the.kind", "otherwise") == "otherwise"


def test_a_number_says_which_form() -> None:
    say = words_of("en")
    assert [say.plural("count.days", number) for number in (0, 1, 2000)] == ["0 days", "1 day", "2,000 days"]
    assert words_of("zh").plural("count.days", 1) == "1 天"
