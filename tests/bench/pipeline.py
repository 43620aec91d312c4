"""Pages a second of a core from a WARC to admitted and indexed, beside bare extractors over the same pages.

    make bench-pipeline PAGES=20000
    python tests/bench/pipeline.py --pages 2000 [--index none] [--profile 400] [--commands]

The pages are those of the six invented sites (`printed_pages.py`), in one WARC.  It is imported and built as one day,
each step in a process of its own, into an Elasticsearch that is started for it (`--index none`: the articles wait).
Then warcio and `trafilatura.bare_extraction`, and warcio and news-please, read the same file in one process each; they
stop where our first step but one ends, and do neither ids, audit, stories nor an index.

Seconds of the processor count children too; the machine's other work slows the clock and not them.  `--profile N` also
prints where the time goes within reading N pages and within each later stage; `--commands` how long each command takes
to say its help, and what Python alone takes.
"""

from __future__ import annotations

import argparse
import cProfile
import logging
import os
import pstats
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]

from launch.elasticsearch import running_elasticsearch  # noqa: E402 - the path is set above
from launch.elasticsearch_user import SHARED  # noqa: E402
from mediawatch.context import Context, open_context  # noqa: E402
from mediawatch.errors import MediawatchError  # noqa: E402
from mediawatch.harvest.importing.files import import_warc  # noqa: E402
from mediawatch.sandbox import shared_sandbox  # noqa: E402
from mediawatch.settings import Settings  # noqa: E402
from mediawatch.tables.order import BUILDING  # noqa: E402
from mediawatch.workflow.reporting import sums  # noqa: E402
from mediawatch.workflow.runner import STAGES, run_stage  # noqa: E402
from tests.bench.day import Cost, alone  # noqa: E402
from tests.bench.printed_pages import catalogue, printed  # noqa: E402
from tests.support.warcs import write_documents  # noqa: E402

DAY = date(2026, 3, 18)
IMPORT = "import"
SHOWN = 12
STARTS = 3
"""Each command is started so often; the least counts."""
FUNDUS = "takes no page of a site that it has no parser for, and wants more-itertools below 10, which others do not"


def newsroom(folder: Path, url: str) -> Context:
    """The newsroom of the invented sites, in the morning after DAY."""
    at = datetime.combine(DAY + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=3)
    settings = Settings(
        lake_url=str(folder / "lake"), catalog_dir=folder / "sources", watchlists_dir=folder / "none",
        elasticsearch_url=url, aliases_dir=folder / "none",
    )  # fmt: skip
    return open_context(settings, lambda: at)


def step(folder: Path, url: str, name: str) -> Cost:
    """Import or run a stage; called in a process of its own, which does nothing else."""
    context = newsroom(folder, url)

    def work() -> None:
        if name == IMPORT:
            import_warc(context, [folder / "pages.warc.gz"])
        else:
            run_stage(context, name, DAY)
        shared_sandbox().close()  # so that what its children took counts

    return Cost.of(work)


def bodies(file: Path) -> Iterator[tuple[str, bytes]]:
    """(address, body) of each response, by warcio."""
    from warcio.archiveiterator import ArchiveIterator

    with file.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                yield record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()


def by_trafilatura(file: Path) -> Cost:
    """Read all pages as trafilatura's users do, with metadata."""
    from trafilatura import bare_extraction

    def text_of(url: str, body: bytes) -> str | None:
        found = bare_extraction(body, url=url, with_metadata=True)
        return found.text if found else None

    return _each(file, text_of)


def by_news_please(file: Path) -> Cost:
    """Read all pages by news-please, from the bytes at hand; trafilatura decodes them, which it leaves to its user."""
    from newsplease import NewsPlease
    from trafilatura.utils import decode_file

    def text_of(url: str, body: bytes) -> str | None:
        try:
            found: str | None = NewsPlease.from_html(decode_file(body), url=url).maintext
        except Exception:  # noqa: BLE001 - what it makes of a page is its own affair, and is counted
            return None
        return found

    return _each(file, text_of)


def _each(file: Path, text_of: Callable[[str, bytes], str | None]) -> Cost:
    """What reading all pages costs; it says of how many there was a text."""
    logging.disable()
    texts: list[bool] = []
    cost = Cost.of(lambda: texts.extend(bool(text_of(url, body)) for url, body in bodies(file)))
    print(f"  a text from {sum(texts)} of {len(texts)}", flush=True)
    return cost


def line(name: str, cost: Cost, pages: int) -> str:
    """One line of the table."""
    return (
        f"{name:28} {cost.seconds:8.1f} s {cost.busy:8.1f} s busy {1000 * cost.busy / pages:8.2f} ms/page"
        f" {pages / cost.seconds:8.1f} pages/s {pages / cost.busy:8.1f} pages/s/core {cost.megabytes:6.0f} MB"
    )


def ours(folder: Path, url: str, pages: int) -> Cost:
    """Print a line for each step and one for all of them, which is returned."""
    costs = []
    for name in (IMPORT, *BUILDING):
        cost = alone(step, folder, url, name)
        print(line(f"  {name}", cost, pages), flush=True)
        costs.append(cost)
    everything = Cost(
        seconds=sum(cost.seconds for cost in costs),
        busy=sum(cost.busy for cost in costs),
        megabytes=max(cost.megabytes for cost in costs),
    )
    print(line("mediawatch, WARC to index", everything, pages), flush=True)
    return everything


