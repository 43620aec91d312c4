"""Laws of decoding: valid UTF-8 is read as itself, and what is encoded in the usual encodings of news comes back."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from mediawatch.language import decode
from tests.golden.shapes import shapes

FILLING = "<p>plain words of a page</p>" * 60
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
HEADERS = st.sampled_from(
    ["", "text/html", "text/html; charset=utf-8", "text/html; charset=iso-8859-1", "a; charset=x"]
)
METAS = st.sampled_from(["utf-8", "UTF8"])
MARKUP = tuple(shape.markup for shape in shapes())
LABELS = {"gb18030": ("gb2312", "gbk", "gb18030"), "big5hkscs": ("big5", "big5-hkscs"), "utf-8": ("utf-8",)}


def declared(markup: str, label: str) -> str:
    return re.sub(r"(<head[^>]*>)", rf'\1<meta charset="{label}">', markup.replace("charset=", "x="), count=1)


@settings(max_examples=300, deadline=None)
@given(TEXTS, HEADERS, METAS)
def test_a_page_that_is_utf8_as_it_says_is_read_as_it_is(text: str, header: str, meta: str) -> None:
    page = f"<meta charset={meta}>{FILLING}{text}"
    decoded = decode(page.encode(), header)
    assert decoded is not None
    assert decoded.text == page


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whole_pages_come_back_from_the_encoding_that_they_declare(data: st.DataObject) -> None:
    markup = data.draw(st.sampled_from(MARKUP))
    encoding = data.draw(st.sampled_from(sorted(LABELS)))
    label, header = data.draw(st.sampled_from(LABELS[encoding])), data.draw(HEADERS)
    page = declared(markup, label)
    try:
        body = page.encode(encoding)
    except UnicodeEncodeError:
        return
    decoded = decode(body, header)
    assert decoded is not None
    assert decoded.text == page


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), HEADERS)
def test_no_bytes_raise_and_the_text_has_no_control_characters(body: bytes, header: str) -> None:
    decoded = decode(body, header)
    assert decoded is None or not re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", decoded.text)
