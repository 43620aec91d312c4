"""Faults found in a year of daily figures of 60 sources, and false alarms, beside rules that are in use elsewhere.

    python tests/bench/quality.py --seed 1
    python tests/bench/quality.py --seed 1 --articles .../background-2024q4.jsonl.xz

Each source has a volume with its own weekday shape, growth, holidays and noise (counts are negative binomial), and the
shares, lengths and lags of its articles.  With `--articles` the volumes are real ones: weeks of the publishers of that
file (JSON lines with `source` and `day`) drawn again and again, some larger and some smaller; a holiday of such a week
then comes about four times a year.  A fault is found when its source and figure are told within two days of its
beginning; a drift, which has no such beginning, within six weeks.  Days in a row are one alarm, for every rule.  What
is told neither during a fault of the source nor in the two weeks after one is a false alarm.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean, pstdev

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[2] / "include"), str(Path(__file__).parents[2])]

from mediawatch.quality.judging import Figure, judge  # noqa: E402 - the path is set above

FIRST, DAYS = date(2025, 1, 1), 365
AFTERWARDS = 14
FAULTS: dict[str, tuple[str, int]] = {
    "silence": ("articles", 5),
    "half": ("articles", 12),
    "double": ("articles", 6),
    "frozen feed": ("new_links", 6),
    "titles lost": ("share_titled", 10),
    "dates shifted": ("lag_hours", 10),
    "mojibake": ("share_mojibake", 8),
    "boilerplate creep": ("share_boilerplate", 45),
    "slow drift": ("articles", 60),
    "redesign": ("median_length", 10),
}
"""{fault: the figure that shows it, how many days it lasts}."""
SLOW = {"boilerplate creep": 42, "slow drift": 42}
"""Days within which a fault without a beginning has to be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A planted fault."""

    name: str
    source: str
    metric: str
    first: date
    last: date


Weeks = Sequence[np.ndarray]
"""The counts of whole weeks of one publisher, from Monday."""


def a_year(seed: int, sources: int = 60, shapes: Sequence[Weeks] = ()) -> tuple[list[Figure], list[Fault]]:
    """A year of figures with three faults in each source; volumes are drawn from `shapes` if there are any."""
    dice = np.random.default_rng(seed)
    figures: list[Figure] = []
    faults: list[Fault] = []
    holidays = sorted(dice.choice(np.arange(70, DAYS), 8, replace=False).tolist())
    for number in range(sources):
        name = f"s{number:02}"
        planted = _planted(dice, name)
        faults += planted
        table = _healthy(dice, holidays, shapes)
        for fault in planted:
            _break(dice, table, fault)
        figures += [
            Figure(day=FIRST + timedelta(days=at), source=name, metric=metric, value=float(value))
            for metric, values in table.items()
            for at, value in enumerate(values)
        ]
    return figures, faults


def _planted(dice: np.random.Generator, source: str) -> list[Fault]:
    found, start = [], 80
    for name in dice.permutation(list(FAULTS))[:3]:
        metric, days = FAULTS[str(name)]
        first = FIRST + timedelta(days=start + int(dice.integers(0, 15)))
        found.append(
            Fault(name=str(name), source=source, metric=metric, first=first, last=first + timedelta(days=days - 1))
        )
        start = (first - FIRST).days + days + 25
    return [fault for fault in found if fault.last < FIRST + timedelta(days=DAYS)]


def read_shapes(path: Path) -> list[Weeks]:
    """The whole weeks of every publisher with an article on at least half of the days, after its first."""
    counts: dict[str, Counter[date]] = defaultdict(Counter)
    with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            counts[article["source"]][date.fromisoformat(article["day"])] += 1
    last = max(day for days in counts.values() for day in days)
    shapes = []
    for _, days in sorted(counts.items()):
        first = min(days) + timedelta(days=(7 - min(days).weekday()) % 7)
        weeks = [
            np.array([float(days[first + timedelta(days=7 * week + at)]) for at in range(7)])
            for week in range(((last - first).days + 1) // 7)
        ]
        if len(weeks) >= 4 and 2 * sum(1 for week in weeks for count in week if count) >= 7 * len(weeks):
            shapes.append(weeks)
    return shapes


def _drawn(dice: np.random.Generator, shapes: Sequence[Weeks]) -> np.ndarray:
    """A year of one publisher's weeks, with a size and a growth of its own."""
    weeks = shapes[int(dice.integers(len(shapes)))]
    days = np.concatenate([weeks[int(at)] for at in dice.integers(0, len(weeks), DAYS // 7 + 2)])
    skipped = FIRST.weekday()
    growth = 1 + dice.uniform(-0.2, 0.5) * np.arange(DAYS) / DAYS
    return np.round(days[skipped : skipped + DAYS] * growth * np.exp(dice.uniform(np.log(0.7), np.log(2.5))))


def _healthy(dice: np.random.Generator, holidays: Sequence[int], shapes: Sequence[Weeks] = ()) -> dict[str, np.ndarray]:
    at = np.arange(DAYS)
    weekday = np.array([(FIRST + timedelta(days=int(n))).weekday() for n in at])
    week = np.where(np.arange(7) < 5, 1.0, dice.uniform(0.3, 1.0)) * dice.uniform(0.9, 1.1, 7)
    mean = np.exp(dice.uniform(np.log(8), np.log(300))) * week[weekday] * (1 + dice.uniform(-0.2, 0.5) * at / DAYS)
    mean = mean * np.where(np.isin(at, holidays), dice.uniform(0.4, 0.8), 1.0)
    noise = dice.uniform(0.05, 0.15)
    articles = dice.poisson(mean * dice.gamma(1 / noise**2, noise**2, DAYS))
    if shapes:
        articles = _drawn(dice, shapes).astype(int)
    many = np.maximum(articles, 1)

    def share(usual: float) -> np.ndarray:
        return dice.binomial(many, usual) / many

    lag = np.exp(np.log(dice.uniform(0.5, 4)) + dice.normal(0, 0.15, DAYS))
    return {
        "articles": articles.astype(float),
        "new_links": np.round(articles * dice.uniform(1.0, 1.3, DAYS)),
        "share_titled": share(1.0 if dice.random() < 0.7 else 0.97),
        "share_mojibake": share(0.0 if dice.random() < 0.7 else 0.01),
        "share_boilerplate": np.clip(dice.uniform(0.01, 0.1) + dice.normal(0, 0.008, DAYS), 0, 1),
        "median_length": np.round(dice.uniform(400, 1500) * np.exp(dice.normal(0, 0.08, DAYS))),
        "lag_hours": lag,
    }


def _break(dice: np.random.Generator, table: dict[str, np.ndarray], fault: Fault) -> None:
    days = slice((fault.first - FIRST).days, (fault.last - FIRST).days + 1)
    values = table[fault.metric]
    length = days.stop - days.start
    match fault.name:
        case "silence":
            values[days] = 0
        case "half":
            values[days] = np.round(values[days] * 0.5)
        case "double":
            values[days] = values[days] * 2
        case "frozen feed":
            values[days] = 0
        case "titles lost":
            values[days] = values[days] * dice.uniform(0, 0.5)
        case "dates shifted":
            values[days] = values[days] + 8
        case "mojibake":
            values[days] = np.clip(values[days] + dice.uniform(0.3, 0.9), 0, 1)
        case "boilerplate creep":
            values[days] = np.clip(values[days] + np.linspace(0, 0.35, length), 0, 1)
        case "slow drift":
            values[days] = np.round(values[days] * np.linspace(1, 0.3, length))
        case "redesign":
            values[days] = np.round(values[days] * dice.uniform(0.2, 0.5))


Alarms = set[tuple[date, str, str]]


def ours(figures: Iterable[Figure]) -> Alarms:
    """What `judge` tells."""
    return {(found.day, found.source, found.metric) for found in judge(figures)}


def fixed(figures: Iterable[Figure]) -> Alarms:
    """Constants: no article, less than half or more than twice of the first month, shares beyond a fifth."""
    return _by_window(figures, lambda past, value: value < 0.5 * fmean(past[:28]) or value > 2 * fmean(past[:28]) + 0.2)


def two_deviations(figures: Iterable[Figure]) -> Alarms:
    """Beyond two standard deviations of the last 28 days."""
    return _by_window(figures, lambda past, value: abs(value - fmean(past[-28:])) > 2 * pstdev(past[-28:]))


def media_cloud(figures: Iterable[Figure]) -> Alarms:
    """Media Cloud's rule for volume: below mu - 1.5 s or above mu + 2 s of the last 28 days."""

    def off(past: Sequence[float], value: float) -> bool:
        mean, spread = fmean(past[-28:]), pstdev(past[-28:])
        return value < mean - 1.5 * spread or value > mean + 2 * spread

    return _by_window(figures, off)


def _by_window(figures: Iterable[Figure], is_off: Callable[[Sequence[float], float], bool]) -> Alarms:
    """Days in a row are one alarm."""
    series: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        series[figure.source, figure.metric].append(figure)
    alarms: Alarms = set()
    for (source, metric), found in series.items():
        ordered = sorted(found, key=lambda figure: figure.day)
        was_off = False
        for at in range(28, len(ordered)):
            now = is_off([figure.value for figure in ordered[:at]], ordered[at].value)
            if now and not was_off:
                alarms.add((ordered[at].day, source, metric))
            was_off = now
    return alarms


def score(alarms: Alarms, faults: Sequence[Fault], sources: int) -> str:
    """One line: found within the days allowed, by fault, and false alarms a source and year."""
    hits: Counter[str] = Counter()
    for fault in faults:
        until = fault.first + timedelta(days=SLOW.get(fault.name, 2) - 1)
        mine = [a for a in alarms if a[1:] == (fault.source, fault.metric) and fault.first <= a[0] <= until]
        hits[fault.name] += bool(mine)
    total = Counter(fault.name for fault in faults)

    def is_false(alarm: tuple[date, str, str]) -> bool:
        return not any(
            fault.source == alarm[1] and fault.first <= alarm[0] <= fault.last + timedelta(days=AFTERWARDS)
            for fault in faults
        )

    wrong = sum(map(is_false, alarms))
    by_fault = ", ".join(f"{name} {hits[name]}/{total[name]}" for name in FAULTS)
    return f"found {hits.total() / total.total():.3f}, false alarms a source-year {wrong / sources:.2f} ({by_fault})"


def main() -> None:
    """Print a line a rule."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sources", type=int, default=60)
    parser.add_argument("--articles", type=Path, help="take the shapes of volumes from these articles")
    asked = parser.parse_args()
    shapes = read_shapes(asked.articles) if asked.articles else ()
    figures, faults = a_year(asked.seed, asked.sources, shapes)
    for rule in (ours, fixed, two_deviations, media_cloud):
        print(f"{rule.__name__:15} {score(rule(figures), faults, asked.sources)}", flush=True)


if __name__ == "__main__":
    main()
