"""How well copies are told from look-alikes, how fast, and beside what: one generated set, several methods.

    python tests/bench/stories.py background.jsonl.xz [--seed 1] [--stories 600] [--growth]

The set is made by seed from the articles of a corpus (a JSON line each: id, day, published_at, source, title, text).
Copies are cut, edited, converted to the other script, given a dateline, the site's template text, a list of headlines,
or a piece of another article; look-alikes are the corpus's own reports of one event in other words, reports of one
template with other facts, pages of one site with one footer and list, and digests of several stories.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from mediawatch.language import fold
from mediawatch.language.folding import to_simplified, to_traditional
from mediawatch.stories import cluster, comparing, signature, sketching
from mediawatch.tables.stories import Clustered, Member

Pair = tuple[str, str]
ORDER = ["cut", "edited", "quoted", "datelined", "converted"]
"""What is quoted is quoted whole: of every copy, the larger part of what its site did not add everywhere is a copy."""
SPAN = 15
"""Days that a set is drawn from: dense enough that sites show their template text, as they do in a newsroom."""
SITES = [f"copy{number}.example" for number in range(12)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article of the set; `story` is the truth, `kind` how it was made."""

    article_id: str
    day: date
    site: str
    title: str
    text: str
    story: str
    kind: str


def read(path: Path) -> list[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


# -- making the set


class Maker:
    """Makes copies and look-alikes, the same ones for the same seed."""

    def __init__(self, articles: Sequence[dict[str, Any]], seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311
        days = sorted({a["day"] for a in articles})
        start = self.rng.randrange(len(days) - SPAN)
        self.articles = [a for a in articles if len(a["text"]) >= 80 and days[start] <= a["day"] < days[start + SPAN]]
        self.by_day = defaultdict(list)
        for article in articles:
            self.by_day[article["day"]].append(article["title"])
        sentences = [s for a in self.rng.sample(self.articles, 300) for s in cut_sentences(a["text"]) if len(s) > 15]
        self.footers = {site: self.rng.sample(sentences, 4) for site in SITES}
        self.sentences = sentences

    def items(self, stories: int) -> list[Item]:
        chosen = self.rng.sample(self.articles, stories)
        found = [original(a) for a in chosen]
        found += [c for a in chosen for c in self.copies(a)]
        found += [self.template(original(a)) for a in self.rng.sample(chosen, stories // 4) if numbers(a["text"]) > 5]
        found += [self.digest(chosen, n) for n in range(stories // 30)]
        found += self.own_words(chosen)
        found += self.series(stories // 6)
        unique = {item.article_id: item for item in found}
        return sorted(unique.values(), key=lambda item: (item.day, item.article_id))

    def copies(self, article: dict[str, Any]) -> Iterator[Item]:
        first = original(article)
        for number in range(self.rng.choice([0, 0, 1, 1, 2, 3])):
            site = self.rng.choice(SITES)
            ways = self.rng.sample([self.cut, self.edited, self.quoted, self.datelined, self.converted], 2)
            text = article["text"]
            for way in sorted(ways, key=lambda way: ORDER.index(way.__name__)):
                text = way(text)
            day = first.day + timedelta(days=self.rng.choice([0, 0, 0, 1, 2]))
            text = self.dressed(text, site, day)
            title = self.rng.choice([first.title, self.edited(first.title), text[:20].replace("\n", " ")])
            yield replace(
                first,
                article_id=f"{first.article_id}-c{number}",
                site=site,
                day=day,
                title=title,
                text=text,
                kind="+".join(way.__name__ for way in ways),
            )

    def dressed(self, text: str, site: str, day: date) -> str:
        """With the site's template text, and on a third of the sites its list of headlines of the day before."""
        text = "\n".join([text, *self.footers[site]])
        if SITES.index(site) % 3 == 0:
            titles = sorted(self.by_day[str(day - timedelta(days=1))] or ["无"])
            picked = random.Random(f"{site}{day}").sample(titles, min(20, len(titles)))  # noqa: S311
            text += "\n24小时新闻排行榜\n" + "\n".join(f"{n}. {title}" for n, title in enumerate(picked, 1))
        return text

    def edited(self, text: str) -> str:
        """One character in forty changed, one sentence in ten gone, one in ten new."""
        kept = [s for s in cut_sentences(text) if self.rng.random() > 0.1]
        if len(kept) > 3:
            kept.insert(self.rng.randrange(len(kept)), self.rng.choice(self.sentences))
        characters = list("".join(kept) or text)
        for _ in range(len(characters) // 40):
            place = self.rng.randrange(len(characters))
            if characters[place] != "\n":
                characters[place] = self.rng.choice("的了在是和将已于对与")
        return "".join(characters)

    def cut(self, text: str) -> str:
        """The first third to nine tenths, at least 80 characters."""
        return text[: max(80, int(len(text) * self.rng.uniform(0.33, 0.9)))]

    def converted(self, text: str) -> str:
        return to_simplified(text) if to_simplified(text) != text else to_traditional(text)

    def datelined(self, text: str) -> str:
        name = self.rng.choice(["海湾社", "港口日报", "Harbour Wire"])
        head = self.rng.choice([f"（{name}香港{self.rng.randint(1, 28)}日电）", f"来源：{name}\n", f"[{name}] "])
        return f"{head}{text}\n责任编辑：{self.rng.choice('张王李赵')}{self.rng.choice('明华伟芳')}"

    def quoted(self, text: str) -> str:
        """With own words around it, a third of its length."""
        added = ""
        while len(added) < len(text) // 3:
            added += self.rng.choice(self.sentences)
        return f"{added[: len(added) // 2]}\n{text}\n{added[len(added) // 2 :]}"

    def template(self, item: Item) -> Item:
        """The same report of another day: every number another one."""
        digits = re.compile(r"\d+")
        text = digits.sub(lambda m: "".join(self.rng.choice("123456789") for _ in m.group()), item.text)
        title = digits.sub(lambda m: "".join(self.rng.choice("123456789") for _ in m.group()), item.title)
        name = f"{item.article_id}-t"
        later = item.day + timedelta(days=1)
        return replace(item, article_id=name, text=text, title=title, story=name, kind="template", day=later)

    def digest(self, chosen: Sequence[dict[str, Any]], number: int) -> Item:
        start = self.rng.randrange(len(chosen))
        near = sorted(chosen, key=lambda a: a["day"])[start : start + 6]
        text = "\n".join(a["text"][:200] for a in near)
        day = date.fromisoformat(max(a["day"] for a in near))
        name = f"digest{number}"
        return Item(
            article_id=name, day=day, site=SITES[1], title=f"一日要闻{number}", text=text, story=name, kind="digest"
        )

    def own_words(self, chosen: Sequence[dict[str, Any]]) -> Iterator[Item]:
        """Articles of the same or the next day whose titles share most with a chosen one: other words, or a copy."""
        grams = defaultdict(list)
        for a in self.articles:
            for gram in sorted(pairs_of(a["title"])):
                grams[gram].append(a)
        for a in chosen:
            votes: Counter[str] = Counter()
            near = {}
            for gram in sorted(pairs_of(a["title"])):
                for other in grams[gram] if len(grams[gram]) < 300 else ():
                    gap = abs((date.fromisoformat(other["day"]) - date.fromisoformat(a["day"])).days)
                    if other["id"] != a["id"] and gap <= 1:
                        votes[other["id"]] += 1
                        near[other["id"]] = other
            for name, count in votes.most_common(2):
                if count >= 4:
                    yield replace(original(near[name]), kind="own words")

    def series(self, count: int) -> Iterator[Item]:
        """Reports whose titles are equal but for their numbers, of days after one another: markets, weather."""
        masked = defaultdict(list)
        for a in self.articles:
            masked[a["source"], re.sub(r"\d+", "0", fold(a["title"]))].append(a)
        groups = [g for _, g in sorted(masked.items()) if len({a["day"] for a in g}) > 2]
        for group in self.rng.sample(groups, min(count, len(groups))):
            for a in sorted(group, key=lambda a: a["day"])[:3]:
                yield replace(original(a), kind="series")


def original(a: dict[str, Any]) -> Item:
    day = date.fromisoformat(a["day"])
    return Item(
        article_id=a["id"], day=day, site=a["source"], title=a["title"], text=a["text"], story=a["id"], kind="original"
    )


def cut_sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[。！？\n])|(?<=\. )", text) if s]


def pairs_of(title: str) -> set[str]:
    folded = re.sub(r"\W+", "", fold(title))
    return {folded[n : n + 2] for n in range(len(folded) - 1)}


def numbers(text: str) -> int:
    return len(re.findall(r"\d\d+", text))


# -- the truth


def truth(items: Sequence[Item], days: int = 3) -> tuple[set[Pair], set[Pair]]:
    """Pairs that are copies, and pairs that nobody can say of: real articles that share a part of their text.

    Of two articles of the corpus, those that share 60 % of the shorter in pieces of 12 characters are copies, those
    under 30 % are not.
    """
    held: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        held[item.story].append(item)
    same = {key(a, b) for group in held.values() for a, b in combinations(group, 2)}
    unknown: set[Pair] = set()
    real = [item for item in items if item.kind in ("original", "own words", "series")]
    pieces: defaultdict[str, list[Item]] = defaultdict(list)
    for item in real:
        flat = re.sub(r"\W+", "", fold(item.text))
        for piece in {flat[n : n + 12] for n in range(len(flat) - 11)}:
            pieces[piece].append(item)
    shared: Counter[tuple[str, str]] = Counter()
    for holders in pieces.values():
        if 1 < len(holders) <= 20:
            shared.update(key(a, b) for a, b in combinations(holders, 2))
    by_id = {item.article_id: item for item in real}
    for (one, other), count in shared.items():
        a, b = by_id[one], by_id[other]
        flat_a, flat_b = (re.sub(r"\W+", "", fold(x.text)) for x in (a, b))
        if count < 0.1 * min(len(flat_a), len(flat_b)) or abs((a.day - b.day).days) > days:
            continue
        blocks = SequenceMatcher(None, flat_a, flat_b, autojunk=False).get_matching_blocks()
        share = sum(m.size for m in blocks if m.size >= 12) / min(len(flat_a), len(flat_b))
        if share >= 0.3:
            unknown |= {key(x, y) for x in held[a.story] for y in held[b.story]}
    return same, unknown - same


def key(a: Item, b: Item) -> Pair:
    return (a.article_id, b.article_id) if a.article_id < b.article_id else (b.article_id, a.article_id)


# -- the methods


def by_cluster(items: Sequence[Item]) -> dict[str, str]:
    """{article: story} by the product's own code, day by day."""
    members = [member(item) for item in items]
    stories: dict[str, str] = {}
    window: list[Clustered] = []
    for day in sorted({m.day for m in members}):
        today = [m for m in members if m.day == day]
        found = cluster(today, [m for m in window if (day - m.day).days <= 3])
        gone = {merge.absorbed: merge.story_id for merge in found.merges}
        stories = {a: gone.get(s, s) for a, s in stories.items()} | dict(found.stories)
        window = [
            Clustered(**{f: getattr(m, f) for f in Member.__dataclass_fields__}, story_id=stories[m.article_id])
            for m in members
            if m.day <= day
        ]
    return stories


@contextmanager
def without(**constants: float) -> Iterator[None]:
    """One step of the product's comparison switched off: what it earns."""
    kept = {name: getattr(comparing, name) for name in constants}
    try:
        for name, value in constants.items():
            setattr(comparing, name, value)
        yield
    finally:
        for name, value in kept.items():
            setattr(comparing, name, value)


def by_cluster_without(**constants: float) -> Callable[[Sequence[Item]], dict[str, str]]:
    def run(items: Sequence[Item]) -> dict[str, str]:
        with without(**constants):
            return by_cluster(items)

    return run


def member(item: Item) -> Member:
    at = datetime.fromisoformat(f"{item.day}T00:00:00+00:00")
    return Member(
        article_id=item.article_id,
        batch="b",
        day=item.day,
        at=at,
        named_publisher="",
        site=item.site,
        signature=signature(item.title, item.text),
    )


def shingles_of(item: Item) -> np.ndarray[Any, Any]:
    tokens = sketching._tokens(fold(item.text))
    return sketching._shingles(tokens) if tokens.count > 12 else np.zeros(0, dtype=np.uint32)


def cleaned(items: Sequence[Item]) -> dict[str, np.ndarray[Any, Any]]:
    """{article: its shingles without those that three articles of its site have}: what the product takes out too."""
    found = {item.article_id: shingles_of(item) for item in items}
    counts: Counter[tuple[str, int]] = Counter((i.site, h) for i in items for h in found[i.article_id].tolist())
    common = {key for key, count in counts.items() if count >= comparing.SITE_TEMPLATE}
    return {
        i.article_id: np.array([h for h in found[i.article_id].tolist() if (i.site, h) not in common], dtype=np.uint32)
        for i in items
    }


def by_minhash(
    items: Sequence[Item], *, rows: int = 4, bands: int = 32, least: float = 0.5, is_clean: bool = False
) -> dict[str, str]:
    """MinHash of the same shingles, `bands` of `rows`, joined from an estimated Jaccard of `least` on."""
    rng = np.random.default_rng(1)
    a = rng.integers(1, 2**63, rows * bands, dtype=np.uint64) | np.uint64(1)
    b = rng.integers(0, 2**63, rows * bands, dtype=np.uint64)
    found = {}
    clean = cleaned(items) if is_clean else {}
    for item in items:
        hashes = (clean[item.article_id] if is_clean else shingles_of(item)).astype(np.uint64)
        if len(hashes):
            found[item.article_id] = ((hashes[:, None] * a + b) >> np.uint64(32)).min(axis=0)
    buckets = defaultdict(list)
    for name, values in found.items():
        for band in range(bands):
            buckets[band, values[band * rows : band * rows + rows].tobytes()].append(name)
    pairs = {p for names in buckets.values() if len(names) < 200 for p in combinations(names, 2)}
    return joined(items, [p for p in pairs if (found[p[0]] == found[p[1]]).mean() >= least])


def by_simhash(items: Sequence[Item], *, distance: int = 10) -> dict[str, str]:
    """SimHash of 64 bits over the same shingles, joined up to `distance` bits apart, every pair compared."""
    names, values = [], []
    for item in items:
        hashes = shingles_of(item)
        if len(hashes):
            wide = sketching._mixed(hashes.astype(np.uint64))
            bits = (wide[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
            values.append(np.packbits(bits.mean(axis=0) >= 0.5))
            names.append(item.article_id)
    table = np.stack(values)
    pairs = []
    for number, row in enumerate(table):
        far = np.bitwise_count(table[number + 1 :] ^ row).sum(axis=1)
        pairs += [(names[number], names[number + 1 + int(n)]) for n in np.flatnonzero(far <= distance)]
    return joined(items, pairs)


def by_jaccard(items: Sequence[Item], *, least: float = 0.5) -> dict[str, str]:
    """Every pair's exact Jaccard: what MinHash estimates."""
    sets = {item.article_id: set(shingles_of(item).tolist()) for item in items}
    holders = defaultdict(list)
    for name, hashes in sets.items():
        for value in hashes:
            holders[value].append(name)
    shared: Counter[Pair] = Counter()
    for names in holders.values():
        if 1 < len(names) < 60:
            shared.update(combinations(sorted(names), 2))
    return joined(items, [p for p, n in shared.items() if n >= least * (len(sets[p[0]]) + len(sets[p[1]]) - n)])


def joined(items: Sequence[Item], pairs: Iterable[Pair], days: int = 3) -> dict[str, str]:
    day = {item.article_id: item.day for item in items}
    above = {name: name for name in day}

    def find(name: str) -> str:
        while above[name] != name:
            name = above[name]
        return name

    for one, other in pairs:
        if abs((day[one] - day[other]).days) <= days:
            above[find(one)] = find(other)
    return {name: find(name) for name in day}


# -- judging


def judge(items: Sequence[Item], found: dict[str, str], same: set[Pair], unknown: set[Pair]) -> dict[str, Any]:
    groups = defaultdict(list)
    for item in items:
        groups[found[item.article_id]].append(item)
    said = {key(a, b) for group in groups.values() for a, b in combinations(group, 2)} - unknown
    right = len(said & same)
    kind = {item.article_id: item.kind for item in items}
    wrong = Counter("/".join(sorted({kind[a].split("+")[0], kind[b].split("+")[0]})) for a, b in said - same)
    missed: Counter[str] = Counter()
    for a, b in same - said:
        missed.update({*kind[a].split("+"), *kind[b].split("+")})
    p, r = right / max(len(said), 1), right / max(len(same), 1)
    return {"p": p, "r": r, "f1": 2 * p * r / max(p + r, 1e-9), "wrong": wrong, "missed": missed}


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return run(), time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stories", type=int, default=600)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--only-ours", action="store_true")
    options = parser.parse_args()
    articles = read(options.corpus)
    if options.growth:
        growth(articles)
        return
    items = Maker(articles, options.seed).items(options.stories)
    same, unknown = truth(items)
    print(f"{len(items)} articles, {len(same)} pairs of copies, {len(unknown)} pairs nobody can say of")
    methods: dict[str, Callable[[Sequence[Item]], dict[str, str]]] = {"sketches (the product)": by_cluster}
    if not options.only_ours:
        methods |= {f"MinHash 32 x 4, J >= {j}": lambda x, j=j: by_minhash(x, least=j) for j in (0.3, 0.5, 0.7)}  # type: ignore[misc]
        methods |= {
            "  ... without site templates": by_cluster_without(SITE_TEMPLATE=10**9),
            "  ... without comparing numbers": by_cluster_without(SAME_FACTS=0.0),
            "  ... without knowing digests": by_cluster_without(TOUCHING=0.0),
            "  ... without equal titles": by_cluster_without(COVERED_IF_TITLED=comparing.COVERED, HELD_IF_TITLED=0.2),
            "  ... without containment": by_cluster_without(HELD=comparing.MUTUAL, HELD_IF_TITLED=comparing.MUTUAL),
            "MinHash, templates out, .3": lambda x: by_minhash(x, least=0.3, is_clean=True),
            "MinHash, templates out, .5": lambda x: by_minhash(x, least=0.5, is_clean=True),
        }
        methods |= {f"SimHash, {d} bits": lambda x, d=d: by_simhash(x, distance=d) for d in (3, 10, 16)}  # type: ignore[misc]
        methods |= {f"exact Jaccard >= {j}": lambda x, j=j: by_jaccard(x, least=j) for j in (0.3, 0.5)}  # type: ignore[misc]
    for name, method in methods.items():
        found, seconds = timed(lambda method=method: method(items))  # type: ignore[misc]
        said = judge(items, found, same, unknown)
        print(
            f"{name:28} P {said['p']:.3f} R {said['r']:.3f} F1 {said['f1']:.3f}  {len(items) / seconds:6.0f}/s", end=""
        )
        print(f"  wrong {dict(said['wrong'].most_common(5))} missed {dict(said['missed'].most_common(6))}")


def growth(articles: Sequence[dict[str, Any]]) -> None:
    """Signatures a second, and clustering one day of ever more articles, all real."""
    long = [a for a in articles if len(a["text"]) > 1400][:600]
    _, seconds = timed(lambda: [signature(a["title"], a["text"]) for a in long])
    print(f"signatures: {len(long) / seconds:.0f}/s of {sum(len(a['text']) for a in long) / len(long):.0f} characters")
    signed = [(a["source"], signature(a["title"], a["text"])) for a in articles]
    at, day = datetime.fromisoformat("2024-01-01T00:00:00+00:00"), date(2024, 1, 1)
    for size in (1_000, 3_000, 9_000, 27_000):
        members = [
            Member(article_id=f"{n}", batch="b", day=day, at=at, named_publisher="", site=site, signature=data)
            for n, (site, data) in enumerate(signed[:size])
        ]
        found, seconds = timed(lambda members=members: cluster(members, []))  # type: ignore[misc]
        sketches = [sketching.read_signature(m.signature) for m in members if m.signature]
        pairs = sum(1 for _ in comparing.candidates(sketches))
        count = len(set(found.stories.values()))
        print(f"{size:6} articles: {seconds:5.1f} s, {size / seconds:5.0f}/s, {pairs} compared, {count} stories")


if __name__ == "__main__":
    main()
