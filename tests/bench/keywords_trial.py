"""The alert trial: words planted into real news, our detector and simple rules beside it, in one run.

    python tests/bench/keywords_trial.py CORPUS [--seeds 1,2,3] [--streams coherent] [--work FOLDER] [--rules ours;...]

CORPUS is a folder with inject.py, score.py and a background stream.  For each stream and seed words are planted, each
rule reads stream.jsonl.gz and aliases.json alone, day by day, and score.py judges its alerts.  Streams:

    full        all days of the background, words as the first edition of inject.py plants them
    coherent    the same by its second edition: words that rise do so with another word of the same happening
    titles      the second edition over a background of which five articles in six have only their titles
    short       the second edition over 35 days, of which the first 14 are all the past there is
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from itertools import groupby, product
from pathlib import Path
from typing import Any

import rjieba

from mediawatch.keywords import Rules
from mediawatch.language import fold
from mediawatch.language.aliases import Aliases
from mediawatch.sources.publishers import read_publishers
from mediawatch.workflow.backtesting import Backtest

PUBLISHERS = Path("include/sources/publishers")

Day = tuple[str, dict[str, set[str]], dict[str, set[str]]]
"""A day, {word: ids of its articles}, {word: its sources}."""
Rule = Callable[[Iterator[Day]], Iterator[dict[str, Any]]]


def days_of(stream: Path, *, titles_only: bool = False) -> Iterator[Day]:
    """The words of each day, folded and cut by jieba; nothing is known of copies, templates, rankings or aliases."""
    with gzip.open(stream, "rt", encoding="utf-8") as file:
        for day, rows in groupby(map(json.loads, file), key=lambda row: row["day"]):
            articles: defaultdict[str, set[str]] = defaultdict(set)
            sources: defaultdict[str, set[str]] = defaultdict(set)
            for row in rows:
                text = row["title"] if titles_only else f"{row['title']}\n{row['text']}"
                for word in set(cut(fold(text))):
                    articles[word].add(row["id"])
                    sources[word].add(row["source"])
            yield day, articles, sources


def cut(text: str) -> list[str]:
    """Words of two characters and more, unknown ones guessed by jieba's hidden Markov model, as such monitors do."""
    return [word for word in rjieba.cut(text, True) if len(word) > 1 and word[0].isalpha()]


def alert(day: str, kind: str, word: str, articles: set[str], score: float) -> dict[str, Any]:
    return {"day": day, "kind": kind, "term": word, "score": score, "articles": sorted(articles)}


def new_term(floor: int) -> Rule:
    """ElastAlert's new_term: a word that 28 days did not have, in `floor` articles at least."""

    def rule(days: Iterator[Day]) -> Iterator[dict[str, Any]]:
        before: deque[set[str]] = deque(maxlen=28)
        for day, articles, _ in days:
            known = set().union(*before)
            for word, ids in sorted(articles.items()):
                if word not in known and len(ids) >= floor:
                    yield alert(day, "new", word, ids, len(ids))
            before.append(set(articles))

    return rule


def spike(days: Iterator[Day]) -> Iterator[dict[str, Any]]:
    """ElastAlert's spike: three times the day before, and five articles at least."""
    before: Counter[str] = Counter()
    for day, articles, _ in days:
        for word, ids in sorted(articles.items()):
            if len(ids) >= 5 and before[word] and len(ids) >= 3 * before[word]:
                yield alert(day, "rising", word, ids, len(ids) / before[word])
        before = Counter({word: len(ids) for word, ids in articles.items()})


def against_days(baseline: int, *, least: int, times: float, sources: int) -> Rule:
    """A word's day against the mean of the `baseline` days before."""

    def rule(days: Iterator[Day]) -> Iterator[dict[str, Any]]:
        before: deque[Counter[str]] = deque(maxlen=baseline)
        total: Counter[str] = Counter()
        for day, articles, having in days:
            for word, ids in sorted(articles.items()):
                mean = total[word] / max(1, len(before))
                if len(ids) >= least and len(having[word]) >= sources and len(ids) >= times * mean:
                    yield alert(day, "rising" if mean else "new", word, ids, len(ids) / (mean + 0.1))
            if len(before) == baseline:
                total.subtract(before[0])
            before.append(Counter({word: len(ids) for word, ids in articles.items()}))
            total.update(before[-1])

    return rule


