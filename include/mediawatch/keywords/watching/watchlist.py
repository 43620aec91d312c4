"""A watch list: which texts it asks for, whom it tells, and the folder of YAML files it is read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, model_validator

from mediawatch.errors import BadConfiguration
from mediawatch.keywords.watching.patterns import compile_bounded
from mediawatch.language import fold
from mediawatch.sources.yaml_entries import YamlEntry, read_entries

EXCLUSIONS: Final = "exclusions.yaml"
RECIPIENTS: Final = "recipients.yaml"
OTHERS: Final = frozenset({EXCLUSIONS, RECIPIENTS})
"""Files of the folder that hold no watch list."""

LONGEST_TERM: Final = 100


def _term(text: str) -> str:
    bare = text.rstrip("*")
    if not any(character.isalnum() for character in bare):
        raise ValueError("a term needs a letter or a digit")
    if len(text) > LONGEST_TERM:
        raise ValueError(f"a term has at most {LONGEST_TERM} characters")
    if "*" in bare or len(text) - len(bare) > 1 or (text != bare and not fold(bare[-1]).isascii()):
        raise ValueError("* may stand once, at the end of a word in Latin letters: tariff*")
    return text.strip()


def _pattern(text: str) -> str:
    compile_bounded(text)
    return text


Term = Annotated[str, AfterValidator(_term)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")]


class ListName(BaseModel):
    """What people call the list, in the two languages of messages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = ""
    en: str = ""


class WatchList(BaseModel):
    """What somebody asked to be told about.

    An article matches when one of `terms` or `regex` is in it (if there are any), all of `all`, one of `any` (if there
    are any) and none of `not`.  Terms in Chinese are found anywhere, terms in Latin letters as whole words, both in any
    script, width, case and alias; `tariff*` is any word that begins so.  `regex` is searched in folded text: lower
    case, simplified characters.  `where` limits all of them to the title.  `languages` (`zh` takes both scripts) and
    `sources` (names of the catalogue) limit the articles; empty means all, `not_sources` leaves some out.
    `min_articles` and `min_publishers` are what a day needs for an alert.  `recipients` are names in recipients.yaml;
    none means: whoever asks for watch alerts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: Name
    label: ListName = ListName()
    description: str = ""
    terms: tuple[Term, ...] = ()
    all_of: tuple[Term, ...] = Field(default=(), alias="all")
    any_of: tuple[Term, ...] = Field(default=(), alias="any")
    none_of: tuple[Term, ...] = Field(default=(), alias="not")
    regex: tuple[Pattern, ...] = ()
    where: Literal["anywhere", "title"] = "anywhere"
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    not_sources: tuple[str, ...] = ()
    min_articles: int = Field(default=1, ge=1)
    min_publishers: int = Field(default=1, ge=1, validation_alias=AliasChoices("min_publishers", "min_voices"))
    recipients: tuple[Name, ...] = ()
    enabled: bool = True

    @model_validator(mode="after")
    def _asks_for_something(self) -> WatchList:
        if not (self.terms or self.regex or self.all_of or self.any_of):
            raise ValueError("terms: a list needs terms, regex, all or any; without them it would match everything")
        return self

    def admits(self, source: str, language: str) -> bool:
        """Whether articles of `source` in `language` are looked at."""
        if source in self.not_sources or (self.sources and source not in self.sources):
            return False
        return not self.languages or any(_speaks(language, wanted) for wanted in self.languages)


def _speaks(language: str, wanted: str) -> bool:
    return language == wanted or language.startswith(f"{wanted}-")


def read_watchlists(folder: Path) -> tuple[WatchList, ...]:
    """The enabled lists of every `*.yaml` file of `folder`, by name; exclusions.yaml and recipients.yaml left out.

    Raises BadConfiguration with one line "file:line: key: what" for each fault of every file.
    """
    return enabled(read_watchlist_entries(watchlist_files(folder)))


def watchlist_files(folder: Path) -> list[Path]:
    """The files of `folder` that hold watch lists.  Raises BadConfiguration where there is no such folder."""
    if not folder.is_dir():
        raise BadConfiguration(f"{folder}: no such folder; it should hold the watch lists, one YAML file or more")
    return [file for file in sorted(folder.iterdir()) if file.suffix in (".yaml", ".yml") and file.name not in OTHERS]


def read_watchlist_files(files: Iterable[Path]) -> tuple[WatchList, ...]:
    """The enabled lists of `files`, by name.  Raises BadConfiguration as `read_watchlists` does."""
    return enabled(read_watchlist_entries(files))


def read_watchlist_entries(files: Iterable[Path]) -> list[YamlEntry[WatchList]]:
    """Every list of `files`, those that are switched off too, with its place.  Raises BadConfiguration as
    `read_watchlists` does."""
    faults: list[str] = []
    entries = read_entries(files, WatchList, faults, {"label": ListName})
    faults += _twice(entries)
    if faults:
        raise BadConfiguration("\n".join(faults))
    return entries


def enabled(entries: Iterable[YamlEntry[WatchList]]) -> tuple[WatchList, ...]:
    """The lists that are not switched off, by name."""
    return tuple(sorted((e.value for e in entries if e.value.enabled), key=lambda each: each.name))


def _twice(entries: list[YamlEntry[WatchList]]) -> Iterator[str]:
    taken: dict[str, YamlEntry[WatchList]] = {}
    for entry in entries:
        first = taken.setdefault(entry.value.name, entry)
        if first is not entry:
            yield f"{entry.file}:{entry.line}: name: {entry.value.name} is taken at {first.file}:{first.line}"
