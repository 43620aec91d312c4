"""An Elasticsearch for this machine: found, fetched and started in this order.

1. `ELASTICSEARCH_URL`, when it is set;
2. a server unpacked earlier (one cache for all clones of a person);
3. the official trimmed distribution through Maven, checked against a pinned digest;
4. Elastic's own download, which brings its Java along;
5. Docker, when an engine answers.

With none to be had `NoElasticsearch` says in one sentence what was tried and what would help.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from demo import elasticsearch_docker as docker
from demo.elasticsearch_download import cache_folder, from_elastic, from_maven, unpacked
from demo.elasticsearch_errors import NoElasticsearch
from demo.elasticsearch_server import Distribution, Progress, Server, choose_port, reaches, start
from demo.elasticsearch_user import ServerUser, can_reach, reachable, server_user
from demo.java import HOW_TO_GET, find_java

__all__ = ["NoElasticsearch", "Server", "find_distribution", "running_elasticsearch"]

HEAP_MEGABYTES = 512


@contextmanager
def running_elasticsearch(
    data_dir: Path,
    *,
    port: int = 0,
    heap_megabytes: int = HEAP_MEGABYTES,
    progress: Progress = print,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """An Elasticsearch with its data in `data_dir` (or in a stand-in below /var/tmp where the server could not get
    to it) on `port` of loopback (0: any free one); stopped on leaving, unless it was there before us.

    Raises NoElasticsearch.
    """
    environ = os.environ if environ is None else environ
    server = _given(environ["ELASTICSEARCH_URL"]) if environ.get("ELASTICSEARCH_URL") else None
    if server is None:
        server = _start_own(data_dir, port=port, heap_megabytes=heap_megabytes, progress=progress, environ=environ)
    try:
        yield server
    finally:
        server.stop()


def find_distribution(
    user: ServerUser, progress: Progress = print, environ: Mapping[str, str] | None = None
) -> Distribution:
    """A server on this disk, fetched when there is none yet, with the Java to run it.  Raises NoElasticsearch."""
    cache, java_home = cache_folder(user), java_for(user, environ)
    home = unpacked(cache)
    ways: list[Callable[[], Path]] = []
    if java_home:
        ways.append(lambda: from_maven(cache, java_home, progress))
    ways.append(lambda: from_elastic(cache, progress))
    if home and _can_run(home, java_home):
        return _with_java(home, java_home)
    return _with_java(_first(ways, [] if java_home else [_no_java(environ)]), java_home)


def _start_own(
    data_dir: Path, *, port: int, heap_megabytes: int, progress: Progress, environ: Mapping[str, str]
) -> Server:
    user, port = server_user(), choose_port(port)
    folder = reachable(data_dir.resolve(), user)
    try:
        distribution = find_distribution(user, progress, environ)
    except NoElasticsearch as missing:
        if docker.engine_answers():
            return docker.start(folder, port=port, heap_megabytes=heap_megabytes, progress=progress)
        raise NoElasticsearch(
            f"No Elasticsearch is to be had: {missing}; no Docker engine answers. Mend one of these, or set "
            "ELASTICSEARCH_URL to a server that runs elsewhere."
        ) from missing
    return start(distribution, folder, user=user, port=port, heap_megabytes=heap_megabytes, progress=progress)


def _given(url: str) -> Server:
    """The server that somebody else runs at `url`; stopping it is not ours."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoElasticsearch(f"ELASTICSEARCH_URL is not an http(s) address: {url}")
    if not reaches(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)):
        raise NoElasticsearch(
            f"ELASTICSEARCH_URL names {parts.hostname}, where nothing answers: start it or unset the variable."
        )
    return Server(url=url, how="named by ELASTICSEARCH_URL", stop=lambda: None)


def _first(ways: list[Callable[[], Path]], failures: list[str]) -> Path:
    for way in ways:
        try:
            return way()
        except NoElasticsearch as error:
            failures.append(str(error))
    raise NoElasticsearch("; ".join(failures))


def java_for(user: ServerUser, environ: Mapping[str, str] | None = None) -> Path | None:
    """The home of a Java that Elasticsearch runs on and `user` can get to, or None."""
    usable = (java.home for java in find_java(environ) if java.is_usable)
    return next((home for home in usable if not user.is_other or can_reach(home, user)), None)


def _no_java(environ: Mapping[str, str] | None) -> str:
    found = ", ".join(map(str, find_java(environ))) or "none"
    return f"{HOW_TO_GET} (found: {found})"


def _can_run(home: Path, java_home: Path | None) -> bool:
    return bool(java_home) or (home / "jdk").is_dir()


def _with_java(home: Path, java_home: Path | None) -> Distribution:
    """Its own Java where it brings one: that is what Elastic tests it with."""
    return Distribution(home=home, java_home=None if (home / "jdk").is_dir() else java_home)
