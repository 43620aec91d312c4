"""What all values that walk through the product have in common, and the few things that they compute."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from mediawatch.records import Article, Exchange, Link, Loss, Page, Reason
from tests.support.announcing import an_answer
from tests.support.index import an_article
from tests.support.lakes import MORNING, a_candidate, a_page

LINK = Link(
    link_id="1" * 32,
    url="https://www.paper.example/a/1",
    source="paper",
    site="www.paper.example",
    title="Title",
    announced_at=None,
    updated_at=None,
    discovered_by="feed",
    first_seen_at=MORNING,
)
VALUES = (
    LINK,
    a_page(a_candidate()),
    an_article("城北水库", "蓄水量比去年同期多出两成"),
    an_answer("body"),
    Loss(stage="fetch", link_id="1" * 32, source="paper", reason=Reason.GONE),
)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
class TestEveryValue:
    def test_cannot_be_changed(self, value: Any) -> None:
        name = fields(value)[0].name
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, "other")

    def test_has_no_room_for_other_fields(self, value: Any) -> None:
        assert not hasattr(value, "__dict__")

    def test_is_made_by_naming_its_fields(self, value: Any) -> None:
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        assert type(value)(**given) == value
        with pytest.raises(TypeError, match="positional"):
            type(value)(*given.values())

    def test_can_be_counted(self, value: Any) -> None:
        assert len({value, type(value)(**{f.name: getattr(value, f.name) for f in fields(value)})}) == 1


def test_what_is_found_is_told_by_type() -> None:
    assert {type(value) for value in VALUES} == {Link, Page, Article, Exchange, Loss}


def test_a_header_is_found_by_its_name_in_any_case_and_the_first_counts() -> None:
    exchange = Exchange(
        url="https://www.paper.example/",
        status=200,
        phrase="OK",
        request_headers=(("ETag", "sent"),),
        headers=(("etag", '"first"'), ("ETag", '"second"'), ("X-Empty", "")),
        body=b"",
        fetched_at=MORNING,
        remote_address="",
    )
    assert exchange.header("ETAG") == '"first"'
    assert exchange.header("X-Empty") == ""
    assert exchange.header("Last-Modified") == ""
