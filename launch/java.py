"""Finding a Java that can run Elasticsearch 9: a full JDK of version 21 or newer.

A runtime without the module `jdk.jdi` (some slimmed-down packages) starts the server and then fails, so it is
passed over.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

OLDEST = 21
USUAL_FOLDERS = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/opt/java/*",
    "/opt/jdk*",
    "/opt/homebrew/opt/openjdk*",
    "/usr/local/opt/openjdk*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "~/.sdkman/candidates/java/*",
    "~/.jdks/*",
)
HOW_TO_GET = (
    f"Elasticsearch 9 needs a full JDK of version {OLDEST} or newer: install one (on Debian or Ubuntu "
    f"`apt-get install openjdk-{OLDEST}-jdk-headless`) or point ES_JAVA_HOME at one"
)

_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Java:
    """One Java installation: its home, its major version (8, 17, 21, ...) and whether it can debug (`jdk.jdi`)."""

    home: Path
    version: int
    is_full: bool

    @property
    def is_usable(self) -> bool:
        """Whether Elasticsearch 9 runs on it."""
        return self.version >= OLDEST and self.is_full

    def __str__(self) -> str:
        return f"Java {self.version}{'' if self.is_full else ' without jdk.jdi'} in {self.home}"


def find_java(environ: Mapping[str, str] | None = None, folders: Iterable[str] = USUAL_FOLDERS) -> list[Java]:
    """Every Java found, those that can run Elasticsearch first, otherwise in the order of looking:
    ES_JAVA_HOME, JAVA_HOME, the PATH, then `folders` (glob patterns)."""
    homes = dict.fromkeys(home.resolve() for home in _homes(os.environ if environ is None else environ, folders))
    found = [java for java in map(inspect_java, homes) if java]
    return sorted(found, key=lambda java: not java.is_usable)


def inspect_java(home: Path) -> Java | None:
    """What Java is in `home`, or None when none there runs."""
    printed = _run(home, "-version")
    version = _VERSION.search(printed)
    if not version:
        return None
    major = int(version[1])
    return Java(home=home, version=major, is_full=major >= OLDEST and "jdk.jdi@" in _run(home, "--list-modules"))


def _homes(environ: Mapping[str, str], folders: Iterable[str]) -> Iterator[Path]:
    yield from (Path(environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if environ.get(name))
    on_path = shutil.which("java", path=environ.get("PATH", ""))
    if on_path:
        yield Path(on_path).resolve().parent.parent
    for pattern in folders:
        wanted = Path(pattern).expanduser()
        yield from sorted(Path(wanted.anchor).glob(str(wanted.relative_to(wanted.anchor))), reverse=True)


def _run(home: Path, option: str) -> str:
    """What `java option` prints on both channels; empty when it cannot be run."""
    java = home / "bin" / "java"
    if not os.access(java, os.X_OK):
        return ""
    try:
        done = subprocess.run([java, option], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr
