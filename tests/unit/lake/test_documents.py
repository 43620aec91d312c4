"""Documents: equal ones are equal bytes, and what is no document is corrupt."""

from __future__ import annotations

import pytest

from mediawatch.errors import Corrupt
from mediawatch.lake.documents import digest_of, dump, load


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


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"\x80"])
def test_what_is_no_document_is_corrupt_and_named(data: bytes) -> None:
    with pytest.raises(Corrupt, match="some/key"):
        load(data, "some/key")
