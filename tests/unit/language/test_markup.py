"""Markup is only changed where one tag has more attributes than any real one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.language.markup import MOST_ATTRIBUTES, tamed
from tests.support.growth import growth

MANY = " ".join(f"a{n}=b" for n in range(2 * MOST_ATTRIBUTES))
KEPT = " ".join(f"a{n}=b" for n in range(MOST_ATTRIBUTES))


@pytest.mark.parametrize("value", ["{}", "'{}'", '"{}"', "'a>{}'", '"<b>{}"', '"it\'s {}>"'])
@pytest.mark.parametrize("end", [">x</a>", "/>", ""])
def test_attributes_beyond_the_bound_are_left_out(value: str, end: str) -> None:
    attributes = [f"a{n}={value.format(n)}" for n in range(2 * MOST_ATTRIBUTES)]
    found = tamed(f"<p>before</p><a {' '.join(attributes)}{end}")
    assert " ".join(found.split()).startswith(f"<p>before</p><a {' '.join(attributes[:MOST_ATTRIBUTES])}")
    assert attributes[MOST_ATTRIBUTES] not in found
    assert found.endswith(">x</a>" if end == ">x</a>" else ">" if end else "")


def test_names_that_look_like_tags_are_attributes_too() -> None:
    assert tamed("<a " * (3 * MOST_ATTRIBUTES)).count("<a") <= MOST_ATTRIBUTES + 1


def test_scripts_are_text() -> None:
    for name in ("script", "style", "textarea", "title"):
        page = f"<{name}>a <b {MANY}</{name}><p>x</p><{name}>a <b {MANY}"
        assert tamed(page) == page
    assert tamed(f"<script>x</script><b {MANY}>") == f"<script>x</script><b {KEPT} >"


@given(
    st.text(max_size=200) | st.lists(st.sampled_from(["<a ", "b='", 'c="', "'", '"', ">", "=", "/", "x "])).map("".join)
)
def test_short_markup_stays(markup: str) -> None:
    assert tamed(markup) == markup


@pytest.mark.parametrize("piece", ["<a ", "<a b='", '<a b="', "<a b=", "< ", "<script>", "a=b ", "<a " + "b " * 600])
def test_the_time_grows_with_the_length_only(piece: str) -> None:
    assert growth(lambda size: tamed(piece * (size // len(piece))), small=20_000, times=10) < 30
