from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mediawatch.language import character_map, fold, han_share, language_of, script_of

HAN = st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF)
TRADITIONAL = st.sampled_from(sorted(character_map()))
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=HAN),
    st.text(alphabet=st.one_of(TRADITIONAL, HAN, st.characters(max_codepoint=0x24F))),
    st.text(alphabet=st.characters()),
)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_full_width_forms_fold_to_what_ascii_does(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert fold(wide) == fold(text)


@given(st.text(alphabet=TRADITIONAL))
def test_no_folded_text_holds_a_character_that_the_map_changes_alone(text: str) -> None:
    # Phrases may keep one (乾 in 乾坤); a single character standing alone never stays.
    for character in text:
        assert fold(character) not in character_map()


@given(TEXTS)
def test_shares_and_names_keep_their_range(text: str) -> None:
    assert 0.0 <= han_share(text) <= 1.0
    assert script_of(text) in ("Hans", "Hant", None)
    assert re.fullmatch(r"zh-Han[st]|und|[a-z]{2}", language_of(text))
