"""Body text, titles and dates on a corpus of pages with gold, ours beside other extractors in the same run.

    make bench-extraction CORPUS=DIR
    python tests/bench/extraction.py --corpus DIR [--half A|B] [--variant ours --variant trafilatura] [--folds 5]

Every page goes to each variant in turn (a process each, so that memory is its own), numbers are by the corpus's own
score.py.  Ours has weights fitted to pages, so with --folds N each page is read with weights fitted to the other
sites only; with --folds 0 the committed weights are used, which saw the pages: good for speed, flattering for F1.
Halves are by site.  Each variant first reads one page of each language unmeasured, because what a process loads once
(a model of languages, a dictionary) is the price of no page.  Exits 1 when ours is behind trafilatura's defaults in
pages per second.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import hashlib
import importlib.util
import logging
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]

from tests.bench import extraction_weights  # noqa: E402 - the path is set above

Row = dict[str, Any]
Answer = Mapping[str, Any]
CLASSES = ((0, 200), (200, 600), (600, sys.maxsize))
"""Characters of gold text."""


def ours(weights: Sequence[Mapping[str, Mapping[str, float]]]) -> Callable[[bytes, Row], Answer]:
    """What `mediawatch extract --jsonl` answers; with `weights` those of the page's fold are used."""
    from mediawatch.cli.page_reading import found_on
    from mediawatch.extraction.body import main_text
    from mediawatch.sources.publishers import Publishers

    publishers = Publishers()

    def read(markup: bytes, row: Row) -> Answer:
        if weights:
            fold = extraction_weights.fold_of(row, len(weights))
            main_text.committed_weights = lambda: weights[fold]  # type: ignore[assignment]
        return found_on(markup, url=row["url"] or "", publishers=publishers)

    return read


def trafilatura_default() -> Callable[[bytes, Row], Answer]:
    """`bare_extraction` as trafilatura's users call it, with metadata."""
    from trafilatura import bare_extraction

    def read(markup: bytes, row: Row) -> Answer:
        found = bare_extraction(markup, url=row["url"], include_comments=False, with_metadata=True)
        return {"text": found.text, "title": found.title, "date": found.date} if found else {}

    return read


def readability() -> Callable[[bytes, Row], Answer]:
    """readability-lxml on the text that our decoder gives."""
    from readability import Document

    from mediawatch.extraction import decode

    def read(markup: bytes, row: Row) -> Answer:
        decoded = decode(markup)
        document = Document(decoded.text if decoded else "")
        return {"text": _lines(document.summary(html_partial=True)), "title": document.short_title()}

    return read


def vote() -> Callable[[bytes, Row], Answer]:
    """The candidate with the highest sum of 4-gram Dice to the others: pruned trafilatura, readability, jusText."""
    from mediawatch.extraction import decode
    from mediawatch.extraction.body import main_text
    from mediawatch.extraction.body.wording import EAST_ASIAN
    from mediawatch.extraction.page.tree import parse

    by_readability = readability()

    def read(markup: bytes, row: Row) -> Answer:
        decoded = decode(markup)
        root = parse(decoded.text if decoded else "")
        is_chinese = len(EAST_ASIAN.findall(root.text_content())) > 200
        pruned = main_text.second_opinion(root, headline=None, is_chinese=False)
        found = [pruned, str(by_readability(markup, row)["text"]), _justext(root, is_chinese)]
        grams = [_grams(text, is_chinese) for text in found]
        agreed = [sum(_dice(one, other) for other in grams if other is not one) for one in grams]
        return {"text": found[agreed.index(max(agreed))]}

    return read


def _justext(root: Any, is_chinese: bool) -> str:
    import justext
    from lxml.html import tostring

    markup = tostring(root, encoding="unicode")
    if is_chinese:
        found = justext.justext(markup, frozenset(), 15, 60, 0, 0)
    else:
        found = justext.justext(markup, justext.get_stoplist("English"))
    return "\n".join(paragraph.text for paragraph in found if not paragraph.is_boilerplate)


def _lines(markup: str) -> str:
    from lxml.html import fromstring

    from mediawatch.extraction.page.lines import layout_of

    return "\n".join(line.text for line in layout_of(fromstring(f"<body>{markup}</body>")).lines) if markup else ""


def _grams(text: str, is_chinese: bool) -> collections.Counter[Any]:
    tokens = list("".join(text.split())) if is_chinese else text.split()
    return collections.Counter(tuple(tokens[place : place + 4]) for place in range(len(tokens) - 3))


def _dice(one: collections.Counter[Any], other: collections.Counter[Any]) -> float:
    return 2 * (one & other).total() / max(1, one.total() + other.total())


VARIANTS: dict[str, Callable[..., Callable[[bytes, Row], Answer]]] = {
    "ours": ours,
    "trafilatura": trafilatura_default,
    "readability-lxml": readability,
    "vote of three": vote,
}


@dataclass(kw_only=True)
class Result:
    """What one variant answered, with the seconds of processor time that each page took."""

    answers: dict[str, Answer] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failures: int = 0
    peak_megabytes: float = 0.0


