"""What per-site boilerplate memory does to extracted text, on recorded pages that have a host in common.

    PYTHONPATH=include:. python tests/bench/boilerplate.py CORPUS [--pages 3,5] [--share 0,.1] [--plain] [--show 10]

CORPUS is a folder with `gold.jsonl.gz`, the pages and `score.py`.  Each page is stripped by what the other pages of its
host teach, all on one day, with all pages of the other hosts as witnesses of shared stories.  Printed for each pair of
thresholds: the pages and lines that it changes, and F1 with and without over the pages of hosts with enough pages.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import trafilatura

from mediawatch.extraction.boilerplate import held_by_source, learn, learning, page_lines, sketch, strip
from mediawatch.extraction.kinds import Refusal
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.reading import read_page
from mediawatch.tables.extraction import PageLines

DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A page of the corpus as extracted, with what it should say."""

    gold: Mapping[str, Any]
    host: str
    text: str
    lines: PageLines


def main() -> None:
    """Read the command line, extract once, and print a row for each pair of thresholds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", default="3,4,5,8")
    parser.add_argument("--share", default="0,0.1,0.3,0.5")
    parser.add_argument("--show", type=int, default=0, help="lines that were taken out, the most frequent first")
    parser.add_argument("--plain", action="store_true", help="the text of trafilatura alone, with what it leaves in")
    parser.add_argument("--hosts", type=int, default=4, help="pages that a host has to have to be measured")
    options = parser.parse_args()
    scorer = load_scorer(options.corpus)
    recorded = read_corpus(options.corpus, is_plain=options.plain)
    print(
        f"{'k':>3} {'share':>5} | {'pages':>5} {'cut':>4} {'lines':>5} | {'F1 without':>10} {'with':>6} | better worse"
    )
    for pages in map(int, options.pages.split(",")):
        for share in map(float, options.share.split(",")):
            print_row(scorer, recorded, pages=pages, share=share, least=options.hosts, show=options.show)


def load_scorer(corpus: Path) -> ModuleType:
    """The corpus's own score.py."""
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    if spec is None or spec.loader is None:
        sys.exit(f"{corpus} has no score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_corpus(corpus: Path, *, is_plain: bool) -> list[Recorded]:
    """Every page with an address, extracted by the package, or by trafilatura alone."""
    with gzip.open(corpus / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        golds = [json.loads(line) for line in lines]
    text_of = plain_text if is_plain else package_text
    found = []
    for gold in golds:
        if gold["url"] and gold.get("text"):
            text = text_of(gold, gzip.decompress((corpus / gold["html"]).read_bytes()))
            host = urlsplit(gold["url"]).netloc
            found.append(Recorded(gold=gold, host=host, text=text, lines=page_lines(gold["id"], host, text)))
    return found


def plain_text(gold: Mapping[str, Any], markup: bytes) -> str:
    """What trafilatura takes for the main text."""
    return trafilatura.extract(markup.decode(), url=gold["url"], include_comments=False) or ""


def package_text(gold: Mapping[str, Any], markup: bytes) -> str:
    """The body that the package finds."""
    known = PageContext(url=gold["url"], asked=gold["url"], fetched_at=datetime(2026, 1, 1, tzinfo=UTC))
    reading = read_page(markup, known)
    return "" if isinstance(reading, Refusal) else reading.body.text


def print_row(
    scorer: ModuleType, recorded: Sequence[Recorded], *, pages: int, share: float, least: int, show: int
) -> None:
    """Measure with these thresholds."""
    learning.PAGES, learning.SHARE = pages, share  # type: ignore[misc]
    by_host: defaultdict[str, list[Recorded]] = defaultdict(list)
    for page in recorded:
        by_host[page.host].append(page)
    measured = [page for held in by_host.values() if len(held) >= least for page in held]
    stripped = {page.gold["id"]: strip_by_others(page, recorded) for page in measured}
    without = [row_of(scorer, page, page.text) for page in measured]
    after = [row_of(scorer, page, "\n".join(stripped[page.gold["id"]])) for page in measured]
    cut = Counter(
        (page.host, line) for page in measured for line in set(page.text.split("\n")) - set(stripped[page.gold["id"]])
    )
    better = sum(b["f"] > a["f"] + 1e-9 for a, b in zip(without, after, strict=True))
    worse = sum(b["f"] < a["f"] - 1e-9 for a, b in zip(without, after, strict=True))
    changed = sum("\n".join(stripped[page.gold["id"]]) != page.text for page in measured)
    before, now = scorer.agg(without)["f1"], scorer.agg(after)["f1"]
    print(
        f"{pages:3} {share:5.2f} | {len(measured):5} {changed:4} {sum(cut.values()):5} | {before:10.4f} {now:6.4f} "
        f"| {better:6} {worse:5}"
    )
    for (host, line), count in cut.most_common(show):
        print(f"      {count:3}  {host}  {line[:90]}")


def strip_by_others(page: Recorded, recorded: Iterable[Recorded]) -> tuple[str, ...]:
    """The lines of `page` that stay after the other pages have been learned from."""
    others = sketch(other.lines for other in recorded if other is not page)
    held = held_by_source(learn({DAY: others}))
    return strip(page.text, held.get(page.host, frozenset())).lines


def row_of(scorer: ModuleType, page: Recorded, text: str) -> dict[str, float]:
    """The corpus's measure of one text."""
    gold = page.gold
    row: dict[str, float] = scorer.page(gold["text"], text, gold["lang"].startswith("zh"), gold.get("title"))
    return row


if __name__ == "__main__":
    main()
