"""Names that differ from place to place are brought to one spelling, and nothing else is."""

from __future__ import annotations

import pickle

import pytest

from mediawatch.errors import BadConfiguration
from mediawatch.language import Aliases, Name, fold

TRUMP = Name(
    canonical="特朗普",
    forms=("川普", "唐納德·特朗普"),
    kind="person",
    en=("Donald Trump", "Trump"),
    unless=("四川", "川普通"),
)
SYDNEY = Name(canonical="悉尼", forms=(), kind="place", homographs=("雪梨",), en=("Sydney",))
ECUADOR = Name(canonical="厄瓜多尔", forms=("厄瓜多",))
NAMES = Aliases((TRUMP, SYDNEY, ECUADOR))


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("川普與特朗普", "特朗普与特朗普"),
        ("唐納德·特朗普、唐纳德‧特朗普、唐納德特朗普", "特朗普、特朗普、特朗普"),
        ("他講四川普通話，川普不懂", "他讲四川普通话,特朗普不懂"),
        ("厄瓜多尔與厄瓜多", "厄瓜多尔与厄瓜多尔"),
        ("雪梨膏和Trump", "雪梨膏和trump"),
        ("", ""),
    ],
)
def test_every_form_becomes_the_canonical_one(text: str, rewritten: str) -> None:
    assert NAMES.rewrite(fold(text)) == rewritten


def test_english_names_are_rewritten_when_asked_for_and_as_whole_words() -> None:
    assert NAMES.rewrite("donald trump's trumpet, trump總", english=True) == "特朗普's trumpet, 特朗普總"


def test_latin_forms_are_whole_words() -> None:
    names = Aliases.of({"特朗普": ["Trump", "DJT"]})
    assert names.rewrite("trump and trumpism; djt2 djt總統") == "特朗普 and trumpism; djt2 特朗普總統"


@pytest.mark.parametrize(
    ("term", "canonical"),
    [("川普", "特朗普"), ("唐納德 · 特朗普", "特朗普"), ("Trump", "trump"), ("雪梨", "雪梨"), ("關稅", "关税")],
)
def test_a_terms_canonical_spelling(term: str, canonical: str) -> None:
    assert NAMES.canonical(term) == canonical


def test_english_and_homographs_lead_to_the_name_when_asked() -> None:
    assert NAMES.canonical("Trump", english=True) == "特朗普"
    assert NAMES.canonical("雪梨", english=True) == "悉尼"


def test_all_spellings_of_a_term_as_they_are_written() -> None:
    assert NAMES.forms("TRUMP") == ("特朗普", "川普", "唐納德·特朗普", "Donald Trump", "Trump")
    assert NAMES.forms("悉尼") == NAMES.forms("雪梨") == ("悉尼", "雪梨", "Sydney")
    assert NAMES.forms("關稅") == ("關稅",)


def test_occurrences_say_where() -> None:
    assert NAMES.occurrences("今天川普说") == [(2, 4, "特朗普")]


@pytest.mark.parametrize(
    "given",
    [
        {"特朗普": ["川普", "Trump"]},
        {"川普": "特朗普", "Trump": "特朗普"},
        [{"canonical": "特朗普", "forms": ["川普", "Trump", "特朗普"]}],
    ],
)
def test_the_shapes_of_json(given: object) -> None:
    names = Aliases.of(given)  # type: ignore[arg-type]
    assert names.rewrite("川普 trump") == "特朗普 特朗普"


def test_they_can_be_sent_to_another_process() -> None:
    NAMES.rewrite("川普")
    copy = pickle.loads(pickle.dumps(NAMES))  # noqa: S301
    assert copy == NAMES
    assert copy.digest == NAMES.digest
    assert copy.rewrite("川普") == "特朗普"


def test_the_digest_knows_every_change_and_no_order() -> None:
    assert Aliases((SYDNEY, TRUMP)).digest == Aliases((TRUMP, SYDNEY)).digest
    assert Aliases((SYDNEY,)).digest != Aliases((TRUMP, SYDNEY)).digest


def test_of_two_sets_the_first_has_the_word() -> None:
    other = Aliases.of({"川普先生": ["川普"], "普京": ["普丁"]})
    assert (NAMES | other).rewrite("川普普丁") == "特朗普普京"
    assert len((NAMES | other).names) == 4


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"普京": ["普"]}, "'普' is shorter than 2 characters"),
        ({"普京": ["川普"], "特朗普": ["川普"]}, "'川普' is claimed by 普京 and by 特朗普"),
        ([{"canonical": "特朗普", "forms": ["川普"], "unless": ["北京"]}], "'北京' hides none of the forms"),
    ],
)
def test_what_would_do_harm_is_refused(given: object, why: str) -> None:
    with pytest.raises(BadConfiguration, match=why):
        Aliases.of(given)  # type: ignore[arg-type]
