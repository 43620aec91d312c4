"""Getting an Elasticsearch server: unpacked in the cache already, through Maven, or from Elastic."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import http.client
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from launch.console import Progress
from launch.elasticsearch_errors import NoElasticsearch
from launch.elasticsearch_user import ServerUser, can_reach, own_shared_folder
from launch.patience import Manner, Patience, Stalled, Watch, size_below, size_of
from launch.sessions import Effort, stop_session, tied_to_us
from launch.stopping import STOPPING

VERSION = "9.5.2"
TRIMMED = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
TRIMMED_SHA256 = "de3d9c88b5f993d9b1f937a1da8d7bfa3e881f83bf3a0dab3e49a8d557934618"
"""Of the file itself, taken once: the repository serves no checksum for it."""
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
ELASTIC = "https://artifacts.elastic.co/downloads/elasticsearch/"
CONNECT_SECONDS = 5
READ_SECONDS = 60
READ_TRIES = 5
BROKEN = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError)
NEEDED_BYTES = 1_000_000_000
WORKSHOP = "fetching-"
STALE_SECONDS = 86_400
CONTENTS = "contents.txt"
"""In an unpacked server: the size and name of each of its files."""


def cache_folder(user: ServerUser) -> Path:
    """Where unpacked servers are kept for all clones of one person: the usual cache, or below /var/tmp when the
    server's user cannot get there."""
    usual = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    if not user.is_other or can_reach(usual, user):
        return usual / "mediawatch"
    return own_shared_folder()


def unpacked(cache: Path) -> Path | None:
    """The home of a server in `cache`, whichever way it came there."""
    found = [cache / f"elasticsearch-{VERSION}", cache / f"elasticsearch-{VERSION}-full"]
    return next((home for home in found if (home / "bin" / "elasticsearch").exists()), None)


def from_maven(cache: Path, java_home: Path, progress: Progress) -> Path:
    """The trimmed distribution, fetched with `mvn` and checked against the pinned digest.

    Raises NoElasticsearch when it cannot be fetched or is not the pinned file.
    """
    progress(f"Fetching Elasticsearch {VERSION} with Maven (132 MB) ...")
    with workshop(cache) as folder:
        archive = folder / f"elasticsearch-{VERSION}.zip"
        fetch_with_maven(TRIMMED, folder, java_home, progress)
        try:
            check_digest(archive, TRIMMED_SHA256, "sha256")
        except NoElasticsearch as damaged:
            progress(f"{damaged}; fetching it past what Maven has kept.")
            fetch_with_maven(TRIMMED, folder, java_home, progress, [f"-Dmaven.repo.local={folder / 'repository'}"])
            check_digest(archive, TRIMMED_SHA256, "sha256")
        return install(archive, cache / f"elasticsearch-{VERSION}", folder)


def from_elastic(cache: Path, progress: Progress, site: str = ELASTIC) -> Path:
    """The whole distribution with its own Java, from Elastic, checked against the digest published beside it.

    Gives up within seconds when the site cannot be reached.  Raises NoElasticsearch.
    """
    system, machine = platform.system().lower(), platform.machine().lower()
    name = f"elasticsearch-{VERSION}-{system}-{ {'arm64': 'aarch64', 'amd64': 'x86_64'}.get(machine, machine) }.tar.gz"
    try:
        with _open(f"{site}{name}.sha512") as published:
            digest = published.read(4096).split()[0].decode("ascii", "replace")
        progress(f"Fetching Elasticsearch {VERSION} from Elastic ...")
        with workshop(cache) as folder:
            _download(f"{site}{name}", folder / name, progress)
            check_digest(folder / name, digest, "sha512")
            return install(folder / name, cache / f"elasticsearch-{VERSION}-full", folder)
    except (*BROKEN, IndexError) as error:
        raise NoElasticsearch(f"Elastic's download cannot be reached ({getattr(error, 'reason', error)})") from error


def check_digest(archive: Path, wanted: str, algorithm: str) -> None:
    """Raises NoElasticsearch when `archive` is not the file that `wanted` (hex) was taken of."""
    with archive.open("rb") as stream:
        found = hashlib.file_digest(stream, algorithm).hexdigest()
    if found != wanted:
        raise NoElasticsearch(
            f"The download of {archive.name} is not the expected file ({algorithm} {found[:16]}..., expected "
            f"{wanted[:16]}...): it was not unpacked"
        )


