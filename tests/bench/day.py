"""What a large day costs: each stage in a process of its own, its time and the most memory that it took.

    make bench-day ARTICLES="10000 30000"
    python tests/bench/day.py --articles 10000 --articles 30000 [--generated] [--days 20] [--until board]

Every size has a lake of its own: `--days` quiet days of 24 articles, for the words to have a past, and one day of so
many articles.  They come from a WARC of invented pages, which are imported and read; with `--generated` the rows that
reading would have left are written at once (`generated_day.py`), so that only what looks across pages is measured, over
texts of a large vocabulary.

Beside each stage stand its seconds, those of the processor (children included) and what these are for a thousand
articles, and the peak of its process; what that needs to begin with is in the first line.  From the second size on
follow what each further thousand of articles costs, in seconds of the processor and megabytes, and how the former
compares with the size before: 1.0 is linear.

Stages that are not in the list of a day's build: `known links` is what a harvest's shard of the next day looks up,
`roll-up` what closing the day writes of its links, `register` gives ids out to the last batch, `index rows` makes the
documents that Elasticsearch would be sent, `board` the board's tables.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]

from mediawatch.board.local_index import refresh_day  # noqa: E402
from mediawatch.context import Context  # noqa: E402
from mediawatch.extraction.article_ids import assign  # noqa: E402
from mediawatch.extraction.register import minted  # noqa: E402
from mediawatch.harvest.importing.files import import_warc  # noqa: E402
from mediawatch.harvest.memory import remember  # noqa: E402
from mediawatch.keywords import TextDocument  # noqa: E402
from mediawatch.keywords.evaluations import evaluate_again  # noqa: E402
from mediawatch.lake.batches import BatchKey, sealed_batches, table_objects  # noqa: E402
from mediawatch.pipeline.admitted import placed_articles  # noqa: E402
from mediawatch.search.catalog import Generation  # noqa: E402
from mediawatch.sources.urls import link_id  # noqa: E402
from mediawatch.tables.order import BUILDING, WATCHING  # noqa: E402
from mediawatch.workflow.closing import roll_up_links  # noqa: E402
from mediawatch.workflow.runner import run_stage  # noqa: E402
from mediawatch.workflow.serving import documents_of, fingerprint  # noqa: E402
from tests.bench.generated_day import SHARDS, SITES, address_of, context_at, drafts_of, fill_day  # noqa: E402
from tests.support.articles import html, paragraphs  # noqa: E402
from tests.support.warcs import write_pages  # noqa: E402
from tests.support.wires import FIRST, document, usual  # noqa: E402

Made = TypeVar("Made")

WINDOW_DAYS = 7
"""Days of links that a harvest remembers in full: as long as the oldest link that it still takes, and a margin."""
QUIET = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a step took: seconds, those of the processor, and the largest memory of its process in megabytes."""

    seconds: float
    busy: float
    megabytes: float

    @classmethod
    def of(cls, work: Callable[[], object]) -> Cost:
        """What `work` takes."""
        begun, busy = time.perf_counter(), busy_seconds()
        work()
        return cls(seconds=time.perf_counter() - begun, busy=busy_seconds() - busy, megabytes=peak_megabytes())


