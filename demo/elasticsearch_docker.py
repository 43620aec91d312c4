"""The last resort: Elasticsearch in a container, when a Docker engine answers."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

from demo.elasticsearch_download import VERSION
from demo.elasticsearch_errors import NoElasticsearch
from demo.elasticsearch_server import START_SECONDS, Progress, Server, answers

IMAGE = f"elasticsearch:{VERSION}"
PULL_SECONDS = 1200


def engine_answers() -> bool:
    """Whether there is a `docker` command with an engine behind it."""
    docker = shutil.which("docker")
    return bool(docker) and _docker("info", "--format", "{{.ServerVersion}}", seconds=10).returncode == 0


def start(folder: Path, *, port: int, heap_megabytes: int, progress: Progress) -> Server:
    """Run a container on `port` of loopback whose data live in a volume named after `folder`.

    Raises NoElasticsearch when it cannot be pulled or does not answer.
    """
    name = "mediawatch-" + "".join(c if c.isalnum() else "-" for c in str(folder)).strip("-").lower()
    progress(f"Starting Elasticsearch {VERSION} in Docker (the image is fetched the first time) ...")
    _docker("rm", "--force", name)
    run = _docker(*_run_arguments(name, port, heap_megabytes), seconds=PULL_SECONDS)
    if run.returncode:
        raise NoElasticsearch(f"Docker could not start {IMAGE}: {(run.stderr.strip().splitlines() or ['?'])[-1][:300]}")
    server = Server(url=f"http://127.0.0.1:{port}", how=f"container {name}", stop=lambda: _stop(name))
    begun = time.monotonic()
    while not answers("127.0.0.1", port):
        if time.monotonic() - begun > START_SECONDS:
            server.stop()
            raise NoElasticsearch(
                f"Elasticsearch in Docker did not answer within {START_SECONDS} s (docker logs {name})"
            )
        time.sleep(0.5)
    return server


def _run_arguments(name: str, port: int, heap_megabytes: int) -> list[str]:
    heap = f"ES_JAVA_OPTS=-Xms{heap_megabytes}m -Xmx{heap_megabytes}m"
    settings = ("discovery.type=single-node", "xpack.security.enabled=false", heap)
    return [
        *("run", "--detach", "--rm", "--name", name, "--publish", f"127.0.0.1:{port}:9200"),
        *("--volume", f"{name}:/usr/share/elasticsearch/data"),
        *(part for setting in settings for part in ("--env", setting)),
        IMAGE,
    ]


def _stop(name: str) -> None:
    _docker("stop", "--time", "30", name, seconds=60)


def _docker(*arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    command = ["docker", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))
