"""The dictionary of publishers: one id for 法广, 法國國際廣播電台 and RFI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from mediawatch.errors import BadCatalogue
from mediawatch.language import fold
from mediawatch.sources.yaml_entries import read_list

FOLDER: Final = "publishers"
SHIPPED: Final = Path(__file__).parents[2] / "sources" / FOLDER
"""Those of the shipped catalogue, for commands that run where there is none."""
"""Below the catalogue's folder, where no file is taken for a source."""

_PUNCTUATION: Final = re.compile(r"[\W_]+")
_ADDED: Final = re.compile(
    r"(?:中文网|中文版|新闻网|网站|官网|客户端|公众号|微信公众号|微信|微博|官方微博|新闻|综合|电子版|专电|电|讯|消息|报道|网|com|cn)$"
)
"""What pages add to a publisher's name; taken off only where the whole name is unknown."""
_PART: Final = re.compile(r"[-－–—·•](?=[\u4e00-\u9fff])")
_JOINT: Final = re.compile(r"[+＋&＆/／|｜、；;]")
_PROPER: Final = 2
"""Characters of the shortest name looked for in running text when it is Chinese; 界面 and 财经 are words as well, so
`named_in` wants one more."""
_SHORT_LABEL: Final = 4
_COUNTRY: Final = 2
_SUFFIXES: Final = frozenset({"com", "net", "org", "gov", "edu", "co", "example"})
_COMMON_LABELS: Final = frozenset({"news", "time", "china", "people", "nature", "science", "independent", "express"})
"""Names of hosts that are words: news.com.au has nothing to do with news.cn."""
_LONGEST_BEGINNING: Final = 16


class Publisher(BaseModel):
    """One publisher; `name` is the main name, `also` others as printed, `hosts` its registered domains."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    name: str = Field(min_length=1)
    name_en: str = ""
    also: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    country: str = Field(default="", pattern=r"^(?:[A-Z]{2})?$")
    pictures: bool = Field(default=False, description="an agency of pictures, whose name is a credit and no source")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, the main one first."""
        return tuple(dict.fromkeys(name for name in (self.name, self.name_en, *self.also) if name))


@dataclass(frozen=True)
class Publishers:
    """All publishers, looked up by any of their names in either script, or by host."""

    entries: tuple[Publisher, ...] = ()
    by_name: Mapping[str, Publisher] = field(init=False, repr=False, compare=False)
    by_host: Mapping[str, Publisher] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {key_of(name): entry for entry in self.entries for name in entry.names}
        object.__setattr__(self, "by_name", by_name)
        object.__setattr__(self, "by_host", {host: entry for entry in self.entries for host in entry.hosts})

    def named(self, name: str) -> Publisher | None:
        """The publisher that goes by `name`, also with what pages add to names: 微博, 客户端, -社会频道.

        Of several named together (半岛电视台＋通讯社) it is the first that is known.
        """
        whole, first = key_of(name), key_of(_PART.split(name, maxsplit=1)[0])
        found = self._keyed(whole) or (self._keyed(first) if first != whole and len(first) > _PROPER else None)
        parts = [part for part in _JOINT.split(name) if key_of(part) != whole]
        return found or next((one for part in parts if (one := self.named(part))), None)

    def _keyed(self, key: str) -> Publisher | None:
        while key and key not in self.by_name:
            shorter = _ADDED.sub("", key)
            if shorter == key:
                return None
            key = shorter
        return self.by_name.get(key)

    def identified(self, publisher_id: str) -> Publisher | None:
        """The publisher with that id."""
        return self._by_id.get(publisher_id)

    @cached_property
    def _by_id(self) -> dict[str, Publisher]:
        return {entry.id: entry for entry in self.entries}

    def at(self, url_or_host: str) -> Publisher | None:
        """The publisher whose domain `url_or_host` is or is below of."""
        labels = _host(url_or_host).split(".")
        names = (".".join(labels[start:]) for start in range(len(labels) - 1))
        return next((self.by_host[name] for name in names if name in self.by_host), None)

    def sharing(self, url_or_host: str) -> Iterator[Publisher]:
        """Publishers with a domain of the same name elsewhere: sina.com.hk is of sina.com.cn's house."""
        label = _house(_host(url_or_host))
        if len(label) < _SHORT_LABEL or label in _COMMON_LABELS:
            return iter(())
        return (entry for own, entry in self.by_host.items() if _house(own) == label)

    def named_in(self, text: str) -> Publisher | None:
        """The first publisher named in `text`, by the longest name where several begin."""
        match = self._pattern.search(fold(text)) if self.entries else None
        return self.by_name.get(key_of(match.group())) if match else None

    def beginning(self, text: str) -> str:
        """The longest beginning of `text` that is a publisher's name, as printed; empty when there is none."""
        lengths = range(min(len(text), _LONGEST_BEGINNING), 1, -1)
        return next((text[:length] for length in lengths if key_of(text[:length]) in self.by_name), "")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = {fold(name) for entry in self.entries for name in entry.names if len(name) > _PROPER}
        latin = [rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name) for name in names]
        return re.compile("|".join(sorted(latin, key=len, reverse=True)))


def _host(url_or_host: str) -> str:
    try:
        host = (urlsplit(url_or_host).hostname or "") if "//" in url_or_host else url_or_host.partition(":")[0]
    except ValueError:  # an address such as http://[
        return ""
    return host.lower()


def _house(host: str) -> str:
    """sina of news.sina.com.hk: the label before the public suffix, as far as its usual forms tell."""
    labels = host.split(".")
    while len(labels) > 1 and (labels[-1] in _SUFFIXES or len(labels[-1]) == _COUNTRY):
        labels.pop()
    return labels[-1]


def key_of(name: str) -> str:
    """The form under which names are compared: folded, without punctuation and spaces."""
    return _PUNCTUATION.sub("", fold(name)).removeprefix("the")


def read_publishers(folder: Path) -> Publishers:
    """The publishers in the `*.yaml` files of `folder`; none where there is no such folder.

    Raises BadCatalogue with one line "file:line: key: what" for each fault.
    """
    faults: list[str] = []
    files = sorted(folder.glob("*.yaml"))
    placed = [entry for file in files for entry in read_list(file, Publisher, "publishers", faults)]
    faults += _clashes(placed)
    if faults:
        raise BadCatalogue("\n".join(faults))
    return Publishers(entries=tuple(entry for entry, _ in placed))


def _clashes(placed: Iterable[tuple[Publisher, str]]) -> Iterator[str]:
    taken: dict[str, tuple[Publisher, str]] = {}
    for entry, where in placed:
        claims = [f"id {entry.id}", *(f"host {host}" for host in entry.hosts)]
        claims += {f"name {key_of(name)}": None for name in entry.names}
        for claim in claims:
            first, place = taken.setdefault(claim, (entry, where))
            if first is not entry:
                yield f"{where}: {claim} is taken by {first.id} at {place}"
