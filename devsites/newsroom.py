"""The newsroom: six sites on loopback addresses, seen from an instant that can be set."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType

import yaml

from devsites.catalogue import entry_of
from devsites.edition import nicknamed, returned, surge
from devsites.outlet import Outlet
from devsites.ranking import ranking_word
from devsites.server import Hardships, SiteServer, Traffic
from devsites.sites import OUTLETS
from devsites.truth import Expected, expected
from devsites.vocabulary import new_word, personas, stranger
from devsites.writing import Event

ADDRESSES = tuple(f"127.0.0.{last}" for last in range(2, 8))
_POLL_SECONDS = 0.05
_PORT_ATTEMPTS = 20


class Newsroom:
    """Six small news sites.  A context manager: entering serves them, leaving stops them.

    `port` is that of all six addresses where 127.0.0.2 to 127.0.0.7 can be had, else of the first site on 127.0.0.1,
    the others following; 0 takes a free one.  The sites show what was published up to `now()`: an instant set, or the
    present by the machine's clock.  Raises OSError when the port is taken.
    """

    def __init__(self, *, port: int = 0, now: datetime | None = None, hardships: Hardships | None = None) -> None:
        self._lock = threading.Lock()
        self._now = _aware(now)
        self._hardships = hardships or Hardships()
        self._servers = self._bind(port)
        self._threads: list[threading.Thread] = []

    # -- the instant

    def now(self) -> datetime:
        """The instant that the sites are seen from."""
        with self._lock:
            return self._now or datetime.now(UTC)

    def set_now(self, moment: datetime | None) -> None:
        """See the sites from `moment`; None goes back to the machine's clock.  Raises ValueError for a naive one."""
        with self._lock:
            self._now = _aware(moment)

    def hardships(self) -> Hardships:
        """How slow and busy the sites are."""
        with self._lock:
            return self._hardships

    def set_hardships(self, hardships: Hardships) -> None:
        """Make the sites slower or faster to read from now on."""
        with self._lock:
            self._hardships = hardships

    # -- who comes

    def traffic(self) -> dict[str, Traffic]:
        """Site -> what was asked of it since `forget_traffic`."""
        return {server.outlet.masthead.key: server.traffic for server in self._servers}

    def forget_traffic(self) -> None:
        """Count anew."""
        for server in self._servers:
            server.forget_traffic()

    # -- what is there

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """The six sites."""
        return tuple(server.outlet for server in self._servers)

    def outlet(self, key: str) -> Outlet:
        """The site called `key`.  Raises LookupError."""
        for outlet in self.outlets:
            if outlet.masthead.key == key:
                return outlet
        raise LookupError(f"no site is called {key!r}")

    def catalogue(self, folder: Path) -> tuple[Path, ...]:
        """Write one YAML file a site to `folder` (made if need be), for `mediawatch harvest --catalog`."""
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(_write(folder / f"{outlet.masthead.key}.yaml", entry_of(outlet)) for outlet in self.outlets)

    def names(self, folder: Path) -> Path:
        """Write the other names of the newsroom's figures to `folder` (made if need be), as a dictionary of names."""
        folder.mkdir(parents=True, exist_ok=True)
        people = [
            {"canonical": name, "forms": list(forms[:2]), "kind": "person", "en": [forms[2]]}
            for name, forms in aliases().items()
        ]
        return _write(folder / "people.yaml", people)

    def watchlists(self, folder: Path) -> Path:
        """Write a watch list about the newsroom's steadiest topic to `folder` (made if need be)."""
        folder.mkdir(parents=True, exist_ok=True)
        trade = {
            "name": "trade",
            "label": {"zh": "贸易与关税", "en": "Trade and tariffs"},
            "description": "Tariffs and disputes about trade",
            "terms": ["关税", "反倾销", "tariff*"],
            "min_articles": 3,
            "min_publishers": 2,
        }
        (folder / "rules").mkdir(exist_ok=True)
        _write(folder / "rules" / "keywords.yaml", RULE)
        return _write(folder / "trade.yaml", trade)

    def truth(self, day: date, *, seen_at: datetime | None = None) -> list[Expected]:
        """Everything announced on the UTC day `day` with its outcome, as of `seen_at` (None: when all is said)."""
        return [line for outlet in self.outlets for line in expected(outlet, day, seen_at)]

    # -- serving

    def start(self) -> Newsroom:
        """Serve in threads of this process; returns once all sites answer."""
        for server in self._servers:
            thread = threading.Thread(
                target=server.serve_forever,
                args=(_POLL_SECONDS,),
                name=f"site {server.outlet.masthead.key}",
                daemon=True,
            )
            thread.start()
            self._threads.append(thread)
        return self

    def stop(self) -> None:
        """Stop serving and free the ports; stopping twice is fine."""
        for server in self._servers:
            server.stopping.set()
        if self._threads:
            # Each waits for its own loop to notice, so all are asked at once.
            with ThreadPoolExecutor(len(self._servers)) as pool:
                list(pool.map(SiteServer.shutdown, self._servers))
        for server in self._servers:
            server.server_close()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def __enter__(self) -> Newsroom:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _bind(self, port: int) -> tuple[SiteServer, ...]:
        attempts = 1 if port else _PORT_ATTEMPTS
        for attempt in range(attempts):
            with contextlib.ExitStack() as opened:
                try:
                    servers = [self._open(opened, *place) for place in zip(OUTLETS, _places(port), strict=True)]
                except OSError as error:
                    if error.errno != errno.EADDRINUSE or attempt == attempts - 1:
                        raise
                    continue
                opened.pop_all()
                return tuple(servers)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _open(
        self, opened: contextlib.ExitStack, outlet: Callable[[str], Outlet], place: tuple[str, int]
    ) -> SiteServer:
        host, port = place
        site = outlet(f"http://{host}:{port}")
        server = SiteServer(place, site, self.now, self.hardships, has_crawl_delay=site.masthead.key == "langang")
        opened.callback(server.server_close)
        return server


