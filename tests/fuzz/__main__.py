"""`make fuzz`: every reader of untrusted bytes over bytes made of its seeds, for SECONDS (600 unless told).

    python -m tests.fuzz [--seconds 600] [--seed 1] [--slow 20] [--only page]

The readers take turns, for half of the time with mutations of our own, which keep the markup in shape, and for the
other half with those that atheris chooses by coverage (without atheris, with our own all the time).  What a reader
raises, or takes longer than `--slow` seconds for, is written to .fuzz/ with the bytes that did it, and the exit code
is 1.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
import traceback
from collections import Counter
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from random import Random

from tests.fuzz.mutating import mutated
from tests.fuzz.targets import TARGETS, Target

FOUND = Path(".fuzz")


def tried(target: Target, data: bytes, slow: float) -> str:
    """What is wrong with the reader's answer to `data`; "" when nothing is."""
    start = time.process_time()
    try:
        target.read(data)
    except Exception:  # noqa: BLE001 - whatever a reader raises is what is looked for
        return traceback.format_exc()
    seconds = time.process_time() - start
    return f"took {seconds:.1f} s of processor time" if seconds > slow else ""


def kept(target: Target, data: bytes, fault: str) -> Path:
    """The file that now holds the bytes; what was wrong stands beside it."""
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{target.name.replace(' ', '-')}-{sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(fault, encoding="utf-8")
    return path


def fuzz(targets: list[Target], *, seconds: float, seed: int, slow: float) -> int:
    """Try until the time is over; how many faults were found."""
    random, until = Random(seed), time.monotonic() + seconds
    tries: Counter[str] = Counter()
    faults = 0
    told_at = time.monotonic()
    while time.monotonic() < until:
        target = targets[tries.total() % len(targets)]
        tries[target.name] += 1
        data = mutated(target.seeds, random)
        if fault := tried(target, data, slow):
            faults += 1
            print(f"{target.name}: {fault.strip().splitlines()[-1]}: {kept(target, data, fault)}", flush=True)
        if time.monotonic() - told_at > 30:
            told_at = time.monotonic()
            print(f"{tries.total()} tries, {faults} faults, {until - told_at:.0f} s left", flush=True)
    print(f"{tries.total()} tries of {len(targets)} readers, {faults} faults")
    return faults


def fuzz_by_coverage(targets: list[Target], *, seconds: float, slow: float) -> int:
    """Give each reader its share of `seconds` with atheris; how many readers showed a fault."""
    faults = 0
    for target in targets:
        folder = FOUND / target.name.replace(" ", "-")
        share = str(max(1, round(seconds / len(targets))))
        words = [sys.executable, "-m", "tests.fuzz.by_coverage", target.name, share, str(round(slow)), str(folder)]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        tries = re.search(r"number_of_executed_units: *(\d+)", done.stdout)
        print(f"{target.name}: {tries[1] if tries else 'unknown'} tries of atheris in {share} s", flush=True)
        if done.returncode:
            faults += 1
            print(f"{done.stdout}\n{target.name}: a fault; its bytes are in {folder}", flush=True)
    return faults


def main() -> None:
    """Read the command line and fuzz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", type=float, default=20)
    parser.add_argument("--only", choices=[target.name for target in TARGETS])
    options = parser.parse_args()
    chosen = [target for target in TARGETS if options.only in (None, target.name)]
    has_atheris = find_spec("atheris") is not None
    if not has_atheris:
        print("atheris is not installed here: mutations of our own all the time.")
    share = options.seconds / 2 if has_atheris else options.seconds
    faults = fuzz(chosen, seconds=share, seed=options.seed, slow=options.slow)
    if has_atheris:
        faults += fuzz_by_coverage(chosen, seconds=options.seconds - share, slow=options.slow)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
