"""YAML as plain values that remember their lines: no tags, no aliases, no duplicate keys, bounded depth and size.

Words mean what they say (YAML 1.2): `NO` is Norway's code and `on` a word, not booleans; only true, false, null and
numbers are more than text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from mediawatch.records import Source


def to_yaml(source: Source, notes: Iterable[str] = ()) -> str:
    """One list item for a catalogue file, defaults left out, `notes` as comments above; `read_catalogue` reads it."""
    values = source.model_dump(mode="json", exclude_defaults=True)
    status = {"status": values.pop("status", source.status)}
    text = yaml.safe_dump(
        [values | status], allow_unicode=True, default_flow_style=None, sort_keys=False, width=1_000_000
    )
    return "".join(f"# {' '.join(note.split())}\n" for note in notes) + text


LARGEST = 1_000_000
"""Bytes of one file."""
DEEPEST = 12
"""Levels of nesting; a source needs four."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser, which every wheel of PyYAML has: a tenth of the time, in every command that reads the catalogue."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{0,18}(?:[eE][-+]?[0-9]{1,3})?")
_WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "~": None, "": None}

Path = tuple[str | int, ...]
Lines = dict[Path, int]


class NotPlain(ValueError):
    """The text is not plain YAML; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlValue:
    """A document's value and the line of every key and item in it, by path."""

    value: object
    lines: Lines

    def line_of(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing above it that was written down."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read_plain(data: bytes) -> YamlValue:
    """The one document in `data`.  Raises NotPlain with the line of the first fault."""
    if len(data) > LARGEST:
        raise NotPlain(1, f"larger than {LARGEST} bytes")
    try:
        text = data.decode("utf-8-sig")
        _check_bounds(text)
        node = yaml.compose(text, Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise NotPlain(data.count(b"\n", 0, error.start) + 1, "is not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        last = len(text.splitlines())  # libyaml finds what is missing at the end in the line after it
        raise NotPlain(min(mark.line + 1, last) if mark else 1, error.problem or "is not YAML") from error
    except yaml.YAMLError as error:
        raise NotPlain(1, f"is not YAML: {error}".splitlines()[0]) from error
    lines: Lines = {(): 1 if node is None else _line(node)}
    return YamlValue(value=None if node is None else _value(node, (), lines), lines=lines)


def _check_bounds(text: str) -> None:
    """Looks at the event stream, which needs no recursion and expands nothing, before a tree is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            raise NotPlain(line, "aliases (*name) are not read here; write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise NotPlain(line, f"nested deeper than {DEEPEST} levels")


def _line(part: yaml.Event | yaml.Node) -> int:
    return part.start_mark.line + 1 if part.start_mark else 1


def _value(node: yaml.Node, path: Path, lines: Lines) -> object:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        lines.update({(*path, i): _line(item) for i, item in enumerate(node.value)})
        return [_value(item, (*path, i), lines) for i, item in enumerate(node.value)]
    return _scalar(str(node.value), is_quoted=isinstance(node, yaml.ScalarNode) and bool(node.style))


def _mapping(node: yaml.MappingNode, path: Path, lines: Lines) -> dict[str, object]:
    result: dict[str, object] = {}
    for key_node, value_node in node.value:
        line, key = _line(key_node), key_node.value
        if not isinstance(key, str):
            raise NotPlain(line, "a key must be a word")
        if key in result:
            raise NotPlain(line, f"{key}: written twice")
        lines[*path, key] = line
        result[key] = _value(value_node, (*path, key), lines)
    return result


def _scalar(text: str, *, is_quoted: bool) -> object:
    if is_quoted:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
