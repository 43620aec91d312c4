"""Writes the golden pages and their truth: `python tests/golden/make.py`.

Every shape is written as UTF-8 in simplified and, by OpenCC, in traditional characters, and in its old encodings.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]

from mediawatch.language.folding import to_traditional  # noqa: E402
from tests.golden.shapes import Shape, shapes  # noqa: E402

PAGES = Path(__file__).parent / "pages"
TRUTH = PAGES / "truth.json"
MADE_ON = "2026-11-21"
TRADITIONAL = ("big5", "big5hkscs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """One page as it is served, and what is true of it."""

    name: str
    body: bytes
    truth: dict[str, Any]


def golden() -> Iterator[Golden]:
    """All golden pages."""
    for shape in shapes():
        yield _encoded(shape, shape.markup, dict(shape.truth), "utf-8", "hans" if shape.is_chinese else "en")
        for encoding in shape.encodings:
            yield _encoded(shape, shape.markup, dict(shape.truth), encoding, "hans")
        if shape.is_chinese:
            yield from _in_traditional(shape)


def _in_traditional(shape: Shape) -> Iterator[Golden]:
    truth = _converted(dict(shape.truth))
    truth["languages"] = ["zh-Hant" if name == "zh-Hans" else name for name in truth["languages"]]
    markup = to_traditional(shape.markup)
    yield _encoded(shape, markup, truth, "utf-8", "hant")
    if shape.encodings:
        for encoding in TRADITIONAL:
            yield _encoded(shape, markup, truth, encoding, "hant")


def _converted(value: Any) -> Any:
    if isinstance(value, str):
        return to_traditional(value)
    if isinstance(value, list):
        return [_converted(item) for item in value]
    return {key: _converted(item) for key, item in value.items()} if isinstance(value, dict) else value


def _encoded(shape: Shape, markup: str, truth: dict[str, Any], encoding: str, script: str) -> Golden:
    body = markup.replace('charset="utf-8"', f'charset="{encoding}"').encode(encoding, "xmlcharrefreplace")
    facts = {"url": shape.url, "timezone": shape.timezone} | truth
    return Golden(name=f"{shape.name}.{script}.{encoding}", body=body, truth=facts)


def main() -> None:
    """Write the pages, and truth.json with the day they were made."""
    PAGES.mkdir(exist_ok=True)
    for old in PAGES.iterdir():
        old.unlink()
    pages = list(golden())
    for page in pages:
        (PAGES / f"{page.name}.html").write_bytes(page.body)
    facts = {"made_on": MADE_ON, "pages": {page.name: page.truth for page in pages}}
    TRUTH.write_text(json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(pages)} pages in {PAGES}")


if __name__ == "__main__":
    main()
