"""How often the original publisher is found as printed: precision, recall and F1 over a labelled set of real pages.

    python tests/bench/provenance.py CORPUS [--misses]

CORPUS is a folder with gold.jsonl.gz (id, url, html) and the pages; the labels are tests/data/publishers_on_pages.json:
what each page prints as its source beside the headline, at its end or as the lead of its text, null when it names none.
A name counts as found when it is the same one, or another of the same publisher.
"""

from __future__ import annotations

import argparse
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

from mediawatch.extraction.kinds import Refusal
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.reading import read_page
from mediawatch.sources.publishers import Publishers, key_of, read_publishers

ROOT = Path(__file__).resolve().parents[2]
LABELS = ROOT / "tests/data/publishers_on_pages.json"


def main() -> None:
    """Print the score, and the misses when asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--misses", action="store_true")
    chosen = parser.parse_args()
    publishers = read_publishers(ROOT / "include/sources/publishers")
    labels: dict[str, str | None] = json.loads(LABELS.read_text(encoding="utf-8"))
    found = right = wanted = 0
    for page in _pages(chosen.corpus, labels):
        name, origin = _found(chosen.corpus / page["html"], page["url"] or "", publishers)
        truth = labels[page["id"]]
        is_right = bool(name and truth) and _is_same(name, truth or "", publishers)
        found, wanted, right = found + bool(name), wanted + bool(truth), right + is_right
        if chosen.misses and not is_right and (name or truth):
            print(f"{page['id'][:44]}  is {truth}, found {name or None} ({origin})")
    precision, recall = right / max(1, found), right / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(f"{len(labels)} pages, {wanted} name a publisher: P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}")


def _pages(corpus: Path, labels: dict[str, str | None]) -> list[dict[str, str]]:
    with gzip.open(corpus / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [page for page in map(json.loads, lines) if page["id"] in labels]


def _found(file: Path, url: str, publishers: Publishers) -> tuple[str, str]:
    known = PageContext(url=url, asked=url, fetched_at=datetime.now(UTC), publishers=publishers)
    reading = read_page(gzip.decompress(file.read_bytes()), known)
    return ("", "") if isinstance(reading, Refusal) else (reading.provenance.name, reading.provenance.origin)


def _is_same(name: str, truth: str, publishers: Publishers) -> bool:
    one, other = publishers.named(name), publishers.named(truth)
    return key_of(name) == key_of(truth) or (one is not None and one == other)


if __name__ == "__main__":
    main()
