"""The weights of a word's features, fitted to planted words by logistic regression, beside those set by hand.

    PYTHONPATH=include python tests/bench/keywords_weights.py CORPUS --trials coherent-1,titles-1 [--work FOLDER]

CORPUS is that of keywords_trial.py, a trial STREAM-SEED is one of its streams.  Each trial is read and judged once;
what was found of each day is kept in FOLDER.  Then for each trial the weights are fitted on the others, and both are
scored by replaying what follows the scores (company, topics, episodes).  No weight is negative, for each feature speaks
for a word the more the larger it is, and all are drawn to the weights set by hand (`--drawn`, how strongly).

Right are planted words from the day on that they can be told; wrong are decoys, and what shares most articles with a
planted word without being it.  Real words are right or wrong as a reader of docs/keywords-reading.md found them, and of
those that scored below 3 a tenth is taken for wrong.  The fitted score is set so that as many words as by hand reach
`least_score` and `crowded_score`, of those that it was fitted on.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import re
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parent))

import keywords_trial

from mediawatch.keywords import Candidate, Gate, MemoryHistory, Rules, detect, read
from mediawatch.keywords.companions import accompanied
from mediawatch.keywords.episodes import follow
from mediawatch.keywords.scoring import WEIGHTS, features_of
from mediawatch.keywords.topics import Topic, topics_of
from mediawatch.language import fold
from mediawatch.language.aliases import Aliases
from mediawatch.sources.publishers import read_publishers
from mediawatch.tables.keywords import Episode
from mediawatch.workflow.corpus import CorpusReader, read_days

Numbers = npt.NDArray[np.float64]

NAMES = tuple(WEIGHTS)
HAND = np.array([WEIGHTS[name] for name in NAMES])
OFTEN = (Gate.PASSED, Gate.SCORE, Gate.LONE)
"""The gates of words that the score decides about."""
GRACE = timedelta(days=3)
SCALE = 0.6
"""A point of the hand's score in logits."""
STEPS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedDay:
    """What was found on a day; it stands for its own window, of which only the stories are needed."""

    day: date
    candidates: tuple[Candidate, ...]
    stories: tuple[str, ...]
    stories_today: int
    topics: tuple[Topic, ...] = ()

    @property
    def window(self) -> JudgedDay:
        return self


def judged_days(corpus: Path, trial: str, work: Path) -> list[JudgedDay]:
    """The days of a trial, from FOLDER where they were judged before."""
    stream, seed = trial.rsplit("-", 1)
    folder = keywords_trial.plant(corpus, stream, int(seed), work)
    kept = folder / "judged.pickle"
    if not kept.is_file():
        kept.write_bytes(pickle.dumps(list(_judged(folder))))
    return [
        JudgedDay(day=day, candidates=candidates, stories=stories, stories_today=today)
        for day, candidates, stories, today in pickle.loads(kept.read_bytes())  # noqa: S301
    ]


def _judged(folder: Path) -> Iterator[tuple[date, tuple[Candidate, ...], tuple[str, ...], int]]:
    aliases = Aliases.of(json.loads((folder / "aliases.json").read_text(encoding="utf-8")))
    reader, rules = CorpusReader(publishers=read_publishers(keywords_trial.PUBLISHERS)), Rules()
    history, window = MemoryHistory(reach_days=rules.reach_days), deque[Any](maxlen=rules.window_days)
    for day, articles in read_days(folder / "stream.jsonl.gz", print):
        readings = [read(document, aliases) for document in reader.documents(day, articles)]
        window.append(readings)
        recent = [one for held in window for one in held if (day - one.day).days < rules.window_days]
        found = detect(day, recent, history, rules)
        yield day, found.candidates, found.window.stories, found.window.stories_today
        history.add(day, readings)


def replayed(days: Sequence[JudgedDay], rules: Rules, weights: Numbers, shift: float) -> Iterator[dict[str, Any]]:
    """The alerts that the scores of `weights` make, as lines for score.py."""
    episodes: Sequence[Episode] = ()
    for day in days:
        weighed = [_weighed(one, weights, shift, rules) for one in day.candidates]
        passed = [one for one in accompanied(weighed, rules) if one.gate is Gate.PASSED]
        changes = follow(episodes, replace(day, topics=tuple(topics_of(passed, day, rules))), rules)
        episodes = changes.episodes
        for episode, topic in changes.begun:
            if not episode.step:
                head = topic.head
                yield {
                    **keywords_trial.alert(
                        str(day.day), head.kind.value, head.term, set(head.article_ids), topic.score
                    ),
                    "also": list(topic.also[:2]),
                }


def _weighed(candidate: Candidate, weights: Numbers, shift: float, rules: Rules) -> Candidate:
    if candidate.gate not in OFTEN:
        return candidate
    score = float(_row(candidate) @ weights) + shift
    return replace(candidate, score=score, gate=Gate.PASSED if score >= rules.least_score else Gate.SCORE)


def _row(candidate: Candidate) -> Numbers:
    found = features_of(candidate)
    return np.array([found[name] for name in NAMES])


