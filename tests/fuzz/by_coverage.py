"""One reader, fed by atheris: what bytes it tries is chosen by the lines of Mediawatch that they reach.

    python -m tests.fuzz.by_coverage NAME SECONDS SLOW FOLDER

`FOLDER` gets the corpus, which starts as the reader's seeds, and the bytes of what the reader raised or took longer
than `SLOW` seconds for.  Ends with another code than 0 at the first such fault.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

import atheris  # type: ignore[import-not-found, unused-ignore]

with atheris.instrument_imports(include=["mediawatch"]):
    from tests.fuzz.targets import TARGETS


def main(name: str, seconds: str, slow: str, folder: str) -> None:
    """Does not return: atheris ends the process."""
    target = next(each for each in TARGETS if each.name == name)
    corpus = Path(folder) / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds:
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    bounds = (f"-max_total_time={seconds}", f"-timeout={slow}", "-rss_limit_mb=4096", "-max_len=65536")
    said = (f"-artifact_prefix={folder}/", "-verbosity=0", "-print_final_stats=1")
    atheris.Setup([sys.argv[0], *bounds, *said, str(corpus)], lambda data: target.read(bytes(data)))
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
