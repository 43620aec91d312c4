"""A failure is one clear sentence on stderr and the exit code that the help promises."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from mediawatch.lake.leases import lease
from mediawatch.lake.opening import open_store
from mediawatch.records import now
from mediawatch.sources.yaml_nodes import to_yaml
from tests.support.articles import html
from tests.support.gazette import Gazette
from tests.support.sites import reply, silence
from tests.unit.cli.conftest import Command, Said

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
DAY = date(2025, 4, 29)
EVE = now().replace(year=2025, month=4, day=28)
NOWHERE = "http://127.0.0.1:9"
"""The discard port: nothing listens there."""


def sentence(said: Said) -> str:
    """The error as one line; never a traceback."""
    assert "Traceback" not in said.err
    assert said.out == ""
    return " ".join(said.err.split())


def harvested(command: Command, paper: Gazette) -> None:
    paper.publish("/a/1", at=EVE)
    assert command("harvest", "--today", DAY.isoformat()).code == 0


class TestMendedByAPerson:
    """Exit code 2."""

    @pytest.mark.parametrize(
        "words",
        [
            ("harvest", "--sauces", "paper"),
            ("harvest", "now"),
            ("hervest",),
            ("build",),
            ("search", "水库", "--size", "0"),
            ("import-warc", "/nowhere/at-all.warc.gz"),
        ],
        ids=" ".join,
    )
    def test_words_that_the_command_line_does_not_know(
        self, command: Command, home: Path, words: tuple[str, ...]
    ) -> None:
        said = command(*words)
        assert said.code == 2
        assert "Usage: " in sentence(said)

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            (("harvest", "--sources", "papper"), "BadRequest: no source is called 'papper' (did you mean 'paper'"),
            (("build", "--day", "2025-4-29"), "BadRequest: '2025-4-29' is not a day: write it as YYYY-MM-DD"),
            (("build", "--day", "2025-04-29"), "BadRequest: Nothing was harvested on 2025-04-29 in "),
            (("ledger", "--day", "2025-04-29"), "BadRequest: 2025-04-29 has no ledger yet"),
            (("close", "--day", "today"), "cannot be closed before it is over"),
            (("index",), "BadRequest: Say either --pending or --day DAY."),
            (("index", "--pending", "--day", "today"), "BadRequest: Say either --pending or --day DAY."),
            (("index", "--pending"), "BadRequest: No Elasticsearch is configured: set MEDIAWATCH_ELASTICSEARCH_URL."),
            (("search", "水库"), "BadConfiguration: No Elasticsearch is configured"),
            (("forget", "paper", "--why", "a mistake"), "BadRequest: 'paper': "),
            (("sources", "check", "papper"), "BadRequest: no source is called 'papper'"),
        ],
        ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
    )
    def test_requests_that_make_no_sense(self, command: Command, home: Path, words: tuple[str, ...], why: str) -> None:
        said = command(*words)
        assert said.code == 2
        assert why in sentence(said)

    def test_a_misspelt_setting(self, command: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MEDIAWATCH_SHARD", "3")
        said = command("sources", "list")
        assert said.code == 2
        assert "MEDIAWATCH_SHARD: no such setting (did you mean MEDIAWATCH_SHARDS?)" in sentence(said)

    def test_a_catalogue_with_faults_names_file_and_line(self, command: Command, home: Path) -> None:
        file = home / "sources/paper.yaml"
        lines = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join([*lines, "  titel: x"]), encoding="utf-8")
        said = command("harvest")
        assert said.code == 2
        assert f"BadCatalogue: {file}:{len(lines) + 1}: titel: " in sentence(said)

    @pytest.mark.parametrize(
        "words", [("harvest",), ("build", "--day", "today"), ("verify",), ("ledger", "--day", "today")]
    )
    def test_a_lake_that_is_a_file(self, command: Command, home: Path, words: tuple[str, ...]) -> None:
        (home / "letter").write_text("no lake")
        said = command(*words, "--lake", str(home / "letter"))
        assert said.code == 2
        assert f"BadConfiguration: {home}/letter is a file: the lake needs a folder" in sentence(said)

    def test_a_catalogue_that_is_not_there(self, command: Command, home: Path) -> None:
        said = command("sources", "list", "--catalog", str(home / "none"))
        assert said.code == 2
        assert "no such folder; MEDIAWATCH_CATALOG_DIR names the catalogue's" in sentence(said)

    def test_a_set_clock_is_not_for_real_sites(self, command: Command, home: Path, paper: Gazette) -> None:
        real = paper.source(allow_addresses=(), home="https://news.example/", hosts=("news.example",))
        (home / "sources/paper.yaml").write_text(to_yaml(real), encoding="utf-8")
        said = command("harvest", "--today", DAY.isoformat())
        assert said.code == 2
        assert "--today is for test newsrooms on loopback addresses" in sentence(said)
        assert not list((home / "lake").rglob("*.json"))


def test_a_day_held_back_is_3(command: Command, home: Path, paper: Gazette) -> None:
    paper.publish("/a/1", at=EVE, answer=reply(html(body="<p>水库今天放水，请各位居民注意安全。</p>")))
    command("harvest", "--today", DAY.isoformat())
    said = command("build", "--day", DAY.isoformat())
    assert said.code == 3
    assert f"GateClosed: {DAY} is held back" in sentence(said)


def test_damaged_data_is_4(command: Command, home: Path, paper: Gazette) -> None:
    harvested(command, paper)
    assert command("build", "--day", DAY.isoformat()).code == 0
    (part,) = (home / "lake/ledger").rglob("final_outcomes-*.parquet")
    part.write_bytes(part.read_bytes()[:-7] + b"damaged")
    said = command("ledger", "--day", DAY.isoformat(), "--lost")
    assert said.code == 4
    assert f"Corrupt: {part.relative_to(home / 'lake')}" in sentence(said)


@pytest.mark.parametrize("words", [("search", "水库"), ("index", "--pending"), ("provision",)], ids=" ".join)
def test_a_service_that_does_not_answer_is_69(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("MEDIAWATCH_ELASTICSEARCH_URL", NOWHERE)
    said = command(*words)
    assert said.code == 69
    assert "Unavailable: Elasticsearch does not answer" in sentence(said)


def test_a_folder_of_temporary_files_that_is_not_there_is_69(
    command: Command, home: Path, paper: Gazette, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.publish("/a/1", at=EVE)
    monkeypatch.setattr("tempfile.tempdir", str(home / "none"))
    said = command("harvest", "--today", DAY.isoformat())
    assert said.code == 69
    assert "Unavailable: the folder of temporary files (TMPDIR) cannot be used" in sentence(said)


class TestWhatTheMachineRefuses:
    """Exit code 69 and a sentence, in a process of its own and with the machine's own refusals."""

    def test_a_file_that_cannot_be_read(self, home: Path) -> None:
        """As from a disk that is broken: memory that is not mapped cannot be read either."""
        (home / "sources/paper.yaml").unlink()
        (home / "sources/paper.yaml").symlink_to("/proc/self/mem")
        assert in_a_shell(MEDIAWATCH, "sources", "list") == (69, "Unavailable: [Errno 5] Input/output error")

    def test_a_file_of_somebody_else(self, home: Path) -> None:
        file = home / "sources/paper.yaml"
        file.chmod(0)
        if os.geteuid() == 0 and in_a_shell(f"{POWERLESS} true")[0] != 0:
            pytest.skip("root cannot do without its powers here, and reads every file")
        found = in_a_shell(f"{POWERLESS if os.geteuid() == 0 else 'exec'} {MEDIAWATCH}", "sources", "list")
        assert found == (69, f"Unavailable: [Errno 13] Permission denied: '{file}'")

    def test_an_output_that_is_full(self, home: Path) -> None:
        found = in_a_shell(f"{MEDIAWATCH} >/dev/full", "sources", "list")
        assert found == (69, "Unavailable: [Errno 28] No space left on device")

    def test_a_lake_that_takes_no_more_bytes(self, home: Path) -> None:
        found = in_a_shell(f"ulimit -f 0 && {MEDIAWATCH}", "harvest")
        assert found == (69, "Unavailable: [Errno 27] File too large")


