"""Writing into the catalogue's files which sources a check found alive."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from mediawatch.context import Context
from mediawatch.errors import BadCatalogue
from mediawatch.records import Checked, Source
from mediawatch.sources.catalogue import Written, written_sources
from mediawatch.sources.yaml_nodes import NotPlain, read_plain
from mediawatch.workflow.checking_sources import SourceFinding

_KEYS: Final = ("status:", "checked:")


def mark_verified(context: Context, findings: Iterable[SourceFinding]) -> int:
    """Give the entries of the sources that were found alive `status: verified`, the day, and the article that was read.

    Everything else in the files stays as it is, comments too; the number of entries written is returned.  Raises
    BadCatalogue for a file that cannot be written, or an entry that is not one key a line: it has to be written by
    hand.
    """
    alive = {found.source: found.sample_url for found in findings if found.verdict == "alive" and found.sample_url}
    entries = [entry for entry in written_sources(context.settings.catalog_dir) if entry.source.name in alive]
    by_file: dict[Path, list[Written]] = {}
    for entry in entries:
        by_file.setdefault(entry.file, []).append(entry)
    for file, same in by_file.items():
        marks = {each.source.name: Checked(on=context.today, sample=alive[each.source.name]) for each in same}
        _write(file, same, marks)
    return len(entries)


def _write(file: Path, entries: Sequence[Written], marks: dict[str, Checked]) -> None:
    lines = file.read_text("utf-8").split("\n")
    # From the last to the first, so that the lines before stay where they are.
    for entry in sorted(entries, key=lambda entry: entry.line, reverse=True):
        _mark(lines, entry, marks[entry.source.name])
    text = "\n".join(lines)
    _require_the_rest(text, file, entries, marks)
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise BadCatalogue(f"{file}: cannot be written: {error}") from error


def _mark(lines: list[str], entry: Written, mark: Checked) -> None:
    """Put status and mark behind the first key of the entry, in the place of those that are there."""
    first = lines[entry.line - 1]
    indent = " " * (len(first) - len(first.lstrip("- ")))
    end = entry.line
    while end < len(lines) and (lines[end].startswith(indent) or not lines[end].strip()):
        end += 1
    kept = [line for line in lines[entry.line : end] if not line.removeprefix(indent).startswith(_KEYS)]
    written = [f"{indent}status: verified", f"{indent}checked: {{on: {mark.on}, sample: {json.dumps(mark.sample)}}}"]
    lines[entry.line : end] = [*written, *kept]


def _require_the_rest(text: str, file: Path, entries: Sequence[Written], marks: dict[str, Checked]) -> None:
    """Raises BadCatalogue unless `text` says of the entries what they said before, and the marks."""
    try:
        value = read_plain(text.encode("utf-8")).value
        now = [Source.model_validate(each) for each in (value if isinstance(value, list) else [value])]
    except (NotPlain, ValidationError) as error:
        raise BadCatalogue(f"{file}: an entry is not written one key a line; mark it by hand ({error})") from error
    by_name = {source.name: source for source in now}
    for entry in entries:
        name = entry.source.name
        wanted = entry.source.model_copy(update={"status": "verified", "checked": marks[name]})
        if by_name.get(name) != wanted:
            raise BadCatalogue(f"{file}:{entry.line}: {name} is not written one key a line; mark it by hand")
