"""An S3-compatible server for this machine: versitygw (Apache-2.0), a Go module that keeps objects as files.

It honours conditional writes, on which the lake's leases and pointers stand.  It is built once into the cache that all
clones of a person share; Go compares the module with its checksum database.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launch.console import Progress, say
from launch.elasticsearch_server import reaches
from launch.patience import Manner, Patience, Stalled, Watch, size_below, size_of
from launch.sessions import Effort, stop_session, tied_to_us
from launch.stopping import STOPPING
from launch.supervision import Server
from mediawatch.errors import Unavailable

VERSION = "v1.8.0"
MODULE = "github.com/versity/versitygw/cmd/versitygw"
BUCKET = "mediawatch"
REGION = "us-east-1"
BUILD_MANNER = Manner(quiet_seconds=600)
HOST = "127.0.0.1"


class NoVersitygw(Unavailable):
    """The S3-compatible server cannot be had here; the message says what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Plan:
    """A server to be: its program, where objects are, its port, and the one account it knows."""

    program: Path
    folder: Path
    port: int
    access_key: str
    secret_key: str = field(repr=False)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / "versitygw.log"

    @property
    def variables(self) -> dict[str, str]:
        """The environment of its clients."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }


def usual_cache() -> Path:
    """Where the built program is kept for all clones of one person."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "mediawatch"


def built(cache: Path) -> Path | None:
    """The program, where it was built before."""
    program = cache / f"versitygw-{VERSION}"
    return program if program.exists() else None


def find_versitygw(cache: Path, progress: Progress = print) -> Path:
    """The program in `cache`, built when it is not there yet (some minutes).  Raises NoVersitygw."""
    if (program := built(cache)) is not None:
        return program
    program = cache / f"versitygw-{VERSION}"
    go = shutil.which("go")
    if not go:
        raise NoVersitygw("Go is not installed, which builds versitygw, the S3-compatible server: install golang")
    cache.mkdir(parents=True, exist_ok=True)
    aside = cache / f"building-versitygw-{os.getpid()}"
    progress(f"Building versitygw {VERSION} with Go (some minutes, once) ...")
    try:
        _build(go, aside, cache)
        (aside / "versitygw").replace(program)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return program


def server(plan: S3Plan, environ: Mapping[str, str] | None = None) -> Server:
    """The server of `plan`, to be supervised; its bucket is a folder that is there before it."""
    return Server(
        name="The S3 server",
        log=plan.log,
        spawn=lambda: spawn(plan, os.environ if environ is None else environ),
        is_well=lambda: reaches(HOST, plan.port),
    )


def spawn(plan: S3Plan, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start it as the leader of a session of its own."""
    bucket = plan.folder / "objects" / BUCKET
    bucket.mkdir(parents=True, exist_ok=True)
    check_attributes(bucket)
    command = [str(plan.program), "--port", f"{HOST}:{plan.port}", "--region", REGION, "--quiet", "--keep-alive"]
    command += ["posix", str(plan.folder / "objects")]
    with plan.log.open("ab") as output:
        return subprocess.Popen(
            tied_to_us(command),
            env={
                "PATH": environ.get("PATH", os.defpath),
                "ROOT_ACCESS_KEY": plan.access_key,
                "ROOT_SECRET_KEY": plan.secret_key,
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def check_attributes(folder: Path) -> None:
    """Raises NoVersitygw where files keep no extended attributes.

    There versitygw would keep an object's checksum in a file beside it (`--sidecar`).  The two are not replaced at
    once: of reads while one writer replaced the object, 66 of 514 failed, and none of 546 with attributes.
    """
    try:
        os.setxattr(folder, "user.mediawatch", b"1")
    except (OSError, AttributeError) as error:
        raise NoVersitygw(f"The file system of {folder} keeps no extended attributes, which versitygw needs") from error


def _build(go: str, folder: Path, cache: Path) -> None:
    """Leave the program in `folder`.  Raises NoVersitygw."""
    folder.mkdir(parents=True, exist_ok=True)
    log = cache / "versitygw-build.log"
    process: subprocess.Popen[bytes] | None = None
    try:
        with log.open("wb") as output, STOPPING.held():
            process = subprocess.Popen(
                tied_to_us([go, "install", "-trimpath", f"{MODULE}@{VERSION}"]),
                cwd=folder,
                env=os.environ | {"GOBIN": str(folder), "GOFLAGS": ""},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        leader = process.pid
        watch = Watch(
            signs={"its log": size_of(log), "what was built": size_below(folder)},
            log=log,
            effort=Effort(lambda: [leader]),
        )
        for _ in Patience("versitygw to be built", watch, lambda _: None, BUILD_MANNER).ticks():
            if process.poll() is not None:
                break
    except Stalled as stalled:
        raise NoVersitygw(str(stalled)) from stalled
    finally:
        if process is not None:
            stop_session(process.pid)
            process.wait()
    if process.returncode:
        said = " ".join(log.read_text(errors="replace").split())[-300:]
        raise NoVersitygw(f"versitygw could not be built with Go: {said}")


def main() -> None:
    """Build it before the tests, which take moto's server where it cannot be had."""
    try:
        find_versitygw(usual_cache())
    except NoVersitygw as missing:
        say(f"{missing}. The tests take moto's server for it.")


if __name__ == "__main__":
    main()