def beside(file: Path, pages: int) -> None:
    """The lines of the others."""
    print(line("warcio + trafilatura", alone(by_trafilatura, file), pages), flush=True)
    if find_spec("newsplease") is None:
        print("news-please                  not installed: it is in requirements-bench.txt")
    else:
        print(line("warcio + news-please", alone(by_news_please, file), pages), flush=True)
    print(f"fundus                       not run: {FUNDUS}")


def profiled(folder: Path, url: str, pages: int) -> None:
    """Print the functions that take most time of their own: in reading `pages` pages, and in each later stage."""
    context = newsroom(folder, url)
    _print_profile(f"reading {pages} pages", lambda: read_here(context, folder / "pages.warc.gz", pages))
    for name in BUILDING:
        if name != "extract":
            given = STAGES[name].partitions(context, DAY)
            _print_profile(name, lambda given=given, name=name: _work(context, name, given))


def read_here(context: Context, file: Path, pages: int) -> None:
    """Read pages in this process, without the sandbox, in which nothing can be seen."""
    from mediawatch.extraction import extract_all
    from mediawatch.extraction.archived import body_of
    from mediawatch.extraction.read_stage import sources_of
    from mediawatch.lake.batches import read_batch_rows, sealed_batches
    from mediawatch.tables.harvest import PAGES

    (manifest,) = sealed_batches(context.store, DAY)
    sources = sources_of(context, manifest.key)
    for number, page in enumerate(read_batch_rows(context.store, manifest, PAGES)):
        if number == pages:
            return
        extract_all(page, body_of(context.store, page), sources[page.source], context.publishers)


def _work(context: Context, name: str, given: Sequence[object]) -> None:
    """Do a stage's work again, and publish nothing of it."""
    from mediawatch.lake.partitions import PartitionWriter

    for each in given:
        writer = PartitionWriter(context.store, each.key, inputs={"again": name}, version="bench", settings={})
        STAGES[name].work(each, writer, lambda text: None)


def _print_profile(what: str, work: Callable[[], object]) -> None:
    profile = cProfile.Profile()
    profile.runcall(work)
    stats = pstats.Stats(profile)
    rows = sorted(stats.stats.items(), key=lambda row: -row[1][2])[:SHOWN]
    print(f"\n{what}: {stats.total_tt:.1f} s; own time by function")
    for (path, number, function), (_, calls, own, total, _) in rows:
        print(f"  {own:7.2f} s {100 * own / stats.total_tt:5.1f} % {calls:9} calls {total:7.2f} s with what it calls"
              f"  {Path(path).name}:{number} {function}")  # fmt: skip


def starts() -> None:
    """How long each command takes to say its help: Python, our modules, typer, and nothing of its work."""
    from typer.main import get_command

    from mediawatch.cli.main import app

    def names(command: object, *words: str) -> Iterator[tuple[str, ...]]:
        below = getattr(command, "commands", None)
        yield from [words] if below is None else ()
        for name in sorted(below or ()):
            yield from names(below[name], *words, name)

    program = str(Path(sys.executable).with_name("mediawatch"))
    found = {"python -c pass": _least([sys.executable, "-c", "pass"])}
    for words in names(get_command(app)):
        found[" ".join(words)] = _least([program, *words, "--help"])
    for name, seconds in sorted(found.items(), key=lambda pair: -pair[1]):
        print(f"{seconds:6.2f} s  {name}")


def _least(command: list[str]) -> float:
    def once() -> float:
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
        return time.perf_counter() - begun

    return min(once() for _ in range(STARTS))


def measure(folder: Path, url: str, given: argparse.Namespace) -> None:
    """Write the WARC and print all lines."""
    catalogue(folder / "sources")
    file = folder / "pages.warc.gz"
    write_documents(file, printed(DAY, given.pages))
    total = sum(len(body) for _, body in bodies(file))
    print(f"{given.pages} pages of {total / given.pages / 1000:.1f} KB, {'no index' if not url else 'with an index'}")
    ours(folder, url, given.pages)
    print(f"  {sums(newsroom(folder, url), DAY)}")
    beside(file, given.pages)
    if given.profile:
        profiled(folder, url, given.profile)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--index", default="", help="`none`, or the address of an Elasticsearch; one of our own else")
    parser.add_argument("--profile", type=int, default=0, help="pages to read under the profiler")
    parser.add_argument("--commands", action="store_true", help="measure the start of each command, and nothing else")
    given = parser.parse_args()
    if given.commands:
        starts()
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="mediawatch-bench-")))
        url = "" if given.index == "none" else given.index
        if not given.index:
            try:
                home = Path(stack.enter_context(TemporaryDirectory(prefix="mediawatch-bench-", dir=SHARED)))
                url = stack.enter_context(running_elasticsearch(home, progress=print)).url
            except MediawatchError as error:
                print(f"no Elasticsearch, so the articles wait: {error}")
        measure(folder, url, given)


if __name__ == "__main__":
    main()
