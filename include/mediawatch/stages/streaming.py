"""A file of articles, one JSON object a line, read day by day as a live monitor would have met them.

What extraction does to pages is done to the lines of each text: ranking lists go, lines that a source repeats go (as
learned from the days before, and as the day itself shows), a line 来源：… names the original publisher.
"""

from __future__ import annotations

import gzip
import lzma
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import IO, Annotated, Final

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError

from mediawatch.errors import BadRequest
from mediawatch.extraction.body.rankings import is_ranking_heading
from mediawatch.extraction.boilerplate import DaySketch, held_by_source, learn, page_lines, sketch
from mediawatch.extraction.boilerplate.lines import keys_of
from mediawatch.keywords import TextDocument
from mediawatch.sources.publishers import Publishers
from mediawatch.stories import WINDOW_DAYS, cluster, signature, voices_of
from mediawatch.tables.stories import Clustered, Member

Fault = Callable[[str], None]
"""Told of each line that cannot be read, as file:line: what."""

TEMPLATE_DAYS: Final = 14
"""Days from which template lines are learned, as for live days (stages/boilerplate.py)."""
REPEATED: Final = 4
"""Titles of one source and day whose texts share a line, from which on it is template text: a promotion is recognised
on its first day, while one quotation in three reports of a source stays.  Not swept."""
_RANKED: Final = re.compile(r"^\s*\d{1,3}\s*[.、．:：)）]\s*\S")
_LEAST_RANKED: Final = 3
_ORIGIN: Final = re.compile(
    r"^\s*+[（(【]?\s*+(?:来源|來源|稿源|转自|轉自|原载|原載|Source)\s*+[:：]\s*+([^\s）)】].{0,40}?)[）)】]?\s*+$"
)
_HOPELESS: Final = 100
"""Faulty lines at the beginning of a file, without a readable one, after which it is no stream of articles."""


def _text(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_text)]


