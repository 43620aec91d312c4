"""`make test-upgrade FROM=REVISION`: a stack that an earlier version filled goes on with this one, and back.

    python -m tests.stack.upgrade --from REVISION [--folder DIR]

Checks the earlier version out, with the packages that it has locked, and lives through a day of the invented newsroom
in five rounds of harvest, build and watch by Airflow's workers on one stack (`launch/stack.py`), whose Postgres,
Elasticsearch and lake on S3 stay:

    earlier    the earlier version begins the day, and makes a backup
    upgraded   this version goes on
    back       the earlier version goes on with the same lake
    restored   the earlier version begins again from its backup, in an empty lake
    renewed    this version does

After each round every task has to be green, `mediawatch verify` content, and nothing that an earlier round had may be
lost, changed or told again.  Exits with 1 when it is.  Words of the last days are judged by each version in its way:
which alerts are named otherwise then is said, and no fault.  What a round found is kept as FOLDER/NAME.json, and is not
run again with the same --folder on the same day.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from launch.console import Progress, leave, teller
from launch.release import outside
from mediawatch.errors import BadRequest, Unavailable
from mediawatch.workflow.watch import LOOKED_BACK

ROOT = Path(__file__).resolve().parents[2]
ROUND = Path(__file__).with_name("round.py")
MOST_SHOWN = 10
GENERATION = re.compile(r"-g\d{6}")
JUDGED = ("mediawatch-alerts", "mediawatch-evidence")
"""Indices of what is judged again for the last days; their ids begin with the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there was after a round, as `round.py` writes it."""

    states: dict[str, str]
    commands: dict[str, str]
    facts: dict[str, str]
    outcomes: dict[str, str]
    documents: dict[str, list[str]]
    alerts: dict[str, str]
    messages: list[dict[str, Any]]

    @property
    def sizes(self) -> str:
        """How much there is."""
        documents = sum(map(len, self.documents.values()))
        admitted = list(self.outcomes.values()).count("admitted")
        return (
            f"{len(self.facts)} sealed objects, {len(self.outcomes)} links, {admitted} of them admitted, "
            f"{documents} documents, {len(self.alerts)} alerts, {len(self.messages)} messages"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round: by this version or the earlier one, with so much of the day's news, and after which others."""

    name: str
    is_earlier: bool
    part: float
    after: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


ROUNDS = (
    Round(name="earlier", is_earlier=True, part=1 / 3, options=("--from-past", "--backup", "{folder}/backup")),
    Round(name="upgraded", is_earlier=False, part=2 / 3, after=("earlier",)),
    Round(name="back", is_earlier=True, part=1.0, after=("earlier", "upgraded")),
    # Of the messages between backup and loss nothing is known any more: those may be sent again.
    Round(name="restored", is_earlier=True, part=1.0, after=("earlier",), options=("--restore", "{folder}/backup")),
    Round(name="renewed", is_earlier=False, part=1.0, after=("earlier",), options=("--restore", "{folder}/backup")),
)


def faults(found: Found) -> list[str]:
    """What went wrong in a round by itself."""
    red = [f"{dag} ended as {state}" for dag, state in found.states.items() if state != "success"]
    failed = [f"mediawatch {command} {said}" for command, said in found.commands.items() if said]
    empty = [f"there are no {part}" for part in ("facts", "outcomes", "documents") if not getattr(found, part)]
    return [*red, *failed, *empty]


def losses(before: Found, after: Found, today: date) -> list[str]:
    """What `before` had and `after` lacks, has otherwise, or has told again."""
    judged_since = (today - LOOKED_BACK).isoformat()
    found = [f"{key} is gone" for key in before.facts.keys() - after.facts.keys()]
    found += [f"{key} was changed" for key, digest in before.facts.items() if after.facts.get(key, digest) != digest]
    found += [f"{link} has no outcome any more" for link in before.outcomes.keys() - after.outcomes.keys()]
    for link, outcome in before.outcomes.items():
        if outcome == "admitted" and after.outcomes.get(link, outcome) != outcome:
            found.append(f"{link} was admitted and is {after.outcomes[link]}")
    held = by_name(after.documents)
    for index, ids in by_name(before.documents).items():
        gone = ids - held.get(index, set())
        found += [f"{index}/{one} is gone" for one in gone if not (index.startswith(JUDGED) and one >= judged_since)]
    told = {about(message) for message in before.messages}
    found += [f"told again: {message['title']}" for message in after.messages if about(message) in told]
    return sorted(found)


