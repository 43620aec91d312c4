"""`make release`: build what is released from the commit alone, twice alike, and try it where nothing else is.

    python -m launch.release [--rehearse] [--out dist]

Makes the wheel twice and compares them, compares its files with those of the package, installs the locked packages and
the wheel into an environment of their own, and asks the installed command who it is, what it knows and how its tables
are declared.  Then wheel, lock and their digests lie in `dist/`, with those of the bills of materials which `make
sbom` wrote there.  Nothing is published: the last lines say what a person does next.  `--rehearse` does the same where
the changelog has no date yet, and also without the bills.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from launch.console import leave, teller
from mediawatch import __version__
from mediawatch.errors import BadRequest

ROOT = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")
LOCK = "requirements.txt"
BILLS = ("sbom.cdx.json", "sbom-stack.cdx.json", "sbom-kubernetes.cdx.json")
"""The bills of materials of the locks that run, as `make sbom` writes them into the folder of what is released."""


class NotReleasable(BadRequest):
    """What would be released is not what it should be; the message says what to do."""


def dated(changelog: str, version: str) -> str:
    """The day of the changelog's section about `version`.  Raises NotReleasable for none, or one without a day."""
    for number, line in enumerate(changelog.splitlines(), start=1):
        section = re.fullmatch(r"## \[([^\]]+)\] - (\S+)", line)
        if section and section[1] == version:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", section[2]):
                return section[2]
            raise NotReleasable(f"CHANGELOG.md:{number}: {version} is {section[2]}; put the day of the release there.")
    raise NotReleasable(f"CHANGELOG.md has no section `## [{version}] - DAY`; write what users will notice.")


def uncommitted(root: Path) -> list[str]:
    """The files that differ from the commit."""
    return run(["git", "status", "--porcelain"], root).splitlines()


def build_wheel(source: Path, out: Path) -> Path:
    """The wheel of a checkout, with the commit's time on all of its files."""
    moment = run(["git", "log", "-1", "--format=%ct"], source).strip()
    run([UV, "build", "--quiet", "--wheel", "--out-dir", out, "."], source, SOURCE_DATE_EPOCH=moment)
    [wheel] = out.glob("*.whl")
    return wheel


def left_out(wheel: Path, package: Path) -> list[str]:
    """The files of the package that are not in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    files = {path.relative_to(package.parent).as_posix() for path in package.rglob("*") if path.is_file()}
    return sorted(name for name in files - packed if "__pycache__" not in name)


def digest(file: Path) -> str:
    """SHA-256 of a file."""
    return sha256(file.read_bytes()).hexdigest()


def bills_in(out: Path, *, is_rehearsal: bool) -> list[Path]:
    """The bills of materials in `out`; a rehearsal can do without.  Raises NotReleasable."""
    bills = [out / name for name in BILLS]
    missing = [bill for bill in bills if not bill.exists()]
    if missing and not is_rehearsal:
        raise NotReleasable(f"There is no {missing[0]}: `make sbom` writes it, which `make release` does before.")
    return [bill for bill in bills if bill not in missing]


def write_sums(out: Path, files: Sequence[Path]) -> str:
    """Write SHA256SUMS of `files` into `out`; what stands there."""
    sums = "".join(f"{digest(file)}  {file.name}\n" for file in files)
    (out / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return sums


def try_wheel(wheel: Path, source: Path, folder: Path) -> None:
    """Install lock and wheel into `folder` and use the command.  Raises NotReleasable where it answers otherwise."""
    run([UV, "venv", "--quiet", "--python", sys.executable, folder], source)
    install: list[str | Path] = [UV, "pip", "install", "--quiet", "--no-deps", "--python", folder / "bin" / "python"]
    run([*install, "--require-hashes", "--requirement", LOCK], source)
    run([*install, wheel], source)
    command = folder / "bin" / "mediawatch"
    expected = {
        ("--version",): f"mediawatch {__version__}\n",
        ("tables", "--markdown"): (source / "docs" / "tables.md").read_text(encoding="utf-8"),
    }
    for arguments, text in expected.items():
        said = run([command, *arguments], folder)
        if said != text:
            raise NotReleasable(f"mediawatch {' '.join(arguments)}, installed from the wheel, says {said[:200]!r}")
    run([command, "sources", "list", "--catalog", source / "include" / "sources", "--json"], folder)


def outside() -> dict[str, str]:
    """The environment without what leads to this checkout, so that nothing of it helps another one or what is
    installed."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS")}


def run(command: Sequence[str | Path], folder: Path, **variables: str) -> str:
    """What a command prints.  Raises NotReleasable with the end of what it complained of."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=outside() | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotReleasable(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def release(out: Path, *, is_rehearsal: bool) -> Path:
    """Build and try the release of the commit that is checked out; the wheel in `out`.  Raises NotReleasable."""
    say = teller()
    if not is_rehearsal:
        dated((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), __version__)
        if files := uncommitted(ROOT):
            raise NotReleasable(f"Not committed yet, and so no part of it: {', '.join(files)}")
    bills = bills_in(out, is_rehearsal=is_rehearsal)
    with tempfile.TemporaryDirectory(prefix="mediawatch-release-") as scratch:
        folder = Path(scratch)
        source = folder / "source"
        run(["git", "clone", "--quiet", "--no-local", "--depth", "1", ROOT.as_uri(), source], ROOT)
        say(f"Building {__version__} twice ...")
        wheel, again = (build_wheel(source, folder / name) for name in ("first", "second"))
        if digest(wheel) != digest(again):
            raise NotReleasable("Built twice, the wheel is not the same: something of the moment is in it.")
        if missing := left_out(wheel, source / "include" / "mediawatch"):
            raise NotReleasable(f"Not in the wheel: {', '.join(missing)}; pyproject.toml names the kinds of its data.")
        say("Installing it where nothing else is, and using it ...")
        try_wheel(wheel, source, folder / "venv")
        out.mkdir(parents=True, exist_ok=True)
        made = [Path(shutil.copy(file, out)) for file in (wheel, source / LOCK)]
    sums = write_sums(out, [*made, *bills])
    say(f"{out} holds:\n{sums}")
    return made[0]


def image_of(version: str) -> str:
    """The command that builds the image of the tagged commit, whatever else lies in the working tree.

    `.dockerignore` does not apply to what is piped; a commit holds no secrets, and the Dockerfile copies by name.
    """
    return f"git archive v{version} | docker build --tag mediawatch:{version} -"


def main() -> int:
    """Release, and say what a person does next."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rehearse", action="store_true", help="also without a date, and with uncommitted files")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where wheel, lock and digests go")
    asked = parser.parse_args()
    wheel = release(asked.out, is_rehearsal=asked.rehearse)
    print(f"To install: pip install --no-deps --require-hashes -r {LOCK}, then pip install --no-deps {wheel.name}")
    print(f"To go on: git tag --sign v{__version__} && {image_of(__version__)}")
    return 0


if __name__ == "__main__":
    leave(main)
