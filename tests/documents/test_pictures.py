"""docs/images/walk.svg: whole, complete, readable in light and dark; measured by a browser where there is one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mediawatch.records.ledger import STAGES as BOUNDARIES
from mediawatch.tables.order import BUILDING, WATCHING
from tests.support.papers import DOCS

WALK = DOCS / "images/walk.svg"
SVG = "{http://www.w3.org/2000/svg}"

MEASURE = """
const boxes = [...document.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()]);
const frame = document.querySelector('svg').viewBox.baseVal;
const rects = [...document.querySelectorAll('rect')].map(r => r.getBBox());
const inside = (a, b) => a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;
const apart = (a, b) => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
const found = [];
boxes.forEach(([name, box], i) => {
  if (!inside(box, frame)) found.push(name + ' leaves the picture');
  rects.forEach(r => { if (!inside(box, r) && !apart(box, r)) found.push(name + ' crosses the edge of a box'); });
  boxes.slice(i + 1).forEach(([other, b]) => { if (!apart(box, b)) found.push(name + ' and ' + other + ' overlap'); });
});
document.body.innerHTML = '<pre id="found">' + JSON.stringify({texts: boxes.length, found}) + '</pre>';
"""


def drawing() -> ElementTree.Element:
    return ElementTree.fromstring(WALK.read_text(encoding="utf-8"))  # noqa: S314 - our own file


def test_it_is_well_formed_and_names_every_stage() -> None:
    texts = {"".join(text.itertext()).strip() for text in drawing().iter(f"{SVG}text")}

    assert {*BUILDING, *WATCHING} | set(BOUNDARIES) | {"seal"} <= texts
    assert any(text.startswith("harvest_news") for text in texts)
    assert any(text.startswith("build_day") for text in texts)
    assert any(text.startswith("watch_keywords") for text in texts)
    assert "tell" in texts


def test_it_can_be_read_aloud() -> None:
    root = drawing()
    described = root.attrib["aria-labelledby"].split()

    assert root.attrib["role"] == "img"
    assert {child.attrib["id"] for child in root if child.tag in {f"{SVG}title", f"{SVG}desc"}} == set(described)


def test_every_colour_is_given_for_light_and_dark() -> None:
    light, dark = re.findall(r"svg \{([^}]+)\}", WALK.read_text(encoding="utf-8"))
    names = [set(re.findall(r"(--\w+):", scheme)) for scheme in (light, dark)]

    assert names[0] == names[1]
    assert set(re.findall(r"var\((--\w+)\)", WALK.read_text(encoding="utf-8"))) == names[0]


def test_it_brings_everything_along() -> None:
    text = WALK.read_text(encoding="utf-8")

    assert not re.search(r"(?:href|src|url)\s*[=(]\s*[\"']?(?!#)\w+:", text)
    assert "<script" not in text


def test_no_words_overlap_or_leave_their_box(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no chromium to look at the picture with")
    page = tmp_path / "page.html"
    page.write_text(f"<body>{WALK.read_text(encoding='utf-8')}<script>{MEASURE}</script></body>", encoding="utf-8")
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run(
        [chromium, *arguments, page.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)

    assert found
    measured = json.loads(unescape(found[1]))
    assert measured["texts"] > 20
    assert measured["found"] == []
