"""Serve the newsroom until interrupted: `python -m devsites [--port 8600] [--now 2026-04-29T12:00:00Z]`."""

from __future__ import annotations

import argparse
import signal
import threading
from datetime import datetime
from pathlib import Path

from devsites import Newsroom


def main() -> None:
    """Parse the options, serve, and stop on SIGINT or SIGTERM."""
    options = _parser().parse_args()
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with Newsroom(port=options.port, now=options.now) as newsroom:
        for outlet in newsroom.outlets:
            print(f"{outlet.base_url}/  {outlet.masthead.name}", flush=True)
        if options.catalog:
            newsroom.catalogue(options.catalog)
            print(f"catalogue: {options.catalog}", flush=True)
        done.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m devsites", description="Serve six invented news sites.")
    parser.add_argument("--port", type=int, default=8600, help="port of all six addresses; 0 takes a free one")
    parser.add_argument("--now", type=datetime.fromisoformat, help="the instant to show, with a zone; else the clock's")
    parser.add_argument("--catalog", type=Path, help="write the sources' YAML files to this folder")
    return parser


if __name__ == "__main__":
    main()
