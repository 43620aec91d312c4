"""Records per second of `import-warc`, beside a bare warcio loop over the same file, and what memory it takes.

    make bench-import
    python tests/bench/importing.py --records 10000 30000 100000 --days 30

Makes WARC files of so many pages, captured on 30 days in turn (the worst order: every record is of another day than the
one before), and imports each into an empty lake in a process of its own, whose peak memory is told.  Then as many files
as `--files`, each of a day of its own, are imported one command after another into one lake, and the time of the last
ones is told beside that of the first ones.  Both should grow with the records and with nothing else.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]

BEGIN = datetime(2025, 4, 1, tzinfo=UTC)
SECTION = "".join(f'<li class="nav-item"><a href="/section/{n}/">Section {n}</a></li>\n' for n in range(150))
WORDS = ("harbour", "tariff", "trade", "minister", "market", "growth", "company", "energy", "storm", "ferry", "school")
VARIANTS = 200


def bodies(seed: int = 7) -> list[bytes]:
    """Pages of about 20 KB, as news sites send them: most of it is the same on every page."""
    dice = random.Random(seed)  # noqa: S311 - reproducible text, keeps no secret
    return [_page(dice, number) for number in range(VARIANTS)]


def _page(dice: random.Random, number: int) -> bytes:
    text = "".join(f"<p>{' '.join(dice.choices(WORDS, k=60))}.</p>\n" for _ in range(12))
    head = f"<!doctype html><html><head><meta charset='utf-8'><title>Page {number}</title></head>"
    return f"{head}<body><ul>{SECTION}</ul><h1>Page {number}</h1>{text}<ul>{SECTION}</ul></body></html>".encode()


def write_warc(file: Path, records: int, days: int, first: int = 0) -> None:
    """A WARC by warcio: `records` pages with addresses from number `first` on, one after another of the next day."""
    from tests.support.warcs import write_pages

    pages = bodies()

    def captured(number: int) -> datetime:
        return BEGIN + timedelta(days=(number if first == 0 else first) % days, seconds=number % 80_000)

    numbers = range(first, first + records)
    write_pages(file, ((f"https://www.paper.example/a/{n}", captured(n), pages[n % VARIANTS]) for n in numbers))


def bare_loop(file: Path) -> tuple[float, float]:
    """Seconds that warcio takes to read every body: by the clock, and of the processor."""
    from warcio.archiveiterator import ArchiveIterator

    begun, spent = time.perf_counter(), time.process_time()
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream):
            record.content_stream().read()
    return time.perf_counter() - begun, time.process_time() - spent


def imported(lake: Path, *files: Path) -> dict[str, float]:
    """Import in a process of its own: what `child` prints."""
    command = [sys.executable, __file__, "--child", str(lake), *map(str, files)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(answer.stdout)
    return found


def child(lake: Path, files: list[Path]) -> None:
    """Print seconds of work (by the clock, and of the processor), pages taken and memory in MB, as JSON."""
    from mediawatch.harvest.importing.files import import_warc
    from tests.support.announcing import a_source
    from tests.support.lakes import a_context

    context = a_context(lake, a_source())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun, spent = time.perf_counter(), time.process_time()
    found = import_warc(context, files)
    seconds, busy = time.perf_counter() - begun, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken = sum(one.outcomes()[None] for one in found)
    memory = {"peak_mb": peak / 1024, "before_mb": before / 1024}
    print(json.dumps({"seconds": seconds, "busy": busy, "taken": taken, **memory}))


def one_file(folder: Path, records: int, days: int) -> None:
    """One file of many days."""
    file = folder / f"{records}.warc.gz"
    write_warc(file, records, days)
    bare, bare_busy = bare_loop(file)
    ours = imported(folder / f"lake-{records}", file)
    if ours["taken"] != records:
        raise SystemExit(f"{ours['taken']} of {records} pages were taken")
    speed = f"{records / ours['seconds']:.0f} a second, {1000 * ours['busy'] / records:.2f} ms of processor time each"
    alone = f"{records / bare:.0f} a second, {1000 * bare_busy / records:.2f} ms each"
    memory = f"{ours['peak_mb']:.0f} MB, {ours['peak_mb'] - ours['before_mb']:.0f} MB of it for the import"
    print(f"{records:>8} records of {days} days, {file.stat().st_size >> 20} MB: {speed}")
    print(
        f"         the bare loop: {alone}; ours takes {ours['seconds'] / bare:.1f} times as long and "
        f"{ours['busy'] / bare_busy:.1f} times the processor time; peak memory {memory}",
        flush=True,
    )
    file.unlink()


def many_files(folder: Path, files: int, records: int) -> None:
    """One command after another, each with a file of another day, into one lake."""
    seconds, busy = [], []
    for number in range(files):
        file = folder / f"day-{number}.warc.gz"
        write_warc(file, records, days=files * (records + 1), first=number * (records + 1) + files * (records + 1))
        told = imported(folder / "lake-of-many", file)
        seconds.append(told["seconds"])
        busy.append(told["busy"])
        file.unlink()
    part = max(1, files // 5)
    first, last = sum(busy[:part]) / part, sum(busy[-part:]) / part
    print(
        f"{files} files of {records} records into one lake, one command each: {sum(seconds):.0f} s in all; "
        f"{first:.2f} s of processor time each at first, {last:.2f} s each at last"
    )


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, nargs="*", default=[10_000, 30_000, 100_000])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--files", type=int, default=46)
    parser.add_argument("--of", type=int, default=360, help="records of each of the many files")
    parser.add_argument("--child", type=Path, nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child[0], given.child[1:])
        return
    with TemporaryDirectory(prefix="bench-import-") as folder:
        for records in given.records:
            one_file(Path(folder), records, given.days)
        if given.files:
            many_files(Path(folder), given.files, given.of)


if __name__ == "__main__":
    main()
