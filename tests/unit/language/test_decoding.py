from __future__ import annotations

import pytest

from mediawatch.language import decode

CHINESE = "记者今日从市政府获悉，新的地铁线路将于明年开通，预计每日运送乘客二十万人次。"
TRADITIONAL = "記者今日從市政府獲悉，新的捷運線路將於明年開通，預計每日運送乘客二十萬人次。"
JAPANESE = "東京で新しい路線が来年開通する見込みだと発表した。"
KOREAN = "서울시는 새로운 지하철 노선을 내년에 개통한다고 밝혔다."
FRENCH = "Le président a déclaré que l’été sera très chaud à Genève."
RUSSIAN = "Президент заявил об открытии новой линии метро."


def page(text: str, declared: str = "") -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}<title>{text[:8]}</title></head><body><p>{text}</p>{'<div>x</div>' * 40}</body></html>"


@pytest.mark.parametrize("lie", ["", "utf-8", "iso-8859-1", "gb2312", "big5", "no-such-charset", "utf-16"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "gbk"),
        (CHINESE + "龘㐂", "gb18030"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-8-sig"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL + "嘅咗", "big5hkscs"),
        (TRADITIONAL, "gbk"),
        (FRENCH, "utf-8"),
        (FRENCH, "cp1252"),
    ],
)
def test_bytes_win_over_whatever_the_page_declares(text: str, encoding: str, lie: str) -> None:
    decoded = decode(page(text, lie).encode(encoding), "text/html")
    assert decoded is not None
    assert text in decoded.text


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (JAPANESE, "shift_jis", "Shift_JIS"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (KOREAN, "euc_kr", "ks_c_5601-1987"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (CHINESE, "gbk", "x-gbk"),
    ],
)
def test_what_bytes_cannot_tell_the_declaration_does(text: str, encoding: str, declared: str) -> None:
    by_meta = decode(page(text, declared).encode(encoding))
    by_header = decode(page(text).encode(encoding), f"text/html; charset={declared}")
    assert by_meta is not None
    assert by_header is not None
    assert text in by_meta.text
    assert text in by_header.text


def test_http_equiv_and_xml_declarations_are_read() -> None:
    equiv = f'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>{RUSSIAN}</p>'
    declaration = f'<?xml version="1.0" encoding="windows-1251"?><p>{RUSSIAN}</p>'
    for text in (equiv, declaration):
        decoded = decode(text.encode("cp1251"))
        assert decoded is not None
        assert RUSSIAN in decoded.text


def test_gb2312_is_read_as_its_superset() -> None:
    decoded = decode(page(CHINESE + "朱镕基", "gb2312").encode("gbk"))
    assert decoded is not None
    assert decoded.encoding == "gb18030"
    assert "朱镕基" in decoded.text


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    for encoding in ("utf-8", "gbk"):
        body = page(CHINESE * 20).encode(encoding)
        decoded = decode(body[:3000] + b"\xff\x81" + body[3000:])
        assert decoded is not None
        assert CHINESE in decoded.text


def test_marks_and_control_characters_are_gone() -> None:
    decoded = decode(b"\xef\xbb\xbf<p>one\x00 two\x0b\r\n\tthree" + b"x" * 200 + b"</p>")
    assert decoded is not None
    assert decoded.text.startswith("<p>one two\r\n\tthree")


def test_an_empty_answer_is_empty_text() -> None:
    decoded = decode(b"")
    assert decoded is not None
    assert decoded.text == ""


@pytest.mark.parametrize(
    "body",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"\x1f\x8b\x08\x00" + bytes(reversed(range(256))) * 20,
        b"\x00" * 5_000,
    ],
)
def test_what_is_not_text_is_not_decoded(body: bytes) -> None:
    assert decode(body, "text/html; charset=utf-8") is None


def test_icon_fonts_do_not_count_against_a_page() -> None:
    decoded = decode("<p>plain words <i>\ue001\ue002</i></p>".encode())
    assert decoded is not None
    assert decoded.encoding == "utf-8"


