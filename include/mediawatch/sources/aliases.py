"""The dictionary of names that differ from place to place, as its YAML files have it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from mediawatch.errors import BadCatalogue
from mediawatch.language import Aliases, Name
from mediawatch.language.aliases import clashes
from mediawatch.sources.yaml_entries import read_list


class Written(BaseModel):
    """One name as a file writes it; what the fields mean says `language.Name`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    canonical: str = Field(min_length=1)
    forms: tuple[str, ...] = ()
    kind: Literal["person", "place", "organisation"]
    en: tuple[str, ...] = ()
    homographs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def name(self) -> Name:
        """As the value that texts are rewritten with."""
        return Name(**self.model_dump())


def read_aliases(folder: Path) -> Aliases:
    """The names in the `*.yaml` files of `folder`; none where there is no such folder.

    Raises BadCatalogue with one line "file:line: what" for each fault: a key that is not known, a form that is too
    short, a form that two names claim.
    """
    faults: list[str] = []
    files = sorted(folder.glob("*.yaml"))
    placed = [(entry.name(), where) for file in files for entry, where in read_list(file, Written, "names", faults)]
    names = [name for name, _ in placed]
    places = {id(name): place for name, place in placed}
    faults += [f"{places[id(name)]}: {fault}" for name in names for fault in name.faults()]
    for form, first, second in clashes(names):
        faults.append(
            f"{places[id(second)]}: {form!r} is a form of {first.canonical} at {places[id(first)]} already: "
            "keep it with one of them"
        )
    if faults:
        raise BadCatalogue("\n".join(faults))
    return Aliases(tuple(names))