@dataclass(frozen=True, slots=True)
class Labels:
    """Features of words, whether each is right, and how much it counts; `all_rows` are those of unlabelled ones too."""

    rows: Numbers
    is_right: Numbers
    counts: Numbers
    all_rows: Numbers

    @classmethod
    def of(cls, days: Sequence[JudgedDay], folder: Path, read_words: Mapping[tuple[str, str], bool]) -> Labels:
        """The labelled words of a trial."""
        truth = Truth.of(folder)
        draw = random.Random(0)  # noqa: S311
        found, rows = [], []
        for day in days:
            for one in day.candidates if day.day >= truth.first else ():
                if one.gate not in OFTEN:
                    continue
                rows.append(_row(one))
                right, count = truth.judged(one, day.day), 1.0
                if right is None:
                    right = read_words.get((str(day.day), one.term))
                if right is None and one.score < Rules().least_score and draw.random() < 0.1:
                    right, count = False, 0.3
                if right is not None:
                    found.append((rows[-1], float(right), count))
        return cls(*(np.array(column) for column in zip(*found, strict=True)), np.array(rows))


@dataclass(frozen=True, slots=True)
class Truth:
    """What was planted."""

    first: date
    episodes: list[dict[str, Any]]
    decoys: frozenset[str]

    @classmethod
    def of(cls, folder: Path) -> Truth:
        """The truth of a trial."""
        lines = {name: (folder / f"{name}.jsonl").read_text(encoding="utf-8") for name in ("episodes", "decoys")}
        episodes, decoys = ([json.loads(line) for line in lines[name].splitlines()] for name in lines)
        first = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["score_from"]
        forms = frozenset(_folded(form) for each in decoys for form in each["forms"])
        return cls(date.fromisoformat(first), episodes, forms)

    def judged(self, word: Candidate, day: date) -> bool | None:
        """Whether a word found on `day` is a planted one; None where nothing planted says so."""
        term, articles = _folded(word.term), set(word.article_ids)
        told = [each for each in self.episodes if term in map(_folded, each["forms"])]
        if any(each["fire_day"] and each["fire_day"] <= str(day) <= each["last_day"] for each in told):
            return True
        if term in self.decoys:
            return False
        now = (each for each in self.episodes if each["first_day"] <= str(day) <= _later(each["last_day"]))
        is_beside = any(len(articles & set(each["article_ids"])) >= 0.7 * len(articles) for each in now)
        return False if is_beside and not told else None


def _folded(term: str) -> str:
    return re.sub(r"[\s·]", "", fold(term))


def _later(day: str) -> str:
    return str(date.fromisoformat(day) + GRACE)


def readings_of(page: Path) -> dict[tuple[str, str], bool]:
    """{(day, word): whether a reader found it right} of the tables of `page`."""
    row = re.compile(r"^\| ([\d-]{10}) \| \d+ \| (.+?) \| \w+ \| (yes|no) \|", re.MULTILINE)
    rows = row.findall(page.read_text(encoding="utf-8"))
    return {(day, word): answer == "yes" for day, word, answer in rows}


def fitted(labels: Sequence[Labels], drawn: float) -> tuple[Numbers, float]:
    """Weights and shift in points of the hand's score: projected gradient of the logistic loss."""
    rows = np.concatenate([one.rows for one in labels])
    right = np.concatenate([one.is_right for one in labels])
    counts = np.concatenate([one.counts for one in labels])
    counts = np.where(right > 0, counts / counts[right > 0].sum(), counts / counts[right == 0].sum()) / 2
    spread = rows.std(axis=0) + 1e-9
    weights, bias, speed = HAND * SCALE, -3.0, np.zeros(len(NAMES) + 1)
    for _ in range(STEPS):
        miss = counts * (1 / (1 + np.exp(-np.clip(rows @ weights + bias, -30, 30))) - right)
        slope = rows.T @ miss / spread**2 + drawn * (weights - HAND * SCALE)
        speed = 0.9 * speed + np.append(slope, miss.sum())
        weights, bias = np.maximum(weights - 0.05 * speed[:-1], 0), bias - 0.05 * speed[-1]
    everything = np.concatenate([one.all_rows for one in labels])
    bars = np.array([Rules().least_score, Rules().crowded_score])
    passed = [float((everything @ HAND < bar).mean()) for bar in bars]
    low, high = np.quantile(everything @ weights, passed)
    scale = (bars[1] - bars[0]) / (high - low)
    return weights * scale, float(bars[0] - scale * low)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--trials", default="coherent-1,titles-1,short-1")
    parser.add_argument("--drawn", type=float, default=0.1, help="how strongly to the weights set by hand")
    parser.add_argument("--crowded", type=float, default=Rules().crowded_score, help="crowded_score of fitted weights")
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    work = given.work or Path(tempfile.mkdtemp(prefix="weights-"))
    trials, rules = given.trials.split(","), Rules()
    days = {trial: judged_days(given.corpus, trial, work) for trial in trials}
    known = readings_of(Path("docs/keywords-reading.md"))
    labels = {trial: Labels.of(days[trial], work / trial, known) for trial in trials}

    def row(name: str, trial: str, weights: Numbers, shift: float, rules: Rules) -> None:
        out = work / trial / f"{name}.jsonl"
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in replayed(days[trial], rules, weights, shift))
        out.write_text("".join(lines), encoding="utf-8")
        stream, seed = trial.rsplit("-", 1)
        found = keywords_trial.judged(given.corpus, work / trial, out)
        print(keywords_trial.line(name, stream, int(seed), found), flush=True)

    print("rule                   stream   seed  recall   back  rising precision  alerts/d best-10 decoys  lag  dupl.")
    for trial in trials:
        row("hand", trial, HAND, 0.0, rules)
        weights, shift = fitted([labels[one] for one in trials if one != trial], given.drawn)
        row("fitted on others", trial, weights, shift, replace(rules, crowded_score=given.crowded))
    weights, shift = fitted(list(labels.values()), given.drawn)
    print({name: round(float(value), 2) for name, value in zip(NAMES, weights, strict=True)}, round(shift, 2))


if __name__ == "__main__":
    main()
