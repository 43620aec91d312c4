"""A JSON list is found by what its entries lead to."""

from __future__ import annotations

from typing import Any

import pytest

from mediawatch.harvest.discovery import Announcement, read_announcement
from mediawatch.harvest.discovery.json_fields import guessed_list
from mediawatch.records import Reason
from tests.support.announcing import HOME, a_source, an_answer

URL = HOME + "api/latest"
PAPER = a_source()


def entry(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "page_url": f"/news/2025/04/29/{number}", "title": f"水库今年的水来得早 {number}", **more}


@pytest.mark.parametrize(
    "document",
    [
        [entry(n, updated_at=1745920800000) for n in range(4)],
        {
            "data": [entry(n, updated_at=1745920800000) for n in range(4)],
            "menu": [{"url": "/about", "title": "关于我们"}],
        },
        {"items": [{"data": entry(n, publishTime="2025-04-29 18:00")} for n in range(4)], "more": {"page": 2}},
        {"data": {"list": [entry(n, img="/news/2025/04/29/1.jpg", publish_date="2025-04-29 18:00") for n in range(4)]}},
    ],
    ids=["bare", "in data", "entries in data", "with pictures"],
)
def test_address_title_and_date_are_found(document: Any) -> None:
    import json

    announcement = Announcement(url=URL, kind="json", source="paper")
    found = read_announcement(announcement, an_answer(json.dumps(document), URL), PAPER)
    assert [(item.url, item.title) for item in found.items] == [
        (f"{HOME}news/2025/04/29/{n}", f"水库今年的水来得早 {n}") for n in range(4)
    ]
    assert {f"{item.announced_at:%Y-%m-%d %H:%M}" for item in found.items if item.announced_at} == {"2025-04-29 10:00"}


def test_the_time_of_publication_comes_before_other_times() -> None:
    found = guessed_list([entry(n, update_time="x", pubDate="y") for n in range(3)], URL, PAPER)
    assert found is not None
    assert found.fields.date == "pubDate"


@pytest.mark.parametrize(
    "document",
    [None, 7, [], {}, ["/news/2025/04/29/1"], [{"url": "/about"}], [{"url": "https://elsewhere.example/2025/04/29/1"}]],
)
def test_where_nothing_leads_to_articles_there_is_no_list(document: Any) -> None:
    assert guessed_list(document, URL, PAPER) is None
    announcement = Announcement(url=URL, kind="json", source="paper")
    assert read_announcement(announcement, an_answer("[1]", URL), PAPER).reason is Reason.NOT_A_FEED


def test_deep_and_large_documents_take_no_longer() -> None:
    deep: Any = [entry(1)]
    for _ in range(200):
        deep = {"a": deep}
    assert guessed_list(deep, URL, PAPER) is not None
    assert guessed_list([[0] * 1_000] * 300, URL, PAPER) is None
