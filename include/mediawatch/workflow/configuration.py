"""The configuration that people write as files, named by digests, so that the workers of a run can be compared.

Catalogue, names, watch lists and rules are YAML files in folders, and each worker may have a copy of its own.  A run
notes which files it began with; a task that works with others of them would mix two configurations in one result.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from mediawatch.errors import ConfigurationDrift
from mediawatch.keywords.published_rules import FOLDER as RULES
from mediawatch.lake.documents import digest_of
from mediawatch.settings import Settings
from mediawatch.sources.publishers import FOLDER as PUBLISHERS
from mediawatch.sources.yaml_nodes import read_plain

CATALOGUE: Final = "catalogue"
"""The sources and the publishers."""
ALIASES: Final = "aliases"
"""The names and their other spellings."""
WATCHLISTS: Final = "watchlists"
"""The watch lists, exclusions, recipients and rules."""
PARTS: Final = (CATALOGUE, ALIASES, WATCHLISTS)

_DIGITS: Final = 16
_NAMED: Final = 5
_ABSENT: Final = "not there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The digest of each file by its part and name, such as `catalogue/asia.yaml`, as `host` has them."""

    host: str
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """A name of all of it, equal where every file says the same."""
        return digest_of(dict(self.files))[:_DIGITS]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"host": self.host, "digest": self.digest, "files": dict(self.files)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Configuration:
        """What `document` made."""
        return cls(host=document["host"], files=document["files"])


def configuration_of(settings: Settings) -> Configuration:
    """The files that `settings` name, as this process reads them.

    A digest is of what a file says: comments and layout do not count.  Of a file that is no YAML it is of the bytes;
    what is wrong with it is told by whoever works with it.
    """
    return Configuration(
        host=socket.gethostname(),
        files={f"{part}/{file.relative_to(root)}": _digest(file) for part, root, file in _files(settings)},
    )


def check_drift(begun: Configuration, settings: Settings, *parts: str) -> None:
    """Raise ConfigurationDrift, naming each file of `parts` that is not as the run began with it."""
    here = configuration_of(settings)
    names = sorted(name for name in {*begun.files, *here.files} if name.partition("/")[0] in parts)
    differing = [name for name in names if begun.files.get(name) != here.files.get(name)]
    if not differing:
        return
    told = [
        f"{name} was {begun.files.get(name, _ABSENT)} on {begun.host} when the run began; "
        f"on {here.host}, in {_folder(settings, name)}, it is {here.files.get(name, _ABSENT)}"
        for name in differing[:_NAMED]
    ]
    more = [f"and {len(differing) - _NAMED} more files differ"] if len(differing) > _NAMED else []
    raise ConfigurationDrift(
        f"{'; '.join([*told, *more])}. If this worker has an older copy, bring its folder in step: the next try goes "
        "on. If the files were changed during the run, the next run takes them; to have them in this one, clear it "
        "from its first task on."
    )


def _folders(settings: Settings) -> dict[str, Path]:
    return {
        CATALOGUE: settings.catalog_dir,
        ALIASES: settings.aliases_dir,
        WATCHLISTS: settings.watchlists_dir,
    }


def _folder(settings: Settings, name: str) -> Path:
    return _folders(settings)[name.partition("/")[0]]


def _files(settings: Settings) -> Iterator[tuple[str, Path, Path]]:
    """(part, its folder, file) of all that is read; one level deep, as its readers have it."""
    within = {CATALOGUE: PUBLISHERS, WATCHLISTS: RULES}
    for part, root in _folders(settings).items():
        for folder in (root, root / within[part]) if part in within else (root,):
            for file in sorted(folder.iterdir()) if folder.is_dir() else ():
                if file.suffix in (".yaml", ".yml") and file.is_file():
                    yield part, root, file


def _digest(file: Path) -> str:
    data = file.read_bytes()
    try:
        return digest_of(read_plain(data).value)[:_DIGITS]
    except ValueError:
        return sha256(data).hexdigest()[:_DIGITS]
