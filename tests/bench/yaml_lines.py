"""Plain values with lines out of YAML: PyYAML's two parsers, and ruamel.yaml's round trip, in the same run (ADR 29).

`python tests/bench/yaml_lines.py` prints the processor time for the shipped files, and what each makes of odd ones.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from mediawatch.sources import yaml_nodes
from mediawatch.sources.yaml_nodes import DEEPEST, LARGEST, NotPlain

ROOT = Path(__file__).parents[2]
Lines = dict[tuple[str | int, ...], int]
Read = Callable[[bytes], object]
ODD = (
    b"a: NO\n", b"a: 2026-01-02\n", b"a: 1e3\n", b"a: 1_000\n", b"a: 0x1f\n", b"a: .inf\n", b"a: 0o7\n", b"a: =\n",
    b"<<: {a: 1}\nb: 2\n", b"a: !!python/object/apply:os.system [ls]\n", b"a: !!binary aGk=\n", b"a: !x 1\n",
    b"a: !!set {x, y}\n", b"a: !!omap [x: 1]\n", b"a: !!timestamp 2026-99-99\n", b"a: !!int x\n",
    b"a: " + b"9" * 5000, b"%YAML 1.1\n---\na: NO\n", b"~: 1\n", b"x: 1\nx: 2\n", b"[" * 5000, b"a: 1\n---\nb: 2\n",
)  # fmt: skip
PLAIN = (str, int, float, bool, type(None), dict, list)


def by_python(data: bytes) -> object:
    """What runs where PyYAML has no libyaml."""
    fast, yaml_nodes._LOADER = yaml_nodes._LOADER, yaml.SafeLoader
    try:
        return yaml_nodes.read_plain(data).value
    finally:
        yaml_nodes._LOADER = fast


def by_libyaml(data: bytes) -> object:
    """What runs."""
    return yaml_nodes.read_plain(data).value


def by_ruamel(data: bytes) -> object:
    """The same bounds, values and lines by ruamel.yaml."""
    if len(data) > LARGEST:
        raise NotPlain(1, f"larger than {LARGEST} bytes")
    depth = 0
    try:
        for event in YAML(typ="rt").parse(data.decode()):
            if isinstance(event, AliasEvent):
                raise NotPlain(event.start_mark.line + 1, "aliases are not read here")
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > DEEPEST:
                raise NotPlain(event.start_mark.line + 1, f"nested deeper than {DEEPEST} levels")
        return plain(YAML(typ="rt").load(data.decode()), (), {(): 1})
    except YAMLError as error:
        raise NotPlain(1, str(error)) from error


def plain(value: object, path: tuple[str | int, ...], lines: Lines) -> object:
    """`value` without ruamel.yaml's own containers, its lines added to `lines`."""
    if isinstance(value, CommentedMap):
        result = {}
        for key, inner in value.items():
            lines[*path, key] = value.lc.key(key)[0] + 1
            result[key] = plain(inner, (*path, key), lines)
        return result
    if isinstance(value, CommentedSeq):
        lines.update({(*path, number): value.lc.item(number)[0] + 1 for number in range(len(value))})
        return [plain(item, (*path, number), lines) for number, item in enumerate(value)]
    return value


def seconds(read: Read, files: list[bytes]) -> float:
    """Processor time for all of `files`: the median of five rounds."""
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for data in files:
            read(data)
        rounds.append(time.process_time() - began)
    return statistics.median(rounds)


def outcome(read: Read, data: bytes) -> str:
    """What becomes of one odd document."""
    try:
        value = read(data)
    except NotPlain:
        return "told"
    except Exception as error:  # noqa: BLE001 - which ones escape is the question
        return type(error).__name__
    values = list(value.values()) if isinstance(value, dict) else [value]
    return "read" if all(isinstance(each, PLAIN) for each in values) else "no plain value"


def main() -> None:
    """Measure all three."""
    files = [path.read_bytes() for path in sorted((ROOT / "include/sources").rglob("*.yaml"))]
    print(f"{len(files)} files, {sum(map(len, files))} bytes; {len(ODD)} odd documents")
    for name, read in (("PyYAML, Python", by_python), ("PyYAML, libyaml", by_libyaml), ("ruamel.yaml", by_ruamel)):
        outcomes = [outcome(read, data) for data in ODD]
        counted = ", ".join(f"{outcomes.count(each)} {each}" for each in dict.fromkeys(outcomes))
        print(f"{name:16} {seconds(read, files):.3f} s   {counted}")


if __name__ == "__main__":
    main()
