"""JSON lists, as the pages of large sites load their headlines from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mediawatch.harvest.discovery import Announcement, Findings, read_announcement
from mediawatch.harvest.discovery.json_lists import MOST_ENTRIES
from mediawatch.records import JsonFields, Reason
from tests.support.announcing import HOME, a_source, an_answer

URL = HOME + "api/latest"
ENTRY = {"data": {"id": 60123456, "name": "水库春灌", "at": 1745920800, "canonical": "/news/60123456"}}


def read(document: Any, **fields: str) -> Findings:
    wanted = JsonFields.model_validate({"link": "/a/{data.id}", "title": "data.name", "date": "data.at", **fields})
    announcement = Announcement(url=URL, kind="json", source="paper", fields=wanted)
    body = document if isinstance(document, str | bytes) else json.dumps(document)
    return read_announcement(announcement, an_answer(body, URL, content_type="application/json"), a_source())


@pytest.mark.parametrize(
    ("document", "items"),
    [
        ([ENTRY], {}),
        ({"items": [ENTRY]}, {"items": "items"}),
        ({"data": {"list": [ENTRY]}}, {"items": "data.list"}),
        ({"pages": [{"list": [ENTRY]}]}, {"items": "pages.0.list"}),
        ({"by_id": {"60123456": ENTRY}}, {"items": "by_id"}),
        (f"callback({json.dumps([ENTRY])});", {}),
        (f"var news = {json.dumps([ENTRY])};", {}),
        ("\ufeff" + json.dumps([ENTRY]), {}),
        (json.dumps([ENTRY], ensure_ascii=False).encode("gb18030"), {}),
    ],
)
def test_the_entries_are_where_the_seed_says(document: Any, items: dict[str, str]) -> None:
    (item,) = read(document, **items).items
    assert (item.url, item.title) == (HOME + "a/60123456", "水库春灌")
    assert f"{item.announced_at:%Y-%m-%d %H:%M}" == "2025-04-29 10:00"
    assert item.discovered_by == f"json {URL}"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("{data.canonical}", HOME + "news/60123456"),
        ("https://news.paper.example/{data.name}/{data.id}", "https://news.paper.example/水库春灌/60123456"),
    ],
)
def test_an_address_is_made_of_members(link: str, url: str) -> None:
    from urllib.parse import unquote

    assert unquote(read([ENTRY], link=link).items[0].url) == url


def test_a_member_does_not_get_out_of_its_place_in_the_address() -> None:
    assert read([{"data": {"id": "../../x?y=/z"}}]).items[0].url == HOME + "a/..%2F..%2Fx%3Fy%3D%2Fz"


@pytest.mark.parametrize(
    "value", ["2025-04-29 18:00:00", "2025-04-29T10:00:00Z", 1745920800, 1745920800000, 1745920800.0]
)
def test_dates_in_their_usual_forms(value: object) -> None:
    (item,) = read([{"data": {"id": 1, "at": value}}]).items
    assert f"{item.announced_at:%Y-%m-%d %H:%M}" == "2025-04-29 10:00"


def test_an_entry_without_what_the_address_needs_is_counted_with_a_bad_one() -> None:
    assert [item.url for item in read([ENTRY, {"data": None}, 7, {"data": {"id": True}}]).items] == [
        HOME + "a/60123456",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("document", "fields", "reason"),
    [
        ("<html></html>", {}, Reason.NOT_A_FEED),
        ("[" * 100_000, {}, Reason.NOT_A_FEED),
        ("[" + "9" * 10_000 + "]", {}, Reason.NOT_A_FEED),
        ({"items": 7}, {"items": "items"}, Reason.NOT_A_FEED),
        ({"other": []}, {"items": "items"}, Reason.NOT_A_FEED),
        ("7", {}, Reason.NOT_A_FEED),
        ([{"renamed": 1}], {}, Reason.NO_LINKS),
    ],
)
def test_what_is_no_such_list_says_so(document: Any, fields: dict[str, str], reason: Reason) -> None:
    found = read(document, **fields)
    assert (found.reason, found.items) == (reason, ())
    assert found.problem


def test_an_empty_list_is_no_fault() -> None:
    assert read([]) == Findings()


def test_entries_are_bounded() -> None:
    found = read([ENTRY] * (MOST_ENTRIES + 1))
    assert (len(found.items), found.problem) == (MOST_ENTRIES, "read the first 5,000 entries of more")
