"""Sitemaps as scripts write them: with a bare ampersand, entities of HTML, and in any encoding."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mediawatch.harvest.discovery import Findings, read_announcement
from mediawatch.harvest.discovery.sitemap_text import as_utf8, well_formed
from tests.support.announcing import HOME, a_source, an_announcement, an_answer


def read(body: bytes | str) -> Findings:
    return read_announcement(an_announcement("sitemap"), an_answer(body), a_source())


def a_map(*locations: str, title: str = "", declaration: str = "") -> str:
    news = f"<news><title>{title}</title></news>" if title else ""
    return f"{declaration}<urlset>{''.join(f'<url><loc>{each}</loc>{news}</url>' for each in locations)}</urlset>"


def repaired(text: str) -> str:
    return b"".join(well_formed(iter([text.encode()]))).decode()


@pytest.mark.parametrize(
    ("written", "repair"),
    [
        ("?x=1&y=2", "?x=1&amp;y=2"),
        ("?x=1&amp;y=2&#38;z&#x26;", "?x=1&amp;y=2&#38;z&#x26;"),
        ("a&nbsp;b&mdash;c", "a\xa0b—c"),
        ("&AMP;&LT;", "&amp;&lt;"),
        ("&copy=1&unknown;", "&amp;copy=1&amp;unknown;"),
        ("<![CDATA[?x=1&y=2&nbsp;]]>&", "<![CDATA[?x=1&y=2&nbsp;]]>&amp;"),
        ("AT&T & Co", "AT&amp;T &amp; Co"),
    ],
)
def test_an_ampersand_that_begins_no_entity_of_xml_is_meant_as_it_stands(written: str, repair: str) -> None:
    assert repaired(written) == repair
    assert repaired(repair) == repair


@given(
    st.lists(st.sampled_from(["&", "amp;", "nbsp;", "<![CDATA[", "]]>", "]", "<", "a", "#38;"]), max_size=40).map(
        "".join
    ),
    st.integers(1, 60),
)
@example(text="<![CDATA[]]>&&&&&&nbsp;" + "<![CDATA[" * 4, size=1)
@example(text="<![CDATA[]]]>" + "&" * 47, size=1)
def test_it_does_not_matter_how_the_bytes_are_cut(text: str, size: int) -> None:
    data = text.encode()
    pieces: Iterator[bytes] = (data[at : at + size] for at in range(0, len(data), size))
    assert b"".join(well_formed(pieces)).decode() == repaired(text)


def test_both_parameters_of_an_address_are_kept() -> None:
    found = read(a_map(f"{HOME}a?x=1&y=2", f"{HOME}b"))
    assert [item.url for item in found.items] == [f"{HOME}a?x=1&y=2", f"{HOME}b"]
    assert found.problem == ""


@pytest.mark.parametrize(
    ("declared", "encoding", "title"),
    [
        ("GBK", "gbk", "水库春灌"),
        ("gb2312", "gb18030", "镕基水库"),
        ("Big5", "big5hkscs", "恒豐指數啲嘅"),
        ("UTF-16", "utf-16", "水库春灌"),
        ("UTF-16", "utf-16-le", "水库春灌"),
        ("utf-8", "utf-8-sig", "水库春灌"),
        ("no-such-coding", "utf-8", "water"),
    ],
)
def test_it_is_read_in_the_encoding_it_says(declared: str, encoding: str, title: str) -> None:
    text = a_map(f"{HOME}a", title=title, declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    assert [item.title for item in read(text.encode(encoding)).items] == [title]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_plain_list_of_addresses_too(encoding: str, end: str) -> None:
    found = read(end.join((f"{HOME}a", f"{HOME}b", "")).encode(encoding))
    assert [item.url for item in found.items] == [f"{HOME}a", f"{HOME}b"]


def test_blanks_before_the_declaration_are_no_fault() -> None:
    found = read("\n\n " + a_map(f"{HOME}a", declaration='<?xml version="1.0"?>'))
    assert (len(found.items), found.problem) == (1, "")


def test_what_cannot_be_unpacked_is_told_where_it_stands() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"<urlset>"
        raise ValueError("broken gzip")

    with pytest.raises(ValueError, match="broken gzip"):
        list(well_formed(as_utf8(pieces())))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r"])
def test_robots_name_their_sitemaps_however_lines_end(encoding: str, end: str) -> None:
    text = end.join(("User-agent: *", "Disallow: /x", f"Sitemap: {HOME}s.xml", ""))
    found = read_announcement(an_announcement("robots"), an_answer(text.encode(encoding)), a_source())
    assert [each.url for each in found.follow] == [f"{HOME}s.xml"]
