"""Words that never alert, each with the reason and since when."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mediawatch.errors import BadConfiguration
from mediawatch.keywords.watching.patterns import compile_bounded
from mediawatch.language import fold
from mediawatch.sources.yaml_entries import read_entries


def _pattern(text: str) -> str:
    compile_bounded(text)
    return text


class Exclusion(BaseModel):
    """`words` (in any script) and `patterns` (the whole folded word must match) that alert nobody.

    `why` tells people, `since` is the first day it holds, `until` the last one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = ()
    patterns: tuple[Annotated[str, AfterValidator(_pattern)], ...] = ()
    why: str = Field(min_length=1)
    since: date
    until: date | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Exclusion:
        if not (self.words or self.patterns):
            raise ValueError("words: an exclusion needs words or patterns")
        if self.until is not None and self.until < self.since:
            raise ValueError("until: is before since")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Exclusions:
    """All exclusions, in the order they were written."""

    entries: tuple[Exclusion, ...] = ()

    def words(self, day: date) -> frozenset[str]:
        """The folded words excluded on `day`."""
        return frozenset(fold(word) for entry in self._on(day) for word in entry.words)

    def patterns(self, day: date) -> tuple[re.Pattern[str], ...]:
        """The patterns in force on `day`; a folded word is excluded when one matches the whole of it."""
        return tuple(self._compiled[pattern] for entry in self._on(day) for pattern in entry.patterns)

    def reason(self, term: str, day: date) -> str | None:
        """Why `term` alerts nobody on `day`; None when it may."""
        folded = fold(term)
        for entry in self._on(day):
            if any(fold(word) == folded for word in entry.words):
                return entry.why
            if any(self._compiled[pattern].fullmatch(folded) for pattern in entry.patterns):
                return entry.why
        return None

    def adding(self, entries: Iterable[Exclusion]) -> Exclusions:
        """These and more, such as what people dismissed."""
        return Exclusions((*self.entries, *entries))

    def _on(self, day: date) -> list[Exclusion]:
        return [entry for entry in self.entries if entry.holds_on(day)]

    @cached_property
    def _compiled(self) -> dict[str, re.Pattern[str]]:
        return {pattern: compile_bounded(pattern) for entry in self.entries for pattern in entry.patterns}


def read_exclusions(path: Path) -> Exclusions:
    """The exclusions of a YAML file; none when there is no such file.

    Raises BadConfiguration with one line "file:line: key: what" for each fault.
    """
    if not path.is_file():
        return Exclusions()
    faults: list[str] = []
    entries = read_entries([path], Exclusion, faults)
    if faults:
        raise BadConfiguration("\n".join(faults))
    return Exclusions(tuple(entry.value for entry in entries))
