"""What one large day costs: each stage of it in one process, its time and the most memory it took so far.

    make bench-day
    python tests/bench/day.py --articles 6000 [--days 20]

A WARC of invented pages is imported into an empty lake: `--days` quiet days of 24 articles, for the words to have a
past, and a day of so many articles.  Then the stages of that day run one after the other.  Beside each stands the peak
of the process, and at the end the peak of its children, which read the pages.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]

from mediawatch.harvest.importing.files import import_warc  # noqa: E402
from mediawatch.keywords import TextDocument  # noqa: E402
from mediawatch.keywords.evaluations import evaluate_again  # noqa: E402
from mediawatch.tables.order import BUILDING, WATCHING  # noqa: E402
from mediawatch.workflow.runner import build_day, run_stage  # noqa: E402
from mediawatch.workflow.watch import watch_day  # noqa: E402
from tests.support.articles import html, paragraphs  # noqa: E402
from tests.support.lakes import a_context  # noqa: E402
from tests.support.warcs import write_pages  # noqa: E402
from tests.support.wires import FIRST, document, usual  # noqa: E402


def write_warc(file: Path, documents: list[TextDocument]) -> None:
    """The pages of `documents`, 400 sites in turn."""
    addresses = (f"https://site{number % 400}.example/{one.article_id}.html" for number, one in enumerate(documents))
    write_pages(file, ((url, one.at, _page(one)) for url, one in zip(addresses, documents, strict=True)))


def _page(one: TextDocument) -> bytes:
    head = f"<meta property='article:published_time' content='{one.at.isoformat()}'>"
    return html(title=one.title, head=head, body=paragraphs(*one.text.split("\n") * 3)).encode()


def peak_megabytes(who: int = resource.RUSAGE_SELF) -> float:
    """The most memory that this process (or one of its children) had so far."""
    return resource.getrusage(who).ru_maxrss / 1024


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=6000)
    parser.add_argument("--days", type=int, default=20)
    options = parser.parse_args()
    day = FIRST + timedelta(days=options.days)
    quiet = [one for back in range(options.days) for one in usual(FIRST + timedelta(days=back))]
    large = [document(day, number) for number in range(options.articles)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        at = datetime.combine(day + timedelta(days=1), clock_time(9), UTC)
        context = a_context(folder, watchlists_dir=folder / "none", at=at)
        write_warc(folder / "days.warc.gz", [*quiet, *large])
        del large, quiet
        import_warc(context, [folder / "days.warc.gz"], is_any_host=True)
        print(f"{options.articles} articles; imported: peak {peak_megabytes():.0f} MB", flush=True)
        for back in range(options.days, 0, -1):
            build_day(context, day - timedelta(days=back))
            watch_day(context, day - timedelta(days=back))
        print(f"the days before: peak {peak_megabytes():.0f} MB", flush=True)
        evaluate_again(context, day)
        for stage in (*BUILDING, *WATCHING):
            begun = time.perf_counter()
            run_stage(context, stage, day)
            print(f"{stage:10} {time.perf_counter() - begun:7.1f} s   peak {peak_megabytes():.0f} MB", flush=True)
        print(f"the largest child: {peak_megabytes(resource.RUSAGE_CHILDREN):.0f} MB")


if __name__ == "__main__":
    main()