class StreamArticle(BaseModel):
    """One line: what must be there, and what may be; other keys are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    day: date
    source: str
    title: Text
    text: Text = ""
    published_at: AwareDatetime | None = None
    original_publisher: Text = ""
    language: Text = ""
    url: Text = ""

    @property
    def at(self) -> datetime:
        """When it was published; the beginning of its day where nobody says."""
        return self.published_at or datetime.combine(self.day, datetime.min.time(), UTC)


def read_days(path: Path, fault: Fault) -> Iterator[tuple[date, list[StreamArticle]]]:
    """The articles of each day in turn, one day in memory at a time; `.gz` and `.xz` are unpacked on the way.

    A line that is no article is told to `fault` and left out.  Raises BadRequest for a file that cannot be read or
    unpacked, whose days are not in order, or whose first lines are all faulty.
    """
    last: date | None = None
    articles = _articles(path, fault)
    with closing(articles):
        for day, numbered in groupby(articles, key=lambda pair: pair[1].day):
            group = list(numbered)
            if last is not None and day <= last:
                raise BadRequest(
                    f"{path}:{group[0][0]}: {day} comes after {last}; sort the file by `day`, a day judged is closed"
                )
            last = day
            yield day, [article for _, article in group]


def _articles(path: Path, fault: Fault) -> Generator[tuple[int, StreamArticle], None, None]:
    faults, good = 0, 0
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            article = StreamArticle.model_validate_json(line)
        except ValidationError as error:
            faults += 1
            fault(f"{path}:{number}: {_told(error)}")
            if not good and faults >= _HOPELESS:
                raise BadRequest(
                    f"{path}: none of the first {faults} lines is an article; each must be a JSON object with id, day, "
                    "source and title"
                ) from error
        else:
            good += 1
            yield number, article


def _told(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else str(first["msg"])


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with _opened(path) as file:
            yield from enumerate(file, 1)
    except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        raise BadRequest(f"{path}: cannot be unpacked ({error}); fetch or write it again") from error
    except OSError as error:
        raise BadRequest(f"{path}: cannot be read: {error.strerror or error}") from error


def _opened(path: Path) -> gzip.GzipFile | IO[bytes]:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")
    return lzma.open(path, "rb") if path.suffix == ".xz" else path.open("rb")


@dataclass(slots=True)
class StreamReader:
    """Turns the articles of each day, given in order, into documents.

    It remembers TEMPLATE_DAYS of line counts and WINDOW_DAYS of stories.
    """

    publishers: Publishers
    _sketches: dict[date, DaySketch] = field(default_factory=dict)
    _clustered: list[Clustered] = field(default_factory=list)

    def documents(self, day: date, articles: Sequence[StreamArticle]) -> list[TextDocument]:
        """The documents of `day`, in the order of `articles`; an id that comes twice counts once."""
        once = list({article.id: article for article in reversed(articles)}.values())[::-1]
        texts = self._texts(day, [(article, _without_rankings(article.text.split("\n"))) for article in once])
        members = [self._member(article, lines) for article, lines in texts]
        stories = cluster(members, self._clustered).stories
        window = [*self._clustered, *(_clustered(member, stories[member.article_id]) for member in members)]
        voices = _voices(window)
        self._clustered = [one for one in window if (day - one.day) < timedelta(days=WINDOW_DAYS)]
        return [
            TextDocument(
                article_id=article.id,
                day=day,
                at=article.at,
                publisher=member.site,
                voice=voices[article.id],
                story=stories[article.id],
                language=article.language,
                title=article.title,
                text="\n".join(line for line in lines if not _ORIGIN.match(line)),
                url=article.url,
                origin=member.origin,
            )
            for (article, lines), member in zip(texts, members, strict=True)
        ]

    def _texts(
        self, day: date, articles: Sequence[tuple[StreamArticle, list[str]]]
    ) -> list[tuple[StreamArticle, list[str]]]:
        """Each article with the lines that are its own."""
        past = {one: held for one, held in self._sketches.items() if (day - one).days <= TEMPLATE_DAYS}
        template = held_by_source(learn(past)) if past else {}
        pages = [page_lines(article.id, article.source, "\n".join(lines)) for article, lines in articles]
        self._sketches = {**past, day: sketch(pages)}
        keyed = [(article, lines, keys_of(lines)) for article, lines in articles]
        repeated = _repeated([(article.source, article.title, keys) for article, _, keys in keyed])
        return [
            (article, _kept(lines, keys, template.get(article.source, frozenset()) | repeated[article.source]))
            for article, lines, keys in keyed
        ]

    def _member(self, article: StreamArticle, lines: Sequence[str]) -> Member:
        told = (match.group(1) for line in lines if (match := _ORIGIN.match(line)))
        return Member(
            article_id=article.id,
            batch="",
            day=article.day,
            at=article.at,
            publisher=self._identified(article.original_publisher or next(told, "")),
            site=self._identified(article.source),
            signature=signature(article.title, "\n".join(lines)),
        )

    def _identified(self, name: str) -> str:
        """A publisher's id by its name or host, or what was given where nobody knows it."""
        found = (self.publishers.at(name) or self.publishers.named(name)) if name else None
        return found.id if found else name


def _without_rankings(lines: Sequence[str]) -> list[str]:
    """`lines` without the lists below a ranking's heading."""
    kept: list[str] = []
    place = 0
    while place < len(lines):
        end = place + 1
        if is_ranking_heading(lines[place]):
            while end < len(lines) and _RANKED.match(lines[end]):
                end += 1
        if end - place <= _LEAST_RANKED:
            kept += lines[place : place + 1]
            end = place + 1
        place = end
    return kept or [""]


def _repeated(pages: Sequence[tuple[str, str, Sequence[str]]]) -> Mapping[str, set[str]]:
    """{source: keys of lines that REPEATED of its texts with different titles have}."""
    titles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for source, title, keys in pages:
        for key in keys:
            if key:
                titles[source, key].add(title)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for (source, key), having in titles.items():
        if len(having) >= REPEATED:
            found[source].add(key)
    return found


def _kept(lines: Sequence[str], keys: Sequence[str], template: set[str] | frozenset[str]) -> list[str]:
    return [line for line, key in zip(lines, keys, strict=True) if key not in template]


def _clustered(member: Member, story: str) -> Clustered:
    return Clustered(
        article_id=member.article_id,
        batch=member.batch,
        day=member.day,
        at=member.at,
        publisher=member.publisher,
        site=member.site,
        signature=member.signature,
        story_id=story,
    )


def _voices(window: Sequence[Clustered]) -> dict[str, str]:
    by_story: defaultdict[str, list[Clustered]] = defaultdict(list)
    for member in window:
        by_story[member.story_id].append(member)
    return {article: voice for members in by_story.values() for article, voice in voices_of(members).items()}
