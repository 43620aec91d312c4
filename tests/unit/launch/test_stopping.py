"""Signals end a launcher at the right place: not in the middle of a start, not in the middle of an end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

BEGIN = """
import os, signal, sys, time
from launch.console import exit_code_of, leave, say, stay_up
from launch.stopping import STOPPING, Stopped

def hit(name):
    os.kill(os.getpid(), getattr(signal, name))
    time.sleep(0.05)
"""


def ran(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    """What a program of the demo does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", BEGIN + textwrap.dedent(code)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "include:."},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,  # type: ignore[call-overload]
    )


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_every_signal_ends_the_program_the_same_way(name: str, code: int) -> None:
    done = ran(f"""
        def main():
            try:
                hit("{name}")
                say("went on")
            finally:
                say("cleaned up")
        leave(main)
    """)

    assert done.returncode == code
    assert done.stdout.splitlines()[0] == "cleaned up"
    assert f"Stopped ({name})" in done.stdout
    assert "went on" not in done.stdout
    assert done.stderr == ""


def test_a_signal_while_a_process_is_being_started_takes_effect_afterwards() -> None:
    done = ran("""
        def main():
            with STOPPING.held():
                hit("SIGTERM")
                say("started and written down")
            say("went on")
        leave(main)
    """)

    assert done.returncode == 143
    assert "started and written down" in done.stdout
    assert "went on" not in done.stdout


def test_a_signal_while_things_are_being_ended_makes_that_hurry_and_does_not_break_it() -> None:
    done = ran("""
        def main():
            try:
                return 0
            finally:
                with STOPPING.ending():
                    say(str(STOPPING.is_hurried))
                    hit("SIGINT")
                    say(str(STOPPING.is_hurried))
                say("not reached: stopped by now")
        leave(main)
    """)

    assert done.returncode == 130
    assert done.stdout.splitlines()[:2] == ["False", "True"]
    assert "not reached" not in done.stdout


def test_a_second_signal_hurries_and_the_first_one_decides_the_exit_code() -> None:
    done = ran("""
        def main():
            try:
                hit("SIGTERM")
            finally:
                hit("SIGINT")
                say(f"still here, hurried: {STOPPING.is_hurried}")
        leave(main)
    """)

    assert done.returncode == 143
    assert "still here, hurried: True" in done.stdout


def test_what_a_thread_starts_or_ends_does_not_keep_signals_away() -> None:
    done = ran("""
        import threading
        def slow():
            with STOPPING.held(), STOPPING.ending():
                inside.set()
                time.sleep(30)
        def main():
            threading.Thread(target=slow, daemon=True).start()
            inside.wait()
            hit("SIGTERM")
            say("went on")
        inside = threading.Event()
        leave(main)
    """)

    assert done.returncode == 143
    assert "went on" not in done.stdout


def test_a_signal_that_the_caller_ignores_stays_ignored() -> None:
    done = ran("""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
        def main():
            hit("SIGHUP")
            say("went on")
            return 0
        leave(main)
    """)

    assert (done.returncode, done.stdout) == (0, "went on\n")


def test_staying_up_ends_well_by_any_signal() -> None:
    done = ran("""
        import threading
        def main():
            threading.Timer(0.2, hit, ["SIGTERM"]).start()
            stay_up()
            return 0
        leave(main)
    """)

    assert (done.returncode, done.stdout) == (0, "\nStopping ...\n")


def test_a_reader_that_is_gone_does_not_keep_anything_from_being_ended(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    mark = tmp_path / "mark"
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            BEGIN
            + textwrap.dedent(f"""
                def main():
                    try:
                        say("is anybody there?")
                        hit("SIGHUP")
                    finally:
                        say("cleaning up")
                        open({str(mark)!r}, "w").close()
                leave(main)
            """),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "include:."},
        stdout=writing,
        stderr=writing,
    )
    os.close(writing)

    assert process.wait(timeout=60) == 128 + signal.SIGHUP
    assert mark.exists()


def test_threads_that_still_read_do_not_hold_the_end_up() -> None:
    done = ran("""
        import threading
        def main():
            threading.Thread(target=time.sleep, args=[300]).start()
            hit("SIGINT")
        leave(main)
    """)

    assert done.returncode == 130
