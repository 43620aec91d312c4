"""`make fuzz`: every reader of untrusted bytes over bytes made of its seeds, for SECONDS (600 unless told).

    python -m tests.fuzz [--seconds 600] [--seed 1] [--slow 20] [--only page]

The readers take turns.  What a reader raises, or takes longer than `--slow` seconds of processor time for, is written
to .fuzz/ with the bytes that did it, and the exit code is 1.  With atheris, `--atheris TARGET` lets its coverage choose
the bytes for one reader instead.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from hashlib import sha256
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


def by_coverage(target: Target) -> None:
    """Hand `target` over to atheris, which does not come back."""
    import atheris  # type: ignore[import-not-found, unused-ignore]

    atheris.instrument_all()
    atheris.Setup([sys.argv[0]], lambda data: target.read(bytes(data)))
    atheris.Fuzz()


def main() -> None:
    """Read the command line and fuzz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", type=float, default=20)
    parser.add_argument("--only", choices=[target.name for target in TARGETS])
    parser.add_argument("--atheris", choices=[target.name for target in TARGETS])
    options = parser.parse_args()
    if options.atheris:
        by_coverage(next(target for target in TARGETS if target.name == options.atheris))
    chosen = [target for target in TARGETS if options.only in (None, target.name)]
    sys.exit(1 if fuzz(chosen, seconds=options.seconds, seed=options.seed, slow=options.slow) else 0)


if __name__ == "__main__":
    main()
