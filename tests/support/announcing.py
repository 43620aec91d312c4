"""Sources and answers for tests of discovery."""

from __future__ import annotations

from datetime import UTC, datetime

from mediawatch.harvest.discovery import Announced, Announcement
from mediawatch.harvest.discovery.announcement import AnnouncementKind
from mediawatch.records import Exchange, JsonFields, Limits, Seed, Source

HOME = "https://www.paper.example/"
SEEN_AT = datetime(2025, 4, 29, 12, 0, tzinfo=UTC)


def a_source(*, name: str = "paper", home: str = HOME, timezone: str = "Asia/Shanghai", **changes: object) -> Source:
    values: dict[str, object] = {
        "name": name,
        "title": "The Paper",
        "home": home,
        "hosts": (home.split("/")[2],),
        "timezone": timezone,
        "languages": ("zh-Hans",),
        "country": "CN",
        "discovery": (Seed(kind="auto", url=home),),
    }
    return Source.model_validate({**values, **changes})


def limited(**limits: float) -> Source:
    return a_source(limits=Limits.model_validate(limits))


def an_announcement(
    kind: AnnouncementKind, url: str = HOME, *, depth: int = 0, link_pattern: str | None = None
) -> Announcement:
    fields = JsonFields(link="{url}", title="title", date="date") if kind == "json" else None
    return Announcement(url=url, kind=kind, source="paper", depth=depth, link_pattern=link_pattern, fields=fields)


def an_answer(
    body: bytes | str,
    url: str = HOME,
    *,
    content_type: str = "",
    status: int = 200,
    location: str = "",
    fetched_at: datetime = SEEN_AT,
) -> Exchange:
    named = (("Content-Type", content_type), ("Location", location))
    return Exchange(
        url=url,
        status=status,
        phrase="OK" if status == 200 else "",
        request_headers=(),
        headers=tuple(pair for pair in named if pair[1]),
        body=body.encode() if isinstance(body, str) else body,
        fetched_at=fetched_at,
        remote_address="",
    )


def an_item(url: str, *, at: datetime | None = None, updated: datetime | None = None, title: str = "") -> Announced:
    return Announced(url=url, title=title, announced_at=at, updated_at=updated, discovered_by=f"feed {HOME}feed")