def known_links(context: Context, day: date) -> None:
    """What a shard of the next harvest asks of the past: half as many links as the day had, of which half are new."""
    store, batch = context.store, BatchKey(day=day + timedelta(days=1), batch="next")
    links = sum(info.rows or 0 for manifest in sealed_batches(store, day) for info in table_objects(manifest, "pages"))
    known = {link_id(address_of(day, number)) for number in range(0, links, 4)}
    asked = known | {link_id(f"https://new.example/{number}") for number in range(links // 4)}
    memory = remember(store, before=batch, window_days=WINDOW_DAYS)
    memory = memory.recalled(store, asked, {f"site{number}" for number in range(0, SITES, SHARDS)})
    if memory.known(store, asked) != known:
        raise AssertionError("not the links that are known")


def register_again(context: Context, day: date) -> None:
    """Look up what is known of the last batch's articles and give out their ids, as the first time."""
    batch = sealed_batches(context.store, day)[-1].batch
    drafts = drafts_of(context, day, batch)
    assign(drafts, minted(context.store, drafts, day=day, batch=f"{batch}z"), day=day, batch=f"{batch}z")


def index_rows(context: Context, day: date) -> None:
    """Make the documents of the day and their digests."""
    generation = Generation(prefix="bench", name="articles", number=1, period="month")
    for _, found in documents_of(context, placed_articles(context.store, day), generation):
        fingerprint(found)


def board(context: Context, day: date) -> None:
    """Make the board's tables of the day."""
    refresh_day(context, day)


def stage(name: str) -> Callable[[Context, date], object]:
    """The step that runs a stage of the day."""
    return lambda context, day: run_stage(context, name, day)


BEGIN = "begin"
ACROSS: dict[str, Callable[[Context, date], object]] = {
    "known links": known_links,
    "register": register_again,
    "roll-up": lambda context, day: roll_up_links(context.store, day),
    "index rows": index_rows,
    "board": board,
}
"""What is measured beside the stages of a day, in whichever process of its own."""


def steps(*, is_generated: bool) -> Iterator[str]:
    """The names of what is measured, in order."""
    yield BEGIN
    if is_generated:
        yield from ("known links", "register")
    for name in stages_of_a_day(is_generated=is_generated):
        yield name
        if name == "publish":
            yield from ("index rows", "roll-up", "board")


def stages_of_a_day(*, is_generated: bool) -> list[str]:
    """The stages of a day: without what was generated."""
    return [name for name in (*BUILDING, *WATCHING) if not (is_generated and name == "extract")]


def step(lake: Path, day: date, name: str) -> Cost:
    """Do it; called in a process of its own, which does nothing else."""
    context = context_at(lake, day)
    work = ACROSS.get(name) or (stage(name) if name != BEGIN else lambda context, day: None)
    return Cost.of(lambda: work(context, day))


def peak_megabytes() -> float:
    """The most memory that this process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def busy_seconds() -> float:
    """Seconds of processor of this process and of its children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def alone(work: Callable[..., Made], *arguments: object) -> Made:
    """What `work` gives in a new process: not a fork of this one, whose memory would count."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def quiet_days(lake: Path, days: int, is_generated: bool) -> None:
    """Bring the quiet days into the lake and build them."""
    for number in range(days):
        day = FIRST + timedelta(days=number)
        if is_generated:
            fill_day(lake, day, QUIET, workers=1)
        else:
            _import(lake, day, usual(day, QUIET))
        context = context_at(lake, FIRST + timedelta(days=days))
        evaluate_again(context, day)
        for name in stages_of_a_day(is_generated=is_generated):
            run_stage(context, name, day)


def large_day(lake: Path, day: date, articles: int, is_generated: bool) -> None:
    """Bring the large day into the lake."""
    if is_generated:
        fill_day(lake, day, articles)
    else:
        _import(lake, day, [document(day, number) for number in range(articles)])
    evaluate_again(context_at(lake, day), day)


def _import(lake: Path, day: date, documents: list[TextDocument]) -> None:
    file = lake / f"{day}.warc.gz"
    write_warc(file, documents)
    import_warc(context_at(lake, day), [file], is_any_host=True)


def write_warc(file: Path, documents: list[TextDocument]) -> None:
    """The pages of `documents`, on all sites in turn."""
    addresses = (f"https://site{number % SITES}.example/{one.article_id}.html" for number, one in enumerate(documents))
    write_pages(file, ((url, one.at, _page(one)) for url, one in zip(addresses, documents, strict=True)))


def _page(one: TextDocument) -> bytes:
    head = f"<meta property='article:published_time' content='{one.at.isoformat()}'>"
    return html(title=one.title, head=head, body=paragraphs(*one.text.split("\n") * 3)).encode()


def line(name: str, cost: Cost, articles: int, before: tuple[int, Cost] | None) -> str:
    """A stage as it is printed; `before` is the size before and its cost."""
    said = f"{name:12} {cost.seconds:8.1f} s {cost.busy:8.1f} s busy {1000 * cost.busy / articles:8.3f} s/1000"
    said += f" {cost.megabytes:7.0f} MB"
    if before is None:
        return said
    fewer, smaller = before
    thousands = (articles - fewer) / 1000
    further = (cost.busy - smaller.busy) / thousands
    linear = further / max(1000 * smaller.busy / fewer, 1e-6)
    megabytes = (cost.megabytes - smaller.megabytes) / thousands
    return f"{said}   further 1000: {further:7.3f} s ({linear:4.2f} of linear) {megabytes:6.1f} MB"


def measure(
    past: Path, articles: int, given: argparse.Namespace, before: tuple[int, Mapping[str, Cost]] | None
) -> dict[str, Cost]:
    """Print a line for each stage of a day of `articles` after the quiet days of the lake `past`; their costs."""
    day = FIRST + timedelta(days=given.days)
    costs: dict[str, Cost] = {}
    with TemporaryDirectory(prefix="mediawatch-bench-", dir=given.work) as name:
        lake = shutil.copytree(past, Path(name) / "newsroom")
        alone(large_day, lake, day, articles, given.generated)
        print(f"{articles} articles", flush=True)
        for each in steps(is_generated=given.generated):
            costs[each] = alone(step, lake, day, each)
            print(line(each, costs[each], articles, (before[0], before[1][each]) if before else None), flush=True)
            if each == given.until:
                break
    return costs


def main() -> None:
    """Read the command line and measure, the smallest day first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, action="append", help="articles of the day; several times for several")
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--generated", action="store_true", help="write extracted rows instead of reading pages")
    parser.add_argument("--until", default="", help="the last stage to measure; all unless told")
    parser.add_argument("--work", type=Path, help="where the lakes are made; a temporary folder unless told")
    given = parser.parse_args()
    before = None
    with TemporaryDirectory(prefix="mediawatch-bench-", dir=given.work) as name:
        past = Path(name)
        alone(quiet_days, past, given.days, given.generated)
        for articles in sorted(given.articles or [6000]):
            before = articles, measure(past, articles, given, before)


if __name__ == "__main__":
    main()
