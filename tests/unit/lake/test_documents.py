"""Documents: equal ones are equal bytes, and what is no document is corrupt."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mediawatch.errors import Corrupt
from mediawatch.lake.documents import CHECKSUM, digest_of, dump, dump_at, load


def test_equal_documents_are_equal_bytes() -> None:
    assert dump({"b": 1, "a": "新闻"}) == dump({"a": "新闻", "b": 1}) == '{"a":"新闻","b":1}\n'.encode()
    assert digest_of({"b": 1, "a": 2}) == digest_of({"a": 2, "b": 1}) != digest_of({"a": 2})


def test_documents_come_back() -> None:
    document = {"a": [1, None, True, "x", {"y": 0.5}]}
    assert load(dump(document), "k") == document


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        dump({"a": value})


def test_a_stored_document_comes_back_without_its_checksum() -> None:
    document = {"a": [1, None, True, "x", {"y": 0.5, "标题": "新闻"}], "b": (1, 2), "counts": {10: 1, 9: 2}}
    assert load(dump_at("k", document), "k") == json.loads(dump(document))


def test_one_written_before_there_were_checksums_is_read_all_the_same() -> None:
    assert load(dump({"a": 1}), "k") == {"a": 1}


def test_no_byte_of_a_stored_document_can_change_what_is_read() -> None:
    """But for the name of the checksum itself: then the document is one without, and says what it said."""
    document = {"day": "2026-04-29", "batch": "b1", "counts": {"pages": 31}, "title": "新闻"}
    stored = dump_at("k", document)
    for place in range(len(stored)):
        for flip in (1, 4, 32):
            changed = bytearray(stored)
            changed[place] ^= flip
            found = read(bytes(changed))
            assert found is None or ({name: found[name] for name in document} == document and CHECKSUM not in found)


def read(data: bytes) -> dict[str, Any] | None:
    """What is stored under `k`, None when it says itself that it is damaged."""
    try:
        return load(data, "k")
    except Corrupt:
        return None


def test_a_document_is_not_read_in_another_ones_place() -> None:
    with pytest.raises(Corrupt, match=r"^other: its checksum is not that of this content in this place"):
        load(dump_at("k", {"a": 1}), "other")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"\x80", b'{"sha256":NaN}'])
def test_what_is_no_document_is_corrupt_and_named(data: bytes) -> None:
    with pytest.raises(Corrupt, match="some/key"):
        load(data, "some/key")
