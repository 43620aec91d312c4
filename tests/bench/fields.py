"""Titles, authors and days of pages that other extractors check themselves by, beside trafilatura in the same run.

    go mod download github.com/markusmobius/go-trafilatura@v1.12.2 github.com/markusmobius/go-htmldate@v1.10.1
    python tests/bench/fields.py "$(go env GOMODCACHE)/github.com/markusmobius" [--misses authors]

The two modules (Apache 2.0) carry their test pages with what these say.  A day is right within a day, a title by its
letters and digits, the authors when all of them and nobody else are named: "wrong" counts pages on which somebody else
is named, "nobody listed" those on which somebody is named although the module lists nobody, rightly or not.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from trafilatura import extract_metadata

from mediawatch.extraction.kinds import Refusal
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.reading import read_page

TEXT = r'"((?:[^"\\]|\\.)*)"'
LISTS = {
    "file": rf"\tFile:\s+{TEXT}",
    "authors": r"\tAuthors:\s+\[\]string\{(.*)\}",
    "title": rf"\tTitle:\s+{TEXT}",
    "date": rf"\tDate:\s+{TEXT}",
}
VARIANTS = ("ours", "trafilatura")
FETCHED_AT = datetime(2025, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Gold:
    """A page, and what its module says of it; empty where it says nothing."""

    file: Path
    url: str
    title: str = ""
    authors: tuple[str, ...] = ()
    day: str = ""
    lists_authors: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What one variant says of a page."""

    title: str = ""
    authors: tuple[str, ...] = ()
    day: str = ""


def main() -> None:
    """Print a table of both variants, and the misses of ours when asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("modules", type=Path, help="the folder that holds both modules")
    parser.add_argument("--misses", choices=("title", "authors", "day"))
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    pages = [page for page in _pages(chosen.modules) if page.file.exists()]
    print(f"{'':12} {'title':>14} {'authors':>14} {'missing':>8} {'wrong':>6} {'nobody listed':>14} {'day':>14}")
    with ProcessPoolExecutor(chosen.processes) as pool:
        for variant in VARIANTS:
            found = list(pool.map(_ours if variant == "ours" else _theirs, pages, chunksize=8))
            print(_row(variant, pages, found))
            if variant == "ours" and chosen.misses:
                _print_misses(chosen.misses, pages, found)


def _pages(modules: Path) -> Iterator[Gold]:
    trafilatura, htmldate = (next(modules.glob(f"{name}@*")) for name in ("go-trafilatura", "go-htmldate"))
    table = (trafilatura / "scripts/comparison/data.go").read_text("utf-8").partition("var comparisonData")[2]
    for url, entry in re.findall(rf"\n\t{TEXT}: \{{\n(.*?)\n\t\}},", table, re.DOTALL):
        said = {name: "".join(re.findall(pattern, entry)[:1]) for name, pattern in LISTS.items()}
        yield Gold(
            file=trafilatura / "test-files/comparison" / _text(said["file"]),
            url=_text(url),
            title=_text(said["title"]),
            authors=tuple(map(_text, re.findall(TEXT, said["authors"]))),
            day=said["date"],
            lists_authors=True,
        )
    for table_name, folder in (("data-default.go", "comparison"), ("data-mediacloud.go", "mediacloud")):
        table = (htmldate / "scripts/comparison" / table_name).read_text("utf-8")
        for url, name, day in re.findall(rf"URL:\s+{TEXT},\s+File:\s+{TEXT},\s+Date:\s+{TEXT}", table):
            yield Gold(file=htmldate / "test-files" / folder / _text(name), url=_text(url), day=day)


def _text(literal: str) -> str:
    said: str = json.loads(f'"{literal}"', strict=False)
    return said


def _ours(page: Gold) -> Found:
    known = PageContext(url=page.url, asked=page.url, fetched_at=FETCHED_AT, timezone="Europe/Berlin")
    reading = read_page(page.file.read_bytes(), known)
    if isinstance(reading, Refusal) or reading.refusal:
        return Found()
    at, on = reading.published.at, reading.published.on
    return Found(reading.headline.title, reading.byline.names, str(at.date() if at else on or ""))


def _theirs(page: Gold) -> Found:
    found = extract_metadata(page.file.read_bytes(), default_url=page.url if urlsplit(page.url).scheme else None)
    return Found(found.title or "", tuple((found.author or "").split("; ")), found.date or "") if found else Found()


def _row(variant: str, pages: list[Gold], found: list[Found]) -> str:
    both = list(zip(pages, found, strict=True))
    titles = [_key(page.title) == _key(one.title) for page, one in both if page.title]
    days = [_is_day(page.day, one.day) for page, one in both if page.day]
    named = [(_keys(page.authors), _keys(one.authors)) for page, one in both if page.authors]
    right = sum(gold == given for gold, given in named)
    missing = sum(not given for _, given in named)
    others = sum(bool(_keys(one.authors)) for page, one in both if page.lists_authors and not page.authors)
    return (
        f"{variant:12} {_share(sum(titles), len(titles))} {_share(right, len(named))} {missing:8}"
        f" {len(named) - right - missing:6} {others:14} {_share(sum(days), len(days))}"
    )


def _share(right: int, of: int) -> str:
    return f"{right:4}/{of:<4} {right / max(1, of):.3f}"


def _print_misses(field: str, pages: list[Gold], found: list[Found]) -> None:
    for page, one in zip(pages, found, strict=True):
        gold, given = getattr(page, field), getattr(one, field)
        is_right = {
            "title": _key(page.title) == _key(one.title),
            "authors": _keys(page.authors) == _keys(one.authors),
            "day": _is_day(page.day, one.day),
        }[field]
        if gold and not is_right:
            print(f"    {page.file.name[:48]}: {gold!r}, found {given!r}")


def _key(text: str) -> str:
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", text)).lower()


def _keys(names: tuple[str, ...]) -> set[str]:
    return {_key(name) for name in names} - {""}


def _is_day(gold: str, given: str) -> bool:
    try:
        return abs(date.fromisoformat(gold) - date.fromisoformat(given)) <= timedelta(days=1)
    except ValueError:
        return False


if __name__ == "__main__":
    main()
