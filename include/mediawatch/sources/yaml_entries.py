"""Entries of YAML files as validated values with the place they were written; every fault with file, line and key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mediawatch.sources.yaml_nodes import NotPlain, YamlValue, read_plain

_SHOWN: Final = 12
"""Names that are listed where none comes close."""

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlEntry(Generic[Model]):
    """One value and where it was written."""

    value: Model
    file: Path
    line: int
    document: YamlValue = field(repr=False)
    path: tuple[str | int, ...] = ()

    def place_of(self, *keys: str | int) -> str:
        """The place, as file:line, of what stands under `keys` of the entry."""
        return f"{self.file}:{self.document.line_of((*self.path, *keys))}"


def read_entries(
    files: Iterable[Path], model: type[Model], faults: list[str], parts: Mapping[str, type[BaseModel]] | None = None
) -> list[YamlEntry[Model]]:
    """Every entry of `files`, in order; a file holds one (a mapping), several (a list) or none.

    What cannot be read is left out and told in `faults`, one text "file:line: key: what" each.  `parts` names the
    models inside the model, by key, for the nearest name of an unknown key.
    """
    return [entry for file in files for entry in _of_file(file, model, faults, parts or {})]


def read_list(file: Path, model: type[Model], what: str, faults: list[str]) -> Iterator[tuple[Model, str]]:
    """Each entry of a file that is one list of `what`, with "file:line"; faults as "file:line: key: what"."""
    try:
        document = read_plain(file.read_bytes())
    except NotPlain as error:
        faults.append(f"{file}:{error.line}: {error}")
        return
    if not isinstance(document.value, list):
        faults.append(f"{file}:1: must be a list of {what}")
        return
    for number, value in enumerate(document.value):
        try:
            yield model.model_validate(value), f"{file}:{document.line_of((number,))}"
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                key = ".".join(map(str, detail["loc"]))
                faults.append(f"{file}:{document.line_of((number, *detail['loc']))}: {key}: {detail['msg']}")


def _of_file(
    file: Path, model: type[Model], faults: list[str], parts: Mapping[str, type[BaseModel]]
) -> Iterator[YamlEntry[Model]]:
    try:
        document = read_plain(file.read_bytes())
    except NotPlain as error:
        faults.append(f"{file}:{error.line}: {error}")
        return
    except FileNotFoundError:
        faults.append(f"{file}: no such file")
        return
    for path, value in _listed(document):
        line = document.line_of(path)
        if not isinstance(value, dict):
            faults.append(f"{file}:{line}: an entry must be a mapping of keys")
            continue
        try:
            yield YamlEntry(value=model.model_validate(value), file=file, line=line, document=document, path=path)
        except ValidationError as error:
            # The input is left out: what people write by mistake may be a secret.
            details = error.errors(include_url=False, include_input=False)
            # What only follows from a fault further down is no fault of its own.
            parents = {detail["loc"][:depth] for detail in details for depth in range(1, len(detail["loc"]))}
            told = [detail for detail in details if detail["loc"] not in parents]
            placed = [(document.line_of((*path, *d["loc"])), _what(d, model, parts)) for d in told]
            faults += [f"{file}:{place}: {what}" for place, what in sorted(placed)]


def _listed(document: YamlValue) -> list[tuple[tuple[int, ...], object]]:
    if isinstance(document.value, list):
        return [((i,), value) for i, value in enumerate(document.value)]
    return [] if document.value is None else [((), document.value)]


def _what(detail: ErrorDetails, model: type[BaseModel], parts: Mapping[str, type[BaseModel]]) -> str:
    keys = detail["loc"]
    what = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        inner = parts.get(str(keys[0]), model) if len(keys) > 1 else model
        what = f"no such key{_nearest(str(keys[-1]), _keys(inner))}"
    elif detail["type"] == "missing":
        what = "is missing"
    return ": ".join(filter(None, (".".join(map(str, keys)), what)))


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _nearest(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f" (did you mean {near[0]!r}?)" if near else f"; known are {', '.join(known)}"


def nearest_name(word: str, known: Collection[str]) -> str:
    """What to say behind a name that there is not: the name of `known` that comes closest, or what there is."""
    lower = word.lower()
    parts = [name for name in sorted(known, key=lambda name: (len(name), name)) if lower in name or name in lower]
    near = get_close_matches(lower, known, n=1) or parts[:1] or get_close_matches(lower, known, n=1, cutoff=0.4)
    if near:
        return f" (did you mean {near[0]!r}?)"
    shown = sorted(known)[:_SHOWN]
    return (
        f"; there are {', '.join(shown)}{' and others' if len(known) > _SHOWN else ''}" if shown else "; there is none"
    )
