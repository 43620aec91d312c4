"""Laws of folding with the way back."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mediawatch.language import character_map, fold, fold_aligned

HAN = st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF)
TRADITIONAL = st.sampled_from(sorted(character_map()))
AWKWARD = st.sampled_from(
    [*"㎏ﷺ㍿…ﬃİΣσ́̈ﾊﾞﾟガ각\u1100\u1161\u11a8\ud800\udc00\n\r\u0b57\u0b46乾隆干着於", "關稅", "a\u0301"]
)
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=HAN),
    st.text(alphabet=st.one_of(TRADITIONAL, HAN, st.characters(max_codepoint=0x24F))),
    st.text(alphabet=st.characters()),
    st.lists(st.one_of(AWKWARD, HAN, TRADITIONAL, st.sampled_from("abc \u0301"))).map("".join),
)


@given(TEXTS)
def test_the_text_is_the_folded_text(text: str) -> None:
    assert fold_aligned(text).text == fold(text)


@given(TEXTS)
def test_spans_cover_the_original_in_order(text: str) -> None:
    folded = fold_aligned(text)
    spans = [folded.span(place, place + 1) for place in range(len(folded.text))]

    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(spans))
    if folded.text:
        assert folded.span(0, len(folded.text)) == (spans[0][0], spans[-1][1])


@given(st.text(alphabet=st.one_of(HAN, TRADITIONAL)))
def test_characters_that_stand_for_one_stay_where_they_are(text: str) -> None:
    folded = fold_aligned(text)
    if len(folded.text) == len(text):
        assert [folded.span(n, n + 1) for n in range(len(text))] == [(n, n + 1) for n in range(len(text))]


@given(TEXTS, TEXTS)
def test_a_line_does_not_move_the_one_after_it(first: str, second: str) -> None:
    alone, together = fold_aligned(second), fold_aligned(f"{first}\n{second}")
    if together.text.endswith("\n" + alone.text):
        at, before = len(together.text) - len(alone.text), len(first) + 1
        for place in range(len(alone.text)):
            start, end = alone.span(place, place + 1)
            assert together.span(at + place, at + place + 1) == (before + start, before + end)