def work(connection: Connection, variant: str, *arguments: object) -> None:
    """Answer the pages that come over `connection` until None comes."""
    logging.disable(logging.CRITICAL)
    read = VARIANTS[variant](*arguments)
    while (task := connection.recv()) is not None:
        markup, row = task
        start = time.process_time()
        try:
            found, failed = read(markup, row), False
        except Exception as error:  # noqa: BLE001 - a variant that fails on a page has no text for it
            found, failed = {}, True
            print(f"{variant}: {row['id'][:40]}: {type(error).__name__}: {error}", file=sys.stderr)
        answer = {key: found.get(key) for key in ("text", "title", "date")}
        connection.send((answer, time.process_time() - start, failed))
    connection.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def run(
    rows: Sequence[Row], corpus: Path, variants: Sequence[str], arguments: Mapping[str, Sequence[object]]
) -> dict[str, Result]:
    """The results of all variants, which take turns page by page."""
    results = {variant: Result() for variant in variants}
    ends = {}
    for variant in variants:
        end, other = Pipe()
        Process(target=work, args=(other, variant, *arguments.get(variant, ())), daemon=True).start()
        ends[variant] = end
    warming_up = {row["lang"]: row for row in rows}.values()
    for is_measured, row in (*((False, row) for row in warming_up), *((True, row) for row in rows)):
        markup = gzip.decompress((corpus / row["html"]).read_bytes())
        for variant, result in results.items():
            ends[variant].send((markup, {key: row[key] for key in ("id", "url")}))
            answer, seconds, failed = ends[variant].recv()
            if is_measured:
                result.answers[row["id"]], result.seconds[row["id"]] = answer, seconds
                result.failures += failed
    for variant, result in results.items():
        ends[variant].send(None)
        result.peak_megabytes = ends[variant].recv()
    return results


def half_of(row: Row) -> str:
    """The half of a page, the same for all pages of a registered domain."""
    return "AB"[
        hashlib.md5(f"half {extraction_weights.domain_of(row)}".encode(), usedforsecurity=False).digest()[0] % 2
    ]


def show(name: str, result: Result, rows: Sequence[Row], score: ModuleType) -> None:
    """One line a set and a class of length."""
    scored = score.score(rows, [{"id": key, **answer} for key, answer in result.answers.items()])
    print(f"\n{name:22}{'n':>5}{'F1':>7}{'P':>7}{'R':>7}{'same':>7}{'title':>7}{'date':>7}{'day+-1':>7}{'pages/s':>9}")
    for group, belongs in _groups(score):
        ids = [row["id"] for row in rows if belongs(row)]
        texts = score.agg([scored[i]["row"] for i in ids if scored[i]["row"]])
        if texts:
            means = [_mean(scored[i][key] for i in ids) for key in ("t", "d", "d1")]
            numbers = [texts["f1"], texts["p"], texts["r"], texts["acc"], *means]
            pace = len(ids) / sum(result.seconds[i] for i in ids)
            shown = "".join(f"{number:7.3f}" if number is not None else f"{'-':>7}" for number in numbers)
            print(f"{group:22}{len(ids):5}{shown}{pace:9.1f}")
    print(f"peak {result.peak_megabytes:.0f} MB, {result.failures} failures")


def _groups(score: ModuleType) -> list[tuple[str, Callable[[Row], bool]]]:
    groups: list[tuple[str, Callable[[Row], bool]]] = list(score.GROUPS)
    is_gold = dict(groups)["ALL zh GOLD"]
    for low, high in CLASSES:
        label = f"{low}-{high} characters" if high < sys.maxsize else f"> {low} characters"
        groups.append((f"zh, {label}", lambda r, a=low, b=high: is_gold(r) and a <= len(r["text"] or "") < b))
    is_zyte = dict(groups)["zyte"]
    for half in "AB":
        groups.append((f"zh, half {half}", lambda r, h=half: is_gold(r) and half_of(r) == h))
        groups.append((f"zyte, half {half}", lambda r, h=half: is_zyte(r) and half_of(r) == h))
    groups.append(("all", lambda row: True))
    return groups


def _mean(values: Iterable[object]) -> float | None:
    known = [float(bool(value)) for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def main() -> int:
    """Run the variants and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--half", choices=("A", "B"))
    parser.add_argument("--variant", action="append", choices=sorted(VARIANTS))
    parser.add_argument("--folds", type=int, default=5)
    chosen = parser.parse_args()
    score = extraction_weights.scorer(chosen.corpus)
    rows = [row for row in score.read(str(chosen.corpus / "gold.jsonl.gz")) if chosen.half in (None, half_of(row))]
    wanted = chosen.variant or list(VARIANTS)
    variants = [name for name in wanted if _has("readability") or name in ("ours", "trafilatura")]
    for name in sorted(set(wanted) - set(variants)):
        print(f"{name} needs readability-lxml: pip install -r requirements-bench.txt", file=sys.stderr)
    weights = extraction_weights.weights_of_folds(chosen.corpus, chosen.folds) if chosen.folds else []
    results = run(rows, chosen.corpus, variants, {"ours": (weights,)})
    for name, result in results.items():
        show(name, result, rows, score)
    return _compare(results, rows)


def _compare(results: Mapping[str, Result], rows: Sequence[Row]) -> int:
    if not {"ours", "trafilatura"} <= results.keys():
        return 0
    ours, other = results["ours"].seconds, results["trafilatura"].seconds
    print("\npages/s of ours beside trafilatura's defaults:")
    ratios = {}
    for name, language in (("Chinese", "zh"), ("English", "en"), ("all", "")):
        ids = [row["id"] for row in rows if row["lang"].startswith(language)]
        ratios[name] = sum(other[i] for i in ids) / max(1e-9, sum(ours[i] for i in ids))
        print(f"{name:22}{len(ids):5}{ratios[name]:7.2f}")
    return int(ratios["all"] < 1)


if __name__ == "__main__":
    sys.exit(main())
