"""An outlet: one of the six sites as it answers to addresses, seen from an instant."""

from __future__ import annotations

import gzip
import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from random import Random
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from devsites.edition import edition
from devsites.feeds import Channel, Entry
from devsites.houses import Masthead
from devsites.stories import Caption, Story, Version, day_and_number

_PAGES_KEPT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What an address gives.  `manner` asks the server to be slow or to refuse the first request."""

    body: bytes
    content_type: str
    modified_at: datetime
    etag: str = ""
    manner: str = ""
    packed: bytes = field(default=b"", repr=False)

    @classmethod
    def of(
        cls, body: str | bytes, content_type: str, modified_at: datetime, *, etag: str = "", manner: str = ""
    ) -> Document:
        """A document with its digest as ETag (unless told otherwise) and its gzip form."""
        data = body.encode() if isinstance(body, str) else body
        tag = etag or f'"{hashlib.blake2b(data, digest_size=8).hexdigest()}"'
        packed = gzip.compress(data, compresslevel=1, mtime=0)
        return cls(
            body=data, content_type=content_type, modified_at=modified_at, etag=tag, manner=manner, packed=packed
        )


Route = Callable[[datetime], Document]


class Outlet(ABC):
    """A site at `base_url` (no slash at its end).  What it shows depends on nothing but the instant asked for."""

    masthead: Masthead

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._page = lru_cache(_PAGES_KEPT)(self._draw)

    # -- what a site decides for itself

    @abstractmethod
    def path(self, story: Story) -> str:
        """The path of the story's first page."""

    @abstractmethod
    def draw(self, story: Story, version: Version, page: int) -> str:
        """The HTML of one page of a story."""

    @abstractmethod
    def routes(self) -> Mapping[str, Route]:
        """The addresses beside stories: home, feeds, lists, sitemaps."""

    def robots(self) -> str:
        """The rules of robots.txt, without Crawl-delay."""
        return "User-agent: *\nDisallow: /member/\nDisallow: /print/\n"

    def caption(self, caption: Caption) -> str:
        """A caption as printed, without the brackets around a whole line."""
        return caption.text

    def publisher(self, story: Story) -> str:
        """The original publisher as printed, empty where the page names none."""
        return story.publisher

    def byline(self, story: Story) -> str:
        """The author as printed, empty where the page names none."""
        return story.byline

    def encode(self, html: str) -> tuple[bytes, str]:
        """The page as bytes, and its Content-Type."""
        return html.encode(), "text/html; charset=utf-8"

    def page_path(self, story: Story, page: int) -> str:
        """The path of a further page."""
        return self.path(story) if page == 1 else f"{self.path(story)}{page}/"

    # -- what all sites share

    def url(self, story: Story) -> str:
        """The address under which the story is announced."""
        return self.base_url + self.path(story)

    def answer(self, path: str, moment: datetime) -> Document | None:
        """The document at `path` (percent-decoded, without query) as of `moment`, None where nothing (yet) is."""
        if (route := self.routes().get(path)) is not None:
            return route(moment)
        found = self.locate(path)
        if found is None or found[0].kind == "dead" or found[0].published_at > moment:
            return None
        story, page = found
        return self._page(story, story.at(moment), page)

    def _draw(self, story: Story, version: Version, page: int) -> Document:
        data, content_type = self.encode(self.draw(story, version, page))
        manner = story.kind if story.kind in ("slow", "throttled") else ""
        return Document.of(data, content_type, version.at, manner=manner)

    def locate(self, path: str) -> tuple[Story, int] | None:
        """The story and page that `path` names exactly."""
        for number in re.findall(r"\d{8}", path)[:1]:
            for story in self._with_code(int(number)):
                for page in range(1, len(story.breaks) + 2):
                    if unquote(self.page_path(story, page)) == path:
                        return story, page
        return None

    def _with_code(self, code: int) -> Iterator[Story]:
        day, number = day_and_number(code)
        yield from islice(edition(self.masthead.key, day), number - 1, number)

    def latest(self, moment: datetime, *, days: int) -> Iterator[Story]:
        """What was published up to `moment` in the last `days` times 24 hours, newest first."""
        start = moment - timedelta(days=days)
        for back in range(days + 1):
            for story in reversed(edition(self.masthead.key, moment.date() - timedelta(days=back))):
                if start < story.published_at <= moment:
                    yield story

    def yesterday(self, story: Story, count: int) -> list[Story]:
        """Articles of the day before `story`, for its lists of links; the same for all pages of a day."""
        before = edition(self.masthead.key, story.day - timedelta(days=1))
        choice = [other for other in before if other.outcome == "article"]
        return Random(f"{story.day}/{self.masthead.key}/list").sample(choice, min(count, len(choice)))  # noqa: S311

    def links(self, stories: list[Story]) -> list[tuple[str, str]]:
        """(path, headline) of each, for a list of links."""
        return [(self.path(story), story.versions[-1].title) for story in stories]

    def entry(self, story: Story, moment: datetime, *, with_content: bool = False) -> Entry:
        """The announcement of a story as of `moment`."""
        version = story.at(moment)
        paragraphs = version.zh or version.en
        content = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs[: (story.breaks or (None,))[0]])
        return Entry(
            url=self.url(story),
            title=version.title,
            published_at=self.local(story.published_at),
            updated_at=self.local(version.at),
            summary=(paragraphs or ("",))[0],
            content=content if with_content else "",
            byline=story.byline or story.publisher,
        )

    def channel(self, path: str) -> Channel:
        """The head of a feed at `path`."""
        return Channel(
            title=self.masthead.name,
            home=f"{self.base_url}/",
            url=self.base_url + path,
            description=self.masthead.slogan,
            language=self.masthead.languages[0],
        )

    def local(self, moment: datetime) -> datetime:
        """`moment` on the site's own clock."""
        return moment.astimezone(ZoneInfo(self.masthead.timezone))

    def changed_at(self, moment: datetime, *, days: int) -> datetime:
        """The last change of what `latest` gives: the newest publication or update up to `moment`."""
        stories = list(self.latest(moment, days=days))
        return max((story.at(moment).at for story in stories), default=moment - timedelta(days=days))