BASELINES: dict[str, tuple[Rule, bool]] = {
    "new_term": (new_term(1), False),
    "new_term, 3 articles": (new_term(3), False),
    "spike x3": (spike, False),
    # worldmonitor counts headlines: five of two sources, three times the mean of a week.
    "worldmonitor": (against_days(7, least=5, times=3, sources=2), True),
    "1 day against 14": (against_days(14, least=3, times=3, sources=1), False),
}


STREAMS = ("full", "coherent", "titles", "short")
TITLED = 5
"""Of six articles, so many have only their titles in the stream `titles`."""
SHORT = 35
PAST = 14


def background_of(stream: str, background: Path, work: Path) -> Path:
    """The background that a stream is made of: as it is, with fewer texts, or its second month."""
    if stream in ("full", "coherent"):
        return background
    made = work / f"background-{stream}.jsonl.xz"
    if not made.is_file():
        with lzma.open(background, "rt", encoding="utf-8") as lines:
            rows = [json.loads(each) for each in lines]
        days = sorted({row["day"] for row in rows})[30 : 30 + SHORT]
        kept = (
            [row for row in rows if row["day"] in days]
            if stream == "short"
            else [{**row, "text": ""} if number % 6 < TITLED else row for number, row in enumerate(rows)]
        )
        with lzma.open(made, "wt", encoding="utf-8", preset=1) as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in kept)
    return made


def plant(corpus: Path, stream: str, seed: int, work: Path) -> Path:
    """The folder of a stream with planted words, made unless it is there."""
    trial = work / f"{stream}-{seed}"
    if not (trial / "meta.json").is_file():
        background = background_of(stream, next(iter(sorted(corpus.glob("background-*.jsonl.xz")))), work)
        options = [] if stream == "full" else ["--coherent"]
        options += ["--warmup", str(PAST)] if stream == "short" else []
        command = [sys.executable, corpus / "inject.py", background, trial, "--seed", str(seed), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return trial


def ours(trial: Path, out: Path) -> None:
    """Write the alerts of the detector that the product runs."""
    aliases = Aliases.of(json.loads((trial / "aliases.json").read_text(encoding="utf-8")))
    backtest = Backtest(rules=Rules(), aliases=aliases, publishers=read_publishers(PUBLISHERS))
    backtest.run(trial / "stream.jsonl.gz", out)


def play(rule: str, trial: Path, out: Path) -> None:
    """Write the alerts of one of the simple rules, or ours."""
    if rule == "ours":
        ours(trial, out)
        return
    judge, titles_only = BASELINES[rule]
    with out.open("w", encoding="utf-8") as file:
        for found in judge(days_of(trial / "stream.jsonl.gz", titles_only=titles_only)):
            file.write(json.dumps(found, ensure_ascii=False) + "\n")


def judged(corpus: Path, trial: Path, alerts: Path) -> dict[str, Any]:
    """What score.py says."""
    result = alerts.with_suffix(".json")
    subprocess.run(
        [sys.executable, corpus / "score.py", trial, alerts, "--json", result], check=True, stdout=subprocess.DEVNULL
    )
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return found


def line(rule: str, stream: str, seed: int, found: dict[str, Any]) -> str:
    """A row of the table."""
    budget = found["recall if only the best k alerts a day were sent"]
    fired = sum(int(share.split("/")[0]) for share in found["decoys fired"].values())
    lag = found["lag days (mean, median)"]
    by_kind, precision = found["recall by kind"], found["precision on planted"] or 0
    return (
        f"{rule:22} {stream:8} {seed:4} {found['recall']:7.3f} {by_kind.get('back', '-'):>6} "
        f"{by_kind.get('rising', '-'):>7} {precision:9.3f} {found['alerts per day']:8.1f} {budget['10']:7.3f} "
        f"{fired:6} {lag[1] if lag else '-':>4} {found['duplicate rate'] or 0:6.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--streams", default="coherent", help=f"of {', '.join(STREAMS)}, parted by commas")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--rules", default=";".join(("ours", *BASELINES)), help="names parted by ;")
    given = parser.parse_args()
    work = given.work or Path(tempfile.mkdtemp(prefix="trial-"))
    work.mkdir(parents=True, exist_ok=True)
    print("rule                   stream   seed  recall   back  rising precision  alerts/d best-10 decoys  lag  dupl.")
    for stream, seed in product(given.streams.split(","), map(int, given.seeds.split(","))):
        trial = plant(given.corpus, stream, seed, work)
        for rule in given.rules.split(";"):
            alerts = trial / f"{rule.replace(' ', '-')}.jsonl"
            play(rule, trial, alerts)
            print(line(rule, stream, seed, judged(given.corpus, trial, alerts)), flush=True)


if __name__ == "__main__":
    main()
