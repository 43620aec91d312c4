"""The last resort: Elasticsearch in a container, when a Docker engine answers."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from launch.claims import end_leftovers
from launch.console import Progress
from launch.elasticsearch_download import VERSION
from launch.elasticsearch_server import Port, Server, keep
from launch.patience import Manner
from launch.sessions import tied_to_us

IMAGE = f"elasticsearch:{VERSION}"
PULL_MANNER = Manner(quiet_seconds=1200)
"""Docker says nothing while it fetches a large layer."""


def engine_answers() -> bool:
    """Whether there is a `docker` command with an engine behind it."""
    docker = shutil.which("docker")
    return bool(docker) and _docker("info", "--format", "{{.ServerVersion}}", seconds=10).returncode == 0


def start(folder: Path, *, port: int, heap_megabytes: int, progress: Progress, for_ever: bool = False) -> Server:
    """Run a container on `port` of loopback whose data live in a volume named after `folder`, and keep it running.

    Raises NoElasticsearch when it cannot be pulled or does not answer.
    """
    name = "mediawatch-" + "".join(c if c.isalnum() else "-" for c in str(folder)).strip("-").lower()
    progress(f"Starting Elasticsearch {VERSION} in Docker (the image is fetched the first time) ...")
    folder.mkdir(parents=True, exist_ok=True)
    log, claims = folder / "docker.log", folder.with_name(f"{folder.name}.processes.json")
    end_leftovers(claims)
    command = ["docker", *_run_arguments(name, port, heap_megabytes)]

    def spawn() -> subprocess.Popen[bytes]:
        _docker("rm", "--force", name)
        with log.open("ab") as output:
            return subprocess.Popen(
                tied_to_us(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    server = keep(
        spawn,
        log,
        claims,
        port=Port(number=port),
        how=f"container {name}",
        progress=progress,
        for_ever=for_ever,
        manner=PULL_MANNER,
    )

    def stop() -> None:
        server.stop()
        _docker("rm", "--force", name)

    return replace(server, stop=stop)


def _run_arguments(name: str, port: int, heap_megabytes: int) -> list[str]:
    heap = f"ES_JAVA_OPTS=-Xms{heap_megabytes}m -Xmx{heap_megabytes}m"
    settings = ("discovery.type=single-node", "xpack.security.enabled=false", heap)
    return [
        *("run", "--rm", "--name", name, "--publish", f"127.0.0.1:{port}:9200"),
        *("--volume", f"{name}:/usr/share/elasticsearch/data"),
        *(part for setting in settings for part in ("--env", setting)),
        IMAGE,
    ]


def _docker(*arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    command = ["docker", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))
