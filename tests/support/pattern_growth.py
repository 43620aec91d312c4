"""How the time of a regular expression grows with its text, measured in processes that the kernel ends.

As a program: patterns come in as JSON on standard input, and a line of JSON goes out before each attack and after each
pattern.  All times are of this process's own CPU, so that what else the machine does hardly counts; a match that takes
too many of them is ended together with its process, and the line last written says which it was.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from tests.support.pattern_attacks import Attack, attacks_on

SIZES: Final = (100, 400, 1_600, 6_400, 25_600, 102_400)
"""Characters, each time four times as many."""
_FAR_ENOUGH: Final = 1_600
"""Characters on which quadratic patterns take 1 ms and more."""
SUSPICIOUS: Final = 3e-4
"""Seconds from which on it is asked how the time grows."""
_SLOW: Final = 2e-3
STEEP_AT_FIRST: Final = 5.5
STEEP: Final = 8.0
"""Growth of the time on a text four times as long: 4 is linear, 16 quadratic."""
NOTABLE: Final = 0.1
"""Seconds below which no growth counts: 102,400 characters take quadratic patterns a second and more."""
PATIENCE: Final = 5.0
"""Seconds for one match, many times what 102,400 characters take in linear time."""
_BEARABLE: Final = 0.5
"""Seconds that the slowest attack on a linear pattern may take; on 102,400 characters unless the pattern is slow."""
_CLEAR: Final = 0.2
"""Seconds from which on a steep curve is not followed further."""
_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A pattern (bytes as the characters of their numbers), its flags, and how it is used: match, fullmatch, search, or
    finditer for all that goes on after a match."""

    pattern: str
    is_bytes: bool = False
    flags: int = 0
    uses: tuple[str, ...] = ("finditer",)

    @classmethod
    def of(cls, pattern: str | bytes, flags: int = 0, uses: tuple[str, ...] = ("finditer",)) -> Subject:
        """Of a pattern as `re` takes it."""
        if isinstance(pattern, bytes):
            return cls(pattern=pattern.decode("latin-1"), is_bytes=True, flags=flags, uses=uses)
        return cls(pattern=pattern, flags=flags, uses=uses)

    @classmethod
    def read(cls, plain: dict[str, Any]) -> Subject:
        """Of JSON."""
        return cls(**{**plain, "uses": tuple(plain["uses"])})

    @property
    def source(self) -> str | bytes:
        """The pattern as `re` takes it."""
        return self.pattern.encode("latin-1") if self.is_bytes else self.pattern


def runaways(subjects: Sequence[Subject], *, processes: int = 2, patience: float = PATIENCE) -> dict[int, str]:
    """By their positions the subjects whose time grows above linear with their text, each with what was seen."""
    shares = [range(start, len(subjects), processes) for start in range(processes)]
    with ThreadPoolExecutor(processes) as pool:
        found = list(pool.map(partial(_measured, subjects, patience), shares))
    return {position: seen for each in found for position, seen in each.items()}


def _measured(subjects: Sequence[Subject], patience: float, share: Sequence[int]) -> dict[int, str]:
    """Measure a share of the subjects; each process that is ended costs one subject, the others go into the next."""
    found: dict[int, str] = {}
    left = list(share)
    while left:
        child = subprocess.run(
            [sys.executable, "-m", "tests.support.pattern_growth", str(patience)],
            input="".join(json.dumps(asdict(subjects[position])) + "\n" for position in left),
            capture_output=True,
            text=True,
            cwd=_ROOT,
            check=False,
        )
        told = [json.loads(line) for line in child.stdout.splitlines()]
        done = [each["seen"] for each in told if "seen" in each]
        found |= {position: seen for position, seen in zip(left, done, strict=False) if seen}
        left = left[len(done) :]
        if child.returncode == -signal.SIGVTALRM and left:
            found[left.pop(0)] = f"{told[-1]['attack']}: no end within {patience:g} s"
        elif child.returncode or left:
            raise RuntimeError(f"measuring failed: {child.stderr[-2000:]}")
    return found


def growth_of(subject: Subject, patience: float, say: Callable[[str], None]) -> str:
    """What is steeper than linear about `subject`, or an empty string.  `say` is told of each attack beforehand."""
    compiled = re.compile(subject.source, subject.flags)
    slowest: tuple[float, str, Callable[[int], float]] = 0.0, "", lambda _: 0.0
    for use in subject.uses:
        for attack in attacks_on(subject.source, subject.flags):
            name = f"{use} of {attack}"
            say(name)
            time_of: Callable[[int], float] = partial(_seconds, compiled, use, attack, patience)
            rate, seen = _screened(time_of)
            if seen:
                return f"{name}: {seen}"
            slowest = max(slowest, (rate, name, time_of), key=lambda each: each[0])
    rate, name, time_of = slowest
    say(name)
    longest = next((length for length in reversed(SIZES) if rate * length < _BEARABLE), SIZES[0])
    seen = _growth(time_of, longest)
    return f"{name}: {seen}" if seen else ""


def _screened(time_of: Callable[[int], float]) -> tuple[float, str]:
    """Seconds a character, and what a curve that begins steep shows where it is long enough to be sure.

    The slower an attack is, the fewer characters tell how it grows.
    """
    for small, large in pairwise(SIZES):
        taken = time_of(large)
        if taken > _SLOW or large == _FAR_ENOUGH:
            is_steep = taken > SUSPICIOUS and taken > STEEP_AT_FIRST * time_of(small)
            return taken / large, _followed(time_of, large, taken) if is_steep else ""
    raise AssertionError("unreachable")


def _followed(time_of: Callable[[int], float], length: int, before: float) -> str:
    for longer in (size for size in SIZES if size > length):
        now = time_of(longer)
        if now < STEEP_AT_FIRST * before:
            return ""
        if now > _CLEAR or longer == SIZES[-1]:
            return _growth(time_of, longer)
        before = now
    return ""


def _growth(time_of: Callable[[int], float], length: int) -> str:
    """What is wrong with the time of `length` characters beside that of a quarter of them; the best of three tries."""
    now, shorter = time_of(length), length // 4
    if now < NOTABLE or now < STEEP * (before := time_of(shorter)):
        return ""
    now, before = (min(known, time_of(size), time_of(size)) for known, size in ((now, length), (before, shorter)))
    return f"{before:.4f} s on {shorter:,} characters, {now:.4f} s on {length:,}" if now > STEEP * before else ""


def _seconds(compiled: re.Pattern[Any], use: str, attack: Attack, patience: float, length: int) -> float:
    """CPU time of one use.  The timer counts the process's own time too; nobody catches its signal."""
    written = attack.text(length)
    text: Any = written.encode("latin-1") if isinstance(compiled.pattern, bytes) else written
    signal.setitimer(signal.ITIMER_VIRTUAL, patience)
    start = time.thread_time()
    if use == "finditer":
        for _ in compiled.finditer(text):
            pass
    else:
        getattr(compiled, use)(text)
    taken = time.thread_time() - start
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return taken


def _main(patience: float) -> None:
    for line in sys.stdin:
        subject = Subject.read(json.loads(line))
        seen = growth_of(subject, patience, lambda attack: print(json.dumps({"attack": attack}), flush=True))
        print(json.dumps({"seen": seen}), flush=True)


if __name__ == "__main__":
    _main(float(sys.argv[1]))
