"""ARC, the format before WARC: records that begin with one line of words, the length of the block last."""

from __future__ import annotations

from mediawatch.lake.warc.heads import Fields

_WORDS = ((5, 2), (10, 7))
"""How many words the line of version 1 and of version 2 has, and how many of them follow the date."""


def arc_fields(line: bytes) -> Fields | None:
    """The record's line as the fields of a WARC record; None when it is no such line.

    `URL IP DATE TYPE LENGTH`, or `URL IP DATE TYPE STATUS CHECKSUM LOCATION OFFSET FILE LENGTH`.
    """
    words = line.decode("latin-1").rstrip("\r\n").split(" ")
    for count, behind in _WORDS:
        if len(words) < count:
            continue
        address = " ".join(words[: len(words) - count + 1])
        date, length = words[-1 - behind], words[-1]
        if ":" in address and _is_number(date, 8, 14) and _is_number(length, 1, 18):
            return _fields(address, words[-2 - behind], date.ljust(14, "0"), length)
    return None


def _is_number(word: str, least: int, most: int) -> bool:
    return least <= len(word) <= most and word.isascii() and word.isdigit()


def _fields(address: str, host: str, date: str, length: str) -> Fields:
    is_about_the_file = address.startswith("filedesc:")
    moment = f"{date[:4]}-{date[4:6]}-{date[6:8]}T{date[8:10]}:{date[10:12]}:{date[12:]}Z"
    return (
        ("WARC-Type", "warcinfo" if is_about_the_file else "response"),
        ("WARC-Target-URI", address),
        ("WARC-Date", moment),
        ("WARC-IP-Address", host),
        ("Content-Length", length),
    )
