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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from launch import elasticsearch_docker as docker
from launch.console import Progress
from launch.elasticsearch_download import ELASTIC, cache_folder, drop_damaged, from_elastic, from_maven, unpacked
from launch.elasticsearch_errors import NoElasticsearch
from launch.elasticsearch_server import Distribution, Guard, Server, choose_port, reaches, start
from launch.elasticsearch_user import ServerUser, can_reach, check_temporary_folder, reachable, server_user
from launch.java import HOW_TO_GET, Java, find_java

__all__ = ["NoElasticsearch", "Server", "bare", "find_distribution", "java_for", "running_elasticsearch"]

HEAP_MEGABYTES = 512


@contextmanager
def running_elasticsearch(
    data_dir: Path,
    *,
    port: int = 0,
    heap_megabytes: int = HEAP_MEGABYTES,
    progress: Progress = print,
    environ: Mapping[str, str] | None = None,
    for_ever: bool = False,
    guard: Guard | None = None,
) -> Iterator[Server]:
    """An Elasticsearch with its data in `data_dir` (or in a stand-in below /var/tmp where the server could not get
    to it) on `port` of loopback (0: any free one); stopped on leaving, unless it was there before us.

    When it ends by itself it is started again, with `for_ever` as often as it takes.  With `guard` one of ours speaks
    TLS and asks for a password.
    Raises NoElasticsearch, and BadConfiguration when somebody else's server is not as the variable says.
    """
    environ = os.environ if environ is None else environ
    server = _given(environ["ELASTICSEARCH_URL"]) if environ.get("ELASTICSEARCH_URL") else None
    if server is None:
        how = How(heap_megabytes=heap_megabytes, progress=progress, for_ever=for_ever, guard=guard)
        server = _start_own(data_dir, choose_port(port), how, environ)
    try:
        yield server
    finally:
        if server.is_ours:
            progress("Stopping Elasticsearch ...")
        server.stop()


def find_distribution(
    cache: Path, javas: Sequence[Java], *, progress: Progress = print, site: str = ELASTIC
) -> Distribution:
    """A server in `cache`, fetched when there is none yet, with the first usable one of `javas` to run it.

    Raises NoElasticsearch, which says why each way failed.
    """
    java_home = next((java.home for java in javas if java.is_usable), None)
    drop_damaged(cache, progress)
    home = unpacked(cache)
    if home and (java_home or _brings_java(home)):
        return _with_java(home, java_home)
    failures: list[str] = []
    for way in (_maven_way(cache, javas, java_home, progress), lambda: from_elastic(cache, progress, site)):
        try:
            return _with_java(way(), java_home)
        except NoElasticsearch as error:
            failures.append(str(error))
    raise NoElasticsearch("; ".join(failures))


def java_for(user: ServerUser, environ: Mapping[str, str] | None = None) -> list[Java]:
    """Every Java that `user` can get to, the usable ones first."""
    return [java for java in find_java(environ) if not user.is_other or can_reach(java.home, user)]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What all ways of starting a server have in common."""

    heap_megabytes: int
    progress: Progress
    for_ever: bool
    guard: Guard | None = None


def _start_own(data_dir: Path, port: int, how: How, environ: Mapping[str, str]) -> Server:
    user = server_user()
    check_temporary_folder(user)
    folder = reachable(data_dir.resolve(), user)
    try:
        distribution = find_distribution(cache_folder(user), java_for(user, environ), progress=how.progress)
    except NoElasticsearch as missing:
        if how.guard is None and docker.engine_answers():
            return docker.start(
                folder,
                port=port,
                heap_megabytes=how.heap_megabytes,
                progress=how.progress,
                for_ever=how.for_ever,
            )
        raise NoElasticsearch(
            f"No Elasticsearch is available: {missing}; no Docker engine answers. Fix one of these, or set "
            "ELASTICSEARCH_URL to a server that runs elsewhere."
        ) from missing
    return start(
        distribution,
        folder,
        user=user,
        port=port,
        heap_megabytes=how.heap_megabytes,
        progress=how.progress,
        for_ever=how.for_ever,
        guard=how.guard,
    )


def _given(url: str) -> Server:
    """The server that somebody else runs at `url`, which may hold a user and a password; stopping it is not ours."""
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        port = 0
    if parts.scheme not in ("http", "https") or not parts.hostname or not port:
        raise NoElasticsearch(f"ELASTICSEARCH_URL is not an http(s) address: {bare(url)}")
    if not reaches(parts.hostname, port):
        raise NoElasticsearch(
            f"ELASTICSEARCH_URL names {parts.hostname}, where nothing answers: start it or unset the variable."
        )
    return Server(
        url=bare(url),
        how="named by ELASTICSEARCH_URL",
        stop=lambda: None,
        is_ours=False,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def bare(url: str) -> str:
    """`url` without the user and password that it may hold."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _maven_way(cache: Path, javas: Sequence[Java], java_home: Path | None, progress: Progress) -> Callable[[], Path]:
    def fetch() -> Path:
        if not java_home:
            raise NoElasticsearch(f"{HOW_TO_GET} (found: {', '.join(map(str, javas)) or 'none'})")
        return from_maven(cache, java_home, progress)

    return fetch


def _brings_java(home: Path) -> bool:
    return (home / "jdk").is_dir()


def _with_java(home: Path, java_home: Path | None) -> Distribution:
    """Its own Java where it brings one: that is what Elastic tests it with."""
    return Distribution(home=home, java_home=None if _brings_java(home) else java_home)