def by_name(documents: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    """{index, whichever generation it is of: its ids}: a reindex makes a new one."""
    found: dict[str, set[str]] = {}
    for index, ids in documents.items():
        found.setdefault(GENERATION.sub("", index), set()).update(ids)
    return found


def about(message: Mapping[str, Any]) -> str:
    """Kind and word of the alert that a message tells, without the figures of the hour."""
    return str(message["title"]).partition("（")[0]


def renamed(before: Found, after: Found) -> list[str]:
    """The day's alerts that the other version names otherwise, or does not find."""
    gone = [before.alerts[one] for one in before.alerts.keys() - after.alerts.keys()]
    new = [after.alerts[one] for one in after.alerts.keys() - before.alerts.keys()]
    return [f"alerts of before that are gone: {', '.join(gone)}; new ones: {', '.join(new) or 'none'}"] if gone else []


def check_out(revision: str, folder: Path, progress: Progress) -> Path:
    """The earlier version with its packages.  Raises BadRequest for a revision that there is not."""
    checkout = folder / "version"
    if not checkout.exists():
        progress(f"Checking out {revision}, and installing what it has locked ...")
        named = subprocess.run(["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"],
                               cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
        if named.returncode:
            raise BadRequest(f"There is no revision {revision!r} here: name a tag or a commit, as in FROM=v0.1.0.")
        aside = folder / "version.new"
        shutil.rmtree(aside, ignore_errors=True)
        subprocess.run(["git", "clone", "--quiet", "--no-checkout", ROOT.as_uri(), aside], check=True)
        subprocess.run(["git", "checkout", "--quiet", named.stdout.strip()], cwd=aside, check=True)
        aside.replace(checkout)
    subprocess.run(["make", "--silent", ".venv/.dev", ".venv/.stack"], cwd=checkout, env=outside(), check=True)
    return checkout


def lived(each: Round, folder: Path, checkout: Path, progress: Progress) -> Found:
    """What the round found, now or earlier on the same day.  Raises Unavailable when it did not come to its end."""
    out = folder / f"{each.name}.json"
    if not out.exists():
        progress(f"Now: {each.name}, by {checkout}")
        midnight = datetime.combine(datetime.now(UTC), time(), UTC)
        until = midnight + each.part * (datetime.now(UTC) - midnight)
        options = [option.format(folder=folder) for option in each.options]
        done = subprocess.run(
            [checkout / ".venv/bin/python", "-P", ROUND, folder, "--until", until.isoformat(), "--out", out, *options],
            cwd=checkout,
            env=outside() | {"PYTHONPATH": f"{checkout}:{checkout / 'include'}"},
            check=False,
        )
        if done.returncode:
            raise Unavailable(f"The round {each.name} ended with {done.returncode}; what it says stands above.")
    return TypeAdapter(Found).validate_json(out.read_bytes())


def run(revision: str, given: Path | None, progress: Progress) -> int:
    """All rounds in the folder that was given, or in one that is removed again; the exit code."""
    with ExitStack() as stack:
        folder = given or Path(tempfile.mkdtemp(prefix="mediawatch-upgrade-", dir="/var/tmp"))
        if given is None:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # the user that Elasticsearch and Postgres run as goes through it
        return _all_rounds(revision, folder.resolve(), progress)


def _all_rounds(revision: str, folder: Path, progress: Progress) -> int:
    earlier = check_out(revision, folder, progress)
    found: dict[str, Found] = {}
    wrong = 0
    for each in ROUNDS:
        this = found[each.name] = lived(each, folder, earlier if each.is_earlier else ROOT, progress)
        lines = faults(this)
        for name in each.after:
            lines += [f"since {name}: {line}" for line in losses(found[name], this, datetime.now(UTC).date())]
        progress(f"{each.name}: {this.sizes}; {len(lines) or 'nothing'} wrong")
        for line in (line for name in each.after for line in renamed(found[name], this)):
            progress(f"  {line}")
        for line in lines[:MOST_SHOWN]:
            progress(f"  WRONG: {line}")
        wrong += len(lines)
    return 1 if wrong else 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.stack.upgrade", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--from", dest="revision", required=True, help="tag or commit of the earlier version")
    parser.add_argument("--folder", type=Path, help="where everything is kept; else one that is removed at the end")
    asked = parser.parse_args(arguments)
    leave(lambda: run(asked.revision, asked.folder, teller()))


if __name__ == "__main__":
    main()
