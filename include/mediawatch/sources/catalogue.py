"""The catalogue: every source, read from a folder of YAML files; each fault is named with its file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mediawatch.errors import BadCatalogue, BadRequest
from mediawatch.records import Cadence, Checked, JsonFields, Limits, Pace, Seed, Seen, SiteRules, Source
from mediawatch.sources.css import selector_faults
from mediawatch.sources.identity import link_of
from mediawatch.sources.urls import host_of, is_usable, twin_host
from mediawatch.sources.yaml_nodes import NotPlain, YamlValue, read_plain

_PARTS: Mapping[str | int, type[BaseModel]] = {
    "discovery": Seed,
    "cadence": Cadence,
    "checked": Checked,
    "seen": Seen,
    "fields": JsonFields,
    "pace": Pace,
    "limits": Limits,
    "rules": SiteRules,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All sources in the order of their names.  A name and a host (with its www and mobile twins) belong to one."""

    sources: tuple[Source, ...]
    _by_name: Mapping[str, Source] = field(init=False, repr=False, compare=False)
    _by_host: Mapping[str, Source] = field(init=False, repr=False, compare=False)
    _has_forms: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", tuple(sorted(self.sources, key=lambda source: source.name)))
        by_name = {source.name: source for source in self.sources}
        by_host = {twin_host(host): source for source in self.sources for host in source.hosts}
        object.__setattr__(self, "_by_name", MappingProxyType(by_name))
        object.__setattr__(self, "_by_host", MappingProxyType(by_host))
        object.__setattr__(self, "_has_forms", any(source.article_id for source in self.sources))

    def named(self, name: str) -> Source:
        """The source called `name`.  Raises BadRequest, with the nearest name where there is one."""
        try:
            return self._by_name[name]
        except KeyError:
            hint = _did_you_mean(name, self._by_name)
            raise BadRequest(f"no source is called {name!r}{hint}; `mediawatch sources list` shows them all") from None

    def enabled(self) -> Catalogue:
        """The part of the catalogue that is collected."""
        return Catalogue(sources=tuple(source for source in self.sources if source.enabled))

    def by_host(self, host: str) -> Source | None:
        """The source that names `host` (lower-case, as `host_of` gives it) or a twin of it."""
        return self._by_host.get(twin_host(host))

    def link_of(self, text: str) -> str:
        """The link id of an address with the source whose it is; of other text its `address_id`."""
        is_plain = not self._has_forms or not is_usable(text)
        return link_of(text, None if is_plain else self.by_host(host_of(text)))

    def only(self, names: Collection[str]) -> Catalogue:
        """The sources called `names`, enabled or not; all enabled ones when `names` is empty.  Raises BadRequest."""
        if not names:
            return self.enabled()
        return Catalogue(sources=tuple({name: self.named(name) for name in names}.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A source, and where its entry begins."""

    source: Source
    file: Path
    line: int


def read_catalogue(folder: Path) -> Catalogue:
    """All `*.yaml` and `*.yml` files of `folder`; a file holds one source (a mapping), several (a list) or none.

    Raises BadCatalogue with one line "file:line: key: what" for each fault of every file.
    """
    return Catalogue(sources=tuple(entry.source for entry in written_sources(folder)))


def written_sources(folder: Path) -> list[Written]:
    """The sources of `folder` in the order of its files, each with its place.  Raises BadCatalogue as above."""
    if not folder.is_dir():
        raise BadCatalogue(f"{folder}: no such folder; MEDIAWATCH_CATALOG_DIR names the catalogue's")
    files = sorted(file for file in folder.iterdir() if file.suffix in (".yaml", ".yml") and file.is_file())
    faults: list[str] = []
    entries = [entry for file in files for entry in _read_file(file, faults)]
    faults += _clashes(entries)
    if not faults and not entries:
        faults = [f"{folder}: no source in any *.yaml file"]
    if faults:
        raise BadCatalogue("\n".join(faults))
    return entries


def _read_file(file: Path, faults: list[str]) -> Iterator[Written]:
    try:
        document = read_plain(file.read_bytes())
    except NotPlain as error:
        faults.append(f"{file}:{error.line}: {error}")
        return
    for path, value in _listed(document):
        line = document.line_of(path)
        if not isinstance(value, dict):
            faults.append(f"{file}:{line}: a source must be a mapping of keys, not {_kind(value)}")
            continue
        try:
            source = Source.model_validate(value)
        except ValidationError as error:
            faults += _faults(file, document, path, error)
            continue
        for key, what in selector_faults(source.rules or SiteRules()):
            where = ("rules", *key)
            faults.append(f"{file}:{document.line_of((*path, *where))}: {'.'.join(map(str, where))}: {what}")
        yield Written(source=source, file=file, line=line)


def _listed(document: YamlValue) -> list[tuple[tuple[int, ...], object]]:
    if isinstance(document.value, list):
        return [((i,), value) for i, value in enumerate(document.value)]
    # Nothing but comments, or the file that a shell makes before `sources add URL > FILE` has written to it.
    return [] if document.value is None else [((), document.value)]


def _kind(value: object) -> str:
    return {type(None): "nothing", list: "a list", str: "a word"}.get(type(value), "a number")


def _faults(file: Path, document: YamlValue, path: tuple[int, ...], error: ValidationError) -> list[str]:
    """One text for each fault, in the order of lines, without those that only follow from a fault further down."""
    details = error.errors(include_url=False)
    parents = {detail["loc"][:depth] for detail in details for depth in range(1, len(detail["loc"]))}
    placed = [(document.line_of((*path, *d["loc"])), _what(d)) for d in details if d["loc"] not in parents]
    return [f"{file}:{line}: {what}" for line, what in sorted(placed)]


def _what(detail: ErrorDetails) -> str:
    keys = detail["loc"]
    what = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        model = next((_PARTS[key] for key in reversed(keys[:-1]) if key in _PARTS), Source)
        what = f"no such key{_did_you_mean(str(keys[-1]), model.model_fields)}"
    elif detail["type"] == "missing":
        what = "is missing"
    return ": ".join(filter(None, (".".join(map(str, keys)), what)))


def _did_you_mean(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _clashes(entries: list[Written]) -> Iterator[str]:
    taken: dict[tuple[str, str], Written] = {}
    for entry in entries:
        claims = [("name", entry.source.name)]
        claims += [("hosts", host) for host in dict.fromkeys(map(twin_host, entry.source.hosts))]
        for claim in claims:
            first = taken.setdefault(claim, entry)
            if first is not entry:
                where = f"{first.source.name} at {first.file}:{first.line}"
                yield f"{entry.file}:{entry.line}: {claim[0]}: {claim[1]} is taken by {where}"