def around(text: str, declared: str = "") -> str:
    """A long page in ASCII with nothing but `text` beyond it."""
    return page("plain words").replace("</p>", f" {text}</p>").replace("<head>", f'<head><meta charset="{declared}">')


SPARSE = (
    "·····",
    "ôéè",
    "×××",
    "\ufeff",
    "\u200b",
    "㐂",
    "𠮷",
    "\ue001",
    "\ufffd",
    "ÖÐ¹ú",
    "“a”",
    "™🙂",
    "ﬁ №",
    "ĀāĂă",
)


@pytest.mark.parametrize("text", SPARSE)
@pytest.mark.parametrize(
    ("header", "meta"),
    [
        ("text/html; charset=utf-8", ""),
        ("text/html", "utf-8"),
        ("text/html; charset=utf-8", "gb2312"),
        ("text/html; charset=UTF-8", "big5"),
        ("text/html; charset=iso-8859-1", "utf-8"),
        ("", ""),
    ],
)
def test_valid_utf8_is_utf8_however_little_is_beyond_ascii(text: str, header: str, meta: str) -> None:
    decoded = decode(around(text, meta).encode(), header)
    assert decoded is not None
    assert (decoded.encoding, decoded.text) == ("utf-8", around(text, meta))


@pytest.mark.parametrize("text", ["©", "®", "caf\u00e9", "a · b · c"])
def test_signs_that_stand_alone_are_utf8_even_on_a_page_that_says_gb2312(text: str) -> None:
    decoded = decode(around(text, "gb2312").encode(), "text/html")
    assert decoded is not None
    assert text in decoded.text


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        ("朱镕喆", "gb18030", "gb2312"),
        ("㐂", "gb18030", "gbk"),
        ("·", "gbk", "gb2312"),
        ("碁銹裏", "cp950", "big5"),
        ("恒豐", "cp950", "big5"),
        ("嘅", "big5hkscs", "big5-hkscs"),
    ],
)
@pytest.mark.parametrize("header", ["text/html", "text/html; charset=iso-8859-1", "text/html; charset=utf-8"])
def test_a_declared_encoding_that_fits_is_taken_however_rare_its_few_characters(
    text: str, encoding: str, declared: str, header: str
) -> None:
    decoded = decode(around(text, declared).encode(encoding), header)
    assert decoded is not None
    assert text in decoded.text


@pytest.mark.parametrize("broken", [b"\xff", b"\xe2\x80", b"\x81\x82"])
@pytest.mark.parametrize("text", ["don’t — “so”", "café, naïve, garçon, déjà vu", CHINESE])
@pytest.mark.parametrize("header", ["text/html; charset=utf-8", "text/html; charset=iso-8859-1", ""])
def test_utf8_with_a_broken_byte_is_not_read_as_three_characters_each(text: str, broken: bytes, header: str) -> None:
    body = around(text).encode()
    decoded = decode(body[:-20] + broken + body[-20:], header)
    assert decoded is not None
    assert text in decoded.text
    assert decoded.encoding == "utf-8"


def test_one_byte_that_is_in_no_encoding_costs_no_page() -> None:
    decoded = decode(around("x").encode() + b"\x81")
    assert decoded is not None
    assert decoded.text == around("x") + "\ufffd"


def test_rare_characters_behind_a_long_script_still_tell_the_encoding() -> None:
    body = f"<script>{'var a = 1;' * 30_000}</script><p>{TRADITIONAL}</p>".encode("big5")
    decoded = decode(body)
    assert decoded is not None
    assert TRADITIONAL in decoded.text


def test_a_wide_page_that_is_cut_in_half_a_character_is_read() -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        decoded = decode(page(CHINESE).encode(encoding)[:-1])
        assert decoded is not None
        assert CHINESE in decoded.text


def test_utf8_of_one_rare_character_is_not_read_with_losses() -> None:
    decoded = decode('<meta charset="big5"><p>㐀</p>'.encode())
    assert decoded is not None
    assert (decoded.encoding, "\ufffd" in decoded.text) == ("utf-8", False)
