"""A newsroom: the settings, the lake, the catalogue and the clock that every stage is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from mediawatch.lake.format import check_format
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.language import Aliases
from mediawatch.records import Clock, day_of, now
from mediawatch.sandbox import read_at
from mediawatch.settings import Settings
from mediawatch.sources.aliases import read_aliases
from mediawatch.sources.catalogue import Catalogue, read_catalogue
from mediawatch.sources.publishers import FOLDER, Publishers, read_publishers

Report = Callable[[str], None]
"""Takes one line about progress, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One deployment, opened.  `clock` is the only source of the present."""

    settings: Settings
    store: Store
    catalogue: Catalogue
    clock: Clock
    publishers: Publishers = field(default_factory=Publishers)
    aliases: Aliases = field(default_factory=Aliases)

    @property
    def today(self) -> date:
        """The newsroom's day at this instant."""
        return day_of(self.clock(), self.settings.timezone)


def open_context(settings: Settings, clock: Clock = now) -> Context:
    """The newsroom that `settings` describe.  Raises BadCatalogue, or BadConfiguration as for a lake of a later
    version, before any work is begun.

    From then on this process has markup read where they say.
    """
    read_at(settings.parser_socket)
    store = open_store(settings.lake_url)
    check_format(store)
    return Context(
        settings=settings,
        store=store,
        catalogue=read_catalogue(settings.catalog_dir),
        clock=clock,
        publishers=read_publishers(settings.catalog_dir / FOLDER),
        aliases=read_aliases(settings.aliases_dir),
    )


def silent(line: str) -> None:
    """A Report for callers that do not watch."""


def prefixed(report: Report, name: object) -> Report:
    """A Report whose lines begin with what they are about."""
    return lambda line: report(f"{name}: {line}")