def fetch_with_maven(
    artifact: str, folder: Path, java_home: Path, progress: Progress, options: Sequence[str] = ()
) -> None:
    """Put the file of `artifact` (group:name:version:type) into `folder`.  Raises NoElasticsearch."""
    maven = shutil.which("mvn")
    if not maven:
        raise NoElasticsearch("Maven (mvn) is not installed")
    command = [maven, "-B", "-q", COPY_GOAL, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}", *options]
    log = folder / "maven.log"
    with log.open("wb") as output, STOPPING.held():
        process = subprocess.Popen(
            tied_to_us(command),
            cwd=folder,
            env={**os.environ, "JAVA_HOME": str(java_home)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await_maven(process, folder, log, progress)
    finally:
        stop_session(process.pid)
        process.wait()
    if process.returncode:
        said = [line for line in log.read_text(errors="replace").splitlines() if "ERROR" in line]
        raise NoElasticsearch(f"Maven could not fetch it ({(said or ['it said nothing'])[0][:300]})")


def _await_maven(process: subprocess.Popen[bytes], folder: Path, log: Path, progress: Progress) -> None:
    repository = Path("~/.m2/repository/org/elasticsearch").expanduser()
    watch = Watch(
        signs={"the files fetched": size_below(folder), "Maven's own files": size_below(repository)},
        log=log,
        effort=Effort(lambda: [process.pid]),
    )
    try:
        for _ in Patience("Maven to fetch it", watch, progress, Manner(tell_seconds=10)).ticks():
            if process.poll() is not None:
                return
    except Stalled as stalled:
        raise NoElasticsearch(str(stalled)) from stalled


def _open(url: str, *, seconds: float = CONNECT_SECONDS, begin: int = 0) -> BinaryIO:
    request = urllib.request.Request(url, headers={"Range": f"bytes={begin}-"} if begin else {})  # noqa: S310
    return urllib.request.urlopen(request, timeout=seconds)  # type: ignore[no-any-return]  # noqa: S310 - https, fixed above


def _download(url: str, target: Path, progress: Progress) -> None:
    """Fetch `url` whole; where the line breaks, go on from there, as long as each try brings something."""
    told = done = tries = 0
    while True:
        before = done
        try:
            for done in _pieces(url, target, before):
                if done - told >= 50_000_000:
                    told = done
                    progress(f"  ... {done // 1_000_000} MB")
        except BROKEN as error:
            tries = tries + 1 if done == before else 0
            if tries >= READ_TRIES:
                raise
            progress(f"  ... the line broke at {done // 1_000_000} MB ({error}); going on from there")
            time.sleep(2**tries)
        else:
            return


def _pieces(url: str, target: Path, begin: int) -> Iterator[int]:
    """Add to the `begin` bytes that `target` has; how many it has after each piece."""
    with _open(url, seconds=READ_SECONDS, begin=begin) as source:
        is_rest = getattr(source, "status", 200) == http.HTTPStatus.PARTIAL_CONTENT
        done = begin if is_rest else 0
        wanted = done + int(source.headers["Content-Length"] or 0)  # type: ignore[attr-defined]
        with target.open("ab" if is_rest else "wb") as sink:
            while piece := source.read(1 << 20):
                sink.write(piece)
                done += len(piece)
                yield done
    if done < wanted:
        raise http.client.IncompleteRead(b"", wanted - done)


@contextmanager
def workshop(cache: Path, needed_bytes: int = NEEDED_BYTES) -> Iterator[Path]:
    """A temporary folder inside `cache`, gone afterwards: nothing half-made is ever taken for whole."""
    cache.mkdir(parents=True, exist_ok=True)
    sweep(cache)
    free = shutil.disk_usage(cache).free
    if free < needed_bytes:
        raise NoElasticsearch(
            f"The disk of {cache} has {free // 1_000_000} MB left and Elasticsearch needs "
            f"{needed_bytes // 1_000_000}: make room or set XDG_CACHE_HOME to a folder on another disk"
        )
    try:
        with (
            tempfile.TemporaryDirectory(dir=cache, prefix=WORKSHOP) as folder,
            Path(folder, "lock").open("wb") as lock,  # tells others that somebody is at work here
        ):
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield Path(folder)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise NoElasticsearch(f"The disk of {cache} is full: make room and start again") from error


def sweep(cache: Path) -> None:
    """Remove the workshops that killed launchers left in `cache`."""
    for folder in cache.glob(f"{WORKSHOP}*"):
        try:
            with (folder / "lock").open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:  # just being made, or left by a version that did not lock
            with suppress(OSError):
                if time.time() - folder.stat().st_mtime > STALE_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)


def drop_damaged(cache: Path, progress: Progress) -> None:
    """Remove an unpacked server of which files are missing or cut, so that it is fetched anew."""
    while (home := unpacked(cache)) and (damage := _damage(home)):
        progress(f"The Elasticsearch in {home} is damaged ({damage}): getting it anew.")
        aside = cache / f"{WORKSHOP}damaged-{os.getpid()}"
        home.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _damage(home: Path) -> str:
    """The first file that is not as it was unpacked; empty when all are, or when nobody wrote down how they were."""
    try:
        listed = (home / CONTENTS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    for line in listed:
        size, _, name = line.partition(" ")
        if size_of(home / name)() != int(size):
            return name
    return ""


def _write_contents(home: Path) -> None:
    files = sorted(path for path in home.rglob("*") if path.is_file() and not path.is_symlink())
    lines = [f"{path.stat().st_size} {path.relative_to(home)}\n" for path in files]
    (home / CONTENTS).write_text("".join(lines), encoding="utf-8")


def install(archive: Path, home: Path, folder: Path) -> Path:
    """Unpack `archive` and move the folder in it to `home` at once; a clone that was faster wins."""
    inside = folder / "unpacked"
    if archive.suffix == ".zip":
        _unzip(archive, inside)
    else:
        with tarfile.open(archive) as packed:
            packed.extractall(inside, filter="data")
    (unpacked_home,) = inside.iterdir()
    for path in (unpacked_home, *unpacked_home.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
    _write_contents(unpacked_home)
    try:
        unpacked_home.rename(home)
    except OSError:
        if not home.is_dir():
            raise
    return home


def _unzip(archive: Path, folder: Path) -> None:
    """Like unzip: zipfile alone forgets which files are executable."""
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            target = Path(packed.extract(member, folder))
            mode = member.external_attr >> 16
            if mode and not member.is_dir():
                target.chmod(mode & 0o777)