RULE = {
    "name": "keywords",
    "description": "For a newsroom of six sites and forty articles a day, whose common words swing widely",
    "values": {"least_score": 8.0, "open_score": 8.0},
}


def planted(day: date) -> dict[str, str]:
    """The words planted on `day`: `new`, `new_en`, `back`, `rising`, `nickname` and `nickname_of`, `wire_only`,
    `ranking_only`."""
    persona = personas()[nicknamed(day).persona or 0]
    return {
        "new": new_word(day).zh,
        "new_en": new_word(day).en,
        "back": _word_of(returned(day)),
        "rising": _word_of(surge(day)),
        "nickname": persona.nickname,
        "nickname_of": persona.hans,
        "wire_only": stranger(day).zh,
        "ranking_only": ranking_word(day).zh,
    }


def _word_of(event: Event) -> str:
    return dict(event.extra)["word"].zh


def aliases() -> dict[str, tuple[str, ...]]:
    """The foreign figures' usual names and the other forms of each, nicknames included."""
    return {persona.hans: (persona.hant, persona.nickname, persona.name) for persona in personas()}


def _places(port: int) -> Iterator[tuple[str, int]]:
    """Six (address, port) pairs: one port on six addresses where they bind, else six ports on one address."""
    if all(_binds(address) for address in ADDRESSES):
        common = port or _free_ports("127.0.0.2", 1)[0]
        yield from ((address, common) for address in ADDRESSES)
        return
    ports = range(port, port + len(OUTLETS)) if port else _free_ports("127.0.0.1", len(OUTLETS))
    yield from (("127.0.0.1", number) for number in ports)


def _binds(address: str) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def _free_ports(address: str, count: int) -> Sequence[int]:
    with contextlib.ExitStack() as opened:
        probes = [opened.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((address, 0))
        return [probe.getsockname()[1] for probe in probes]


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {moment!r}")
    return moment.astimezone(UTC) if moment else None


def _write(path: Path, entry: object) -> Path:
    path.write_text(yaml.safe_dump(entry, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path
