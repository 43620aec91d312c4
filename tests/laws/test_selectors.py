"""The law of selectors: whatever stands on a page, ours find what cssselect's find, in the same order."""

from __future__ import annotations

import pytest
from cssselect import HTMLTranslator
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.etree import XPath
from lxml.html import HtmlElement, document_fromstring

from mediawatch.sources.css import selected

pytestmark = pytest.mark.slow

TAGS = st.sampled_from(["div", "span", "b"])
SIMPLE = st.sampled_from(
    [
        *(
            "div",
            "span",
            "b",
            "*",
            ".x",
            "div.y",
            "[class=z]",
            "b:empty",
            ":not(div > b)",
            ":is(.x, .y)",
            "div:has(> b)",
        ),
        *("div:first-child", "b:last-child", "span:only-child", "b:nth-child(2)", "div:nth-last-child(2)"),
        *("span:first-of-type", "div:last-of-type", "b:only-of-type", "div:nth-of-type(2n+1)"),
    ]
)
COMBINATORS = st.sampled_from([" ", " > ", " + ", " ~ "])
ELEMENTS = st.recursive(
    st.builds("<{0} class={1}>t</{0}>".format, TAGS, st.sampled_from("xyz")),
    lambda inner: st.builds(
        lambda tag, name, inside: f"<{tag} class={name}>{''.join(inside)}</{tag}>",
        TAGS,
        st.sampled_from("xyz"),
        st.lists(inner, max_size=5),
    ),
    max_leaves=20,
)


@st.composite
def selectors(draw: st.DrawFn) -> str:
    found = draw(SIMPLE)
    for _ in range(draw(st.integers(0, 3))):
        found += draw(COMBINATORS) + draw(SIMPLE)
    return found


@settings(deadline=None, max_examples=300)
@given(body=st.lists(ELEMENTS, min_size=1, max_size=5), group=st.lists(selectors(), min_size=1, max_size=2))
def test_they_find_the_same(body: list[str], group: list[str]) -> None:
    root: HtmlElement = document_fromstring(f"<html><body>{''.join(body)}</body></html>")
    selector = ", ".join(group)
    assert selected(root, selector) == XPath(HTMLTranslator().css_to_xpath(selector))(root)