MEDIAWATCH = f'{shlex.quote(sys.executable)} -m mediawatch.cli.main "$@"'
POWERLESS = "exec setpriv --bounding-set=-all"
"""For root: as a user who may do what the modes of files allow."""


def in_a_shell(script: str, *words: str) -> tuple[int, str]:
    """How the script ended, called with `words`, and what it said on stderr in one line."""
    done = subprocess.run(
        ["sh", "-c", script, "sh", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT / "include")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, " ".join(done.stderr.split())


def test_damaged_leases_are_4_and_are_deleted_by_hand(command: Command, home: Path, paper: Gazette) -> None:
    harvested(command, paper)
    assert command("build", "--day", DAY.isoformat()).code == 0
    (token,) = (home / f"lake/leases/audit/day={DAY}").glob("*.json")
    token.write_bytes(token.read_bytes()[:-9])
    next((home / "lake/audit").rglob("verdicts-*")).unlink()
    said = command("build", "--day", DAY.isoformat())
    assert said.code == 4
    assert f"Corrupt: leases/audit/day={DAY}/{token.name}: not JSON" in sentence(said)
    assert "When no other run is at work, delete this file and run again." in sentence(said)
    token.unlink()
    assert command("build", "--day", DAY.isoformat()).code == 0


@pytest.mark.parametrize("name", ["harvest/day=2026-11-20.bak", "audit/day=x", "looks/day=", "seen/.DS_Store"])
def test_stray_folders_kill_no_command(command: Command, home: Path, paper: Gazette, name: str) -> None:
    harvested(command, paper)
    (home / "lake" / name).mkdir(parents=True)
    (home / "lake" / name / "x.json").write_bytes(b"x")
    for words in (
        ("build", "--day", DAY.isoformat()), ("ledger", "--day", DAY.isoformat()),
        ("alerts", "--since", DAY.isoformat()),
        ("close", "--day", DAY.isoformat()), ("board", "--prepare"), ("watch", "run", "--day", DAY.isoformat()),
    ):  # fmt: skip
        assert command(*words).code == 0, words
    assert f"stray: {name}" in command("verify").out


def test_another_worker_is_75(command: Command, home: Path, paper: Gazette) -> None:
    harvested(command, paper)
    store = open_store(str(home / "lake"))
    (plan,) = (home / "lake/harvest").rglob("plan.json")
    name = f"extract/day={DAY}/{plan.parent.name}"
    with lease(store, name, holder="the other", seconds=60, clock=now):
        said = command("build", "--day", DAY.isoformat())
    assert said.code == 75
    assert "held by the other until" in sentence(said)


def test_a_source_that_is_not_alive_is_1(command: Command, home: Path, paper: Gazette) -> None:
    paper.site.says("/feed.xml", reply(status=404))
    said = command("sources", "check")
    assert said.code == 1
    assert "Not every source is alive." in said.err
    assert "broken" in said.out


def test_interrupted_is_130_at_once_and_the_same_command_goes_on(command: Command, home: Path, paper: Gazette) -> None:
    """A page that does not come must not keep a person waiting who pressed Ctrl-C."""
    paper.publish("/a/1", at=now() - timedelta(hours=30))
    paper.publish("/a/stuck", at=now() - timedelta(hours=30), answer=silence())
    harvest = subprocess.Popen(
        [sys.executable, "-m", "mediawatch.cli.main", "harvest"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "include")},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not paper.asked("/a/stuck") and harvest.poll() is None:
        time.sleep(0.02)
    harvest.send_signal(signal.SIGINT)
    _, err = harvest.communicate(timeout=3)
    assert harvest.returncode == 130
    assert "Interrupted. What was written is kept; the same command may be run again." in err
    assert "Traceback" not in err

    paper.publish("/a/stuck", at=now() - timedelta(hours=30))
    said = command("harvest")
    assert said.code == 0
    assert "taking up harvest/day=" in said.err
    assert len(list((home / "lake/harvest").rglob("manifest.json"))) == 1


def test_a_process_that_is_done_does_not_abort_in_a_library_on_its_way_out() -> None:
    """As a native library with a thread left does: at the end of the process it calls abort."""
    script = (
        "import ctypes, sys\n"
        "libc = ctypes.CDLL(None)\n"
        "libc.__cxa_atexit(libc.abort, None, None)\n"
        "sys.argv = ['mediawatch', '--help']\n"
        "from mediawatch.cli.main import {entry}\n"
        "{entry}()\n"
    )
    codes = {
        entry: subprocess.run([sys.executable, "-c", script.format(entry=entry)], capture_output=True, check=False)
        for entry in ("main", "entry")
    }
    assert codes["main"].returncode == -signal.SIGABRT
    assert codes["entry"].returncode == 0
    assert b"Usage" in codes["entry"].stdout


@pytest.mark.parametrize(
    ("words", "code"), [(["watch", "test", "nowhere.yaml"], 2), (["nonsense"], 2), (["--help"], 0)]
)
def test_the_exit_code_is_that_of_the_command(words: list[str], code: int) -> None:
    found = subprocess.run([sys.executable, "-m", "mediawatch.cli.main", *words], capture_output=True, check=False)
    assert found.returncode == code
    assert found.stdout or found.stderr
