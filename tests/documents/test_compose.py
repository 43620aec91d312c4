"""docker-compose.yml without a Docker engine: the schema holds, and everything that it names exists."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from typer.main import get_command

from launch.airflow_components import free_port
from launch.compose_secrets import CHANNELS, FOLDER, SERVERS, write_secrets
from mediawatch.search.roles import role_body
from mediawatch.settings import PREFIX, SECRETS, Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?::(?P<operator>[-?])(?P<rest>[^}]*))?\}")
SECRET = re.compile(r"PASSWORD|SECRET|KEY")
IMAGE_ROOT = "/opt/mediawatch/"


@cache
def text() -> str:
    return (ROOT / "docker-compose.yml").read_text()


@cache
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text())
    return loaded


def services() -> dict[str, Any]:
    return dict(compose()["services"])


def ours() -> list[str]:
    return [name for name, service in services().items() if service["image"] == "mediawatch:local"]


def environments() -> Iterator[tuple[str, str, str]]:
    for name, service in services().items():
        for variable, value in service.get("environment", {}).items():
            yield name, variable, value


def commands() -> Iterator[list[str]]:
    """Every command line that a service of ours or its health check runs, as words."""
    for name in ours():
        service = services()[name]
        yield from _simple(service["command"])
        if "healthcheck" in service:
            yield service["healthcheck"]["test"][1:]


SHELL = {"true", "touch", "rm", "sleep"}


def _simple(command: list[str]) -> Iterator[list[str]]:
    if command[:2] != ["bash", "-ec"]:
        yield command
        return
    script = command[2].replace("\\\n", " ")
    for line in re.split(r"\n|&&|;", re.sub(r"\b(while|if|do|then|else|done|fi)\b(?![.-])", "", script)):
        words = shlex.split(line.split(">")[0])
        if words and words[0] not in SHELL:
            yield words[1:] if words[0] == "exec" else words


def copied() -> set[str]:
    """What the Dockerfile takes out of the build context."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    return {path for line in lines if re.match(r"COPY (?!--from)", line) for path in line.split()[1:-1]}


def test_the_file_follows_the_compose_schema() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_services_are_those_that_were_promised() -> None:
    assert set(services()) == {
        "init", "api-server", "task-api", "scheduler", "dag-processor", "worker", "parser",
        "postgres", "redis", "elasticsearch", "users", "kibana", "dashboards", "newsroom", "metrics",
        "backup", "restore-drill",
    }  # fmt: skip
    assert {name: service["profiles"] for name, service in services().items() if "profiles" in service} == {
        "newsroom": ["demo"],
        "metrics": ["metrics"],
        "worker": ["celery"],
        "redis": ["celery"],
        "backup": ["backup"],
        "restore-drill": ["drill"],
    }


AIRFLOW = {"init", "api-server", "task-api", "scheduler", "dag-processor", "worker"}
WORKING = {"scheduler", "worker"}
"""Where tasks run: in the first, or with Celery in the other."""


def test_every_image_is_pinned_to_one_release_of_each_product() -> None:
    images = {service["image"] for service in services().values()} - {"mediawatch:local"}
    base = set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?", image) for image in images | base), images | base
    products = [image.split(":")[0] for image in images]
    assert len(products) == len(set(products))
    assert len(base) == 1


def test_elasticsearch_and_kibana_are_the_release_that_the_demo_runs() -> None:
    from launch.elasticsearch_download import VERSION

    assert {services()[name]["image"] for name in ("elasticsearch", "kibana")} == {
        f"elasticsearch:{VERSION}",
        f"kibana:{VERSION}",
    }


def test_ports_are_open_on_the_loopback_only() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert ports
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in ports)
    assert "expose" not in text()
    assert "privileged:" not in text().replace("no-new-privileges:", "")


def given(name: str) -> set[str]:
    """The secrets that the container of a service gets."""
    return set(services()[name].get("secrets", []))


def named_by(name: str) -> set[str]:
    """The secrets that a service, its commands and its check read."""
    service = services()[name]
    whole = json.dumps([service.get(key) for key in ("environment", "command", "entrypoint", "healthcheck")])
    by_path, by_name = r"/run/secrets/([a-z][a-z.-]*)", r"(?:\(secret|keep [\w.]+) ([a-z-]+)"
    return {*re.findall(by_path, whole), *re.findall(by_name, whole)}


def test_no_secret_is_in_an_environment_and_what_names_one_names_a_file() -> None:
    assert [match["name"] for match in VARIABLE.finditer(text()) if SECRET.search(match["name"])] == []
    of_settings = {f"{PREFIX}{field.upper()}" for field in SECRETS}
    for name, variable, value in environments():
        assert variable not in of_settings, f"{name}: {variable} is given itself"
        if not SECRET.search(variable) and "CONN" not in variable and "PASSWORDS_FILE" not in variable:
            continue
        if variable.endswith("_CMD"):
            assert "/run/secrets/" in value, variable
        elif variable.endswith("_FILE"):
            assert re.fullmatch(r"/(run/secrets|usr/share/elasticsearch/config|opt/airflow)/[a-z.-]+", value), variable
        else:
            assert variable in {"SERVER_SSL_KEY", "AIRFLOW__API__SSL_KEY", "xpack.security.http.ssl.key"}, (
                f"{name}: {variable}"
            )


def test_every_secret_is_made_given_and_read(tmp_path: Path) -> None:
    shutil.copy(ROOT / ".env.example", tmp_path)
    write_secrets(tmp_path)
    made = {file.name for file in (tmp_path / FOLDER).iterdir() if file.is_file()}
    declared = compose()["secrets"]
    assert declared == {name: {"file": f"{FOLDER}/{name}"} for name in made}
    assert set().union(*map(given, services())) == declared.keys()
    for name in services():
        assert given(name) == named_by(name), name


def test_a_secret_is_given_to_those_alone_that_use_it() -> None:
    holders = {secret: {name for name in services() if secret in given(name)} for secret in compose()["secrets"]}
    assert holders == {
        **dict.fromkeys(("airflow-fernet-key", "airflow-jwt-secret", "airflow-secret-key"), AIRFLOW),
        "airflow-admin-password": {"init"},
        "link-key": WORKING,
        "postgres-password": AIRFLOW | {"postgres"},
        "redis-password": WORKING | {"redis"},
        "elastic-password": {"elasticsearch", "users", "dashboards"},
        "search-password": WORKING | {"users"},
        "kibana-password": {"kibana", "users"},
        **{f"kibana-{name}-key": {"kibana"} for name in ("reporting", "saved-objects", "security")},
        "ca.crt": AIRFLOW | {"redis", "elasticsearch", "users", "kibana", "dashboards"},
        **{f"{name}.{part}": {name} for name in SERVERS for part in ("crt", "key")},
    }


def test_airflow_makes_its_options_of_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own parser, over files as `make secrets` writes them."""
    from airflow.configuration import run_command

    shutil.copy(ROOT / ".env.example", tmp_path)
    write_secrets(tmp_path)
    made = tmp_path / FOLDER
    options = {
        variable: run_command(value.replace("/run/secrets", str(made)).replace("$$", "$"))
        for name, variable, value in environments()
        if name == "scheduler" and variable.endswith("_CMD")
    }
    assert options == {
        "AIRFLOW__CORE__FERNET_KEY_CMD": (made / "airflow-fernet-key").read_text(),
        "AIRFLOW__API__SECRET_KEY_CMD": (made / "airflow-secret-key").read_text(),
        "AIRFLOW__API_AUTH__JWT_SECRET_CMD": (made / "airflow-jwt-secret").read_text(),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD": (
            f"postgresql+psycopg2://airflow:{(made / 'postgres-password').read_text()}@postgres/airflow"
        ),
        "AIRFLOW__CELERY__BROKER_URL_CMD": (
            f"rediss://:{(made / 'redis-password').read_text()}@redis:6379/0"
            f"?ssl_cert_reqs=required&ssl_ca_certs={made}/ca.crt"
        ),
        "AIRFLOW__CELERY__RESULT_BACKEND_CMD": (
            f"db+postgresql://airflow:{(made / 'postgres-password').read_text()}@postgres/airflow"
        ),
    }


def test_what_talks_to_a_server_of_ours_verifies_it() -> None:
    assert [(name, variable) for name, variable, value in environments() if "http://" in value] == []
    for name in AIRFLOW:
        environment = services()[name]["environment"]
        assert (environment["PGSSLMODE"], environment["PGSSLROOTCERT"]) == ("verify-full", "/run/secrets/ca.crt")
        assert environment["AIRFLOW__API__SSL_CA_FILE"] == "/run/secrets/ca.crt"
    for name in WORKING | {"dashboards"}:
        assert services()[name]["environment"]["MEDIAWATCH_ELASTICSEARCH_CA_CERTS"] == "/run/secrets/ca.crt"
    for name in WORKING:
        assert services()[name]["environment"]["MEDIAWATCH_AIRFLOW_CA_CERTS"] == "/run/secrets/ca.crt"
    assert services()["kibana"]["environment"]["ELASTICSEARCH_SSL_CERTIFICATEAUTHORITIES"] == "/run/secrets/ca.crt"
    asking = re.findall(r"\b(curl|redis-cli --tls)\b", text())
    assert len(asking) == len(re.findall(r"--cacert /run/secrets/ca\.crt", text()))


class Container:
    """The script of a service, run here: its secrets in a folder, the programs of its image written down by a stub."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.secrets = name, folder, folder / FOLDER
        self.work, self.programs = folder / "work", folder / "programs"
        for made in (self.work / "config", self.work / "bin", self.programs):
            made.mkdir(parents=True)
        shutil.copy(ROOT / ".env.example", folder)
        write_secrets(folder)
        for program in ("curl", "docker-entrypoint.sh", "kibana-docker", "redis-cli"):
            self._stub(self.programs / program)
        self._stub(self.work / "bin/kibana-keystore")

    def _stub(self, program: Path) -> None:
        """It writes down how it was called, what it could read as a configuration, and what came in."""
        program.write_text(
            '#!/bin/bash\nwhile [[ $# -gt 0 ]]; do echo "$1"; [[ $1 == --config && $2 != - ]] && cat "$2"; shift; done'
            f" >> {self.folder}/called\n[[ -t 0 ]] || cat >> {self.folder}/called\necho >> {self.folder}/called\n"
        )
        program.chmod(0o755)

    def runs(self, script: str) -> str:
        """What its programs were called with; the script is to end well."""
        for here, there in (
            ("/run/secrets", self.secrets),
            ("/usr/local/bin", self.programs),
            ("/var/run/postgresql", self.work),
            ("/run/redis", self.work),
        ):
            script = script.replace(here, str(there))
        subprocess.run(
            ["bash", "-ec", script.replace("$$", "$")],
            cwd=self.work,
            env={"PATH": f"{self.programs}:{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            timeout=30,
            check=True,
        )
        return (self.folder / "called").read_text()

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text()


def test_elasticsearch_gets_its_files_where_nobody_else_can_read_them(tmp_path: Path) -> None:
    container = Container("elasticsearch", tmp_path)
    [script] = services()["elasticsearch"]["command"]
    for _ in range(2):  # also when the container is started again
        assert container.runs(script).split("\n")[0] == "eswrapper"
    found = {file.name: file.stat().st_mode & 0o777 for file in (container.work / "config").iterdir()}
    assert found == dict.fromkeys(("elastic-password", "elasticsearch.crt", "elasticsearch.key"), 0o400)
    environment = services()["elasticsearch"]["environment"]
    assert Path(environment["ELASTIC_PASSWORD_FILE"]).name in found
    assert {environment[f"xpack.security.http.ssl.{part}"] for part in ("certificate", "key")} <= found.keys()


def test_postgres_gets_a_key_that_is_its_own(tmp_path: Path) -> None:
    container = Container("postgres", tmp_path)
    *shell, script = services()["postgres"]["command"]
    assert shell == ["bash", "-ec"]
    called = container.runs(script).split()
    assert called[0] == "postgres"
    assert f"ssl_key_file={container.work}/server.key" in called
    assert (container.work / "server.key").stat().st_mode & 0o777 == 0o600
    assert (container.work / "server.key").read_text() == container.secret("postgres.key")


def redis_configuration(container: Container) -> dict[str, str]:
    """What the service's command writes before Redis starts with it."""
    called = container.runs(services()["redis"]["command"][-1]).split()
    assert called[:2] == ["redis-server", f"{container.work}/redis.conf"]
    lines = (container.work / "redis.conf").read_text().splitlines()
    return dict(line.split(" ", 1) for line in lines)


def test_redis_asks_for_a_password_and_speaks_tls_alone(tmp_path: Path) -> None:
    container = Container("redis", tmp_path)
    made = redis_configuration(container)
    assert made["requirepass"] == container.secret("redis-password")
    assert (made["port"], made["tls-port"]) == ("0", "6379")
    kind, script = services()["redis"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    assert "--tls --cacert /run/secrets/ca.crt" in script


def test_redis_keeps_tasks_as_that_of_the_stack_does(tmp_path: Path) -> None:
    from launch.certificates import certificate_for
    from launch.stack_servers import Redis

    certificate = certificate_for(tmp_path / "tls", "redis")
    stack = Redis(folder=tmp_path, port=1, certificate=certificate, password=secrets.token_hex(8))
    there = {name: value for name, value in stack.settings().items() if not name.startswith(("tls", "bind", "dir"))}
    made = redis_configuration(Container("redis", tmp_path / "container"))
    assert there.keys() - made.keys() == {"daemonize"}
    for name in there.keys() - {"daemonize", "requirepass", "port"}:
        assert made[name] == there[name], name


@pytest.mark.server
@pytest.mark.slow
def test_redis_takes_that_configuration(tmp_path: Path) -> None:
    if shutil.which("redis-server") is None:
        pytest.skip("needs redis-server, a package of Debian")
    container, port = Container("redis", tmp_path), free_port()
    redis_configuration(container)
    file = container.work / "redis.conf"
    here = file.read_text().replace("dir /data", f"dir {tmp_path}").replace("tls-port 6379", f"tls-port {port}")
    file.write_text(here)
    process = subprocess.Popen(["redis-server", str(file)], stdout=subprocess.DEVNULL)
    asked = ["redis-cli", "-p", str(port), "--tls", "--cacert", str(container.secrets / "ca.crt"), "ping"]
    try:
        until = time.monotonic() + 30
        said = ""
        while "PONG" not in said and time.monotonic() < until:
            environ = {**os.environ, "REDISCLI_AUTH": container.secret("redis-password")}
            said = subprocess.run(asked, env=environ, capture_output=True, text=True, check=False).stdout
        assert said.strip() == "PONG"
        assert "NOAUTH" in subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    finally:
        process.kill()
        process.wait()


def test_kibana_keeps_its_secrets_in_its_keystore(tmp_path: Path) -> None:
    container = Container("kibana", tmp_path)
    (container.work / "config/kibana.keystore").touch()
    called = container.runs(services()["kibana"]["command"][-1])
    assert not (container.work / "config/kibana.keystore").exists()
    assert called.startswith("create\n")
    for key, name in (
        ("elasticsearch.password", "kibana-password"),
        ("xpack.encryptedSavedObjects.encryptionKey", "kibana-saved-objects-key"),
        ("xpack.security.encryptionKey", "kibana-security-key"),
        ("xpack.reporting.encryptionKey", "kibana-reporting-key"),
    ):
        assert f"add\n{key}\n--stdin\n{container.secret(name)}\n" in called


def test_users_are_made_without_a_password_in_a_command_line(tmp_path: Path) -> None:
    container = Container("users", tmp_path)
    called = container.runs(services()["users"]["command"][0])
    assert called.count(f'--config\nuser = "elastic:{container.secret("elastic-password")}"') == 3
    bodies = [json.loads(line) for line in re.findall(r"^\{.*\}$", called, re.MULTILINE)]
    assert [body.get("password") for body in bodies] == [
        container.secret("kibana-password"),
        None,
        container.secret("search-password"),
    ]


def test_elasticsearch_is_asked_how_it_is_with_its_password(tmp_path: Path) -> None:
    container = Container("elasticsearch", tmp_path)
    kind, script = services()["elasticsearch"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    called = container.runs(script)
    assert f'user = "elastic:{container.secret("elastic-password")}"' in called
    assert "https://127.0.0.1:9200/_cluster/health" in called


def test_the_example_lists_exactly_what_is_asked_for_and_gives_no_secret() -> None:
    example = (ROOT / ".env.example").read_text()
    listed = dict(re.findall(r"^#?([A-Z]\w+)=(.*)$", example, re.MULTILINE))
    found = {match["name"]: match for match in VARIABLE.finditer(text())}
    assert set(listed) == set(found)
    for name, value in listed.items():
        default = found[name]["rest"] if found[name]["operator"] == "-" else ""
        assert value == default, f".env.example says {value!r} for {name}, docker-compose.yml {default!r}"
    must = {name for name, match in found.items() if match["operator"] == "?"}
    assert must == set(re.findall(r"^([A-Z]\w+)=", example, re.MULTILINE))


def test_the_credentials_go_only_to_the_containers_that_use_them() -> None:
    holders = {name for name, variable, _ in environments() if variable == "MEDIAWATCH_ELASTICSEARCH_PASSWORD_FILE"}
    assert holders == WORKING | {"dashboards"}
    files = {name: service["env_file"][0]["path"] for name, service in services().items() if "env_file" in service}
    assert files == {
        **dict.fromkeys(WORKING, "channels.env"), "backup": "backup.env", "restore-drill": "backup.env"
    }  # fmt: skip


def test_what_runs_for_ever_is_no_superuser() -> None:
    users = {name: value for name, variable, value in environments() if variable == "MEDIAWATCH_ELASTICSEARCH_USERNAME"}
    assert users == {**dict.fromkeys(WORKING, "mediawatch"), "dashboards": "elastic"}
    superusers = {name for name in services() if "elastic-password" in given(name)}
    assert {name for name in superusers if services()[name]["restart"] != "no"} == {"elasticsearch"}


def test_its_role_is_the_one_that_provision_makes() -> None:
    (script,) = services()["users"]["command"]
    given = re.search(r"role/mediawatch-provisioner '(.+)'", script)
    assert given
    assert json.loads(given[1]) == role_body("mediawatch", "provisioner")


def test_who_only_shows_the_lake_cannot_change_it() -> None:
    mounts = {
        name: volume
        for name, service in services().items()
        for volume in service.get("volumes", [])
        if volume.startswith("lake:")
    }
    reading = {name for name, volume in mounts.items() if volume.endswith(":ro")}
    assert reading == {"api-server", "metrics", "backup", "restore-drill"}
    assert mounts.keys() - reading == WORKING | {"dashboards"}


def test_every_airflow_option_is_one_that_airflow_has() -> None:
    import airflow

    options = yaml.safe_load((Path(airflow.__file__).parent / "config_templates" / "config.yml").read_text())
    of_the_stack = (ROOT / "launch/stack.py").read_text()
    named = {variable for _, variable, _ in environments() if variable.startswith("AIRFLOW__")}
    assert named
    for variable in named:
        name = variable.removesuffix("_CMD").removeprefix("AIRFLOW__")
        section, option = name.lower().split("__")
        if section.startswith("celery"):  # of a package that is not everywhere; the stack is started with them
            assert f'"{name}"' in of_the_stack, variable
        else:
            assert option in options[section]["options"], variable


def test_every_setting_of_ours_exists_and_its_value_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("abc123" * 6)
    filled = {match["name"]: "abc123" * 6 for match in VARIABLE.finditer(text())}
    for service in ours():
        environ = {
            variable: str(tmp_path / "secret")
            if variable.endswith("_FILE")
            else VARIABLE.sub(lambda m: m["rest"] if m["operator"] == "-" else filled[m["name"]], value)
            for name, variable, value in environments()
            if name == service and variable.startswith(PREFIX)
        }
        settings = read_settings(environ)
        fields = {variable.removeprefix(PREFIX).removesuffix("_FILE").lower() for variable in environ}
        assert fields <= set(Settings.model_fields)
        assert settings.timezone == "UTC"
        if "MEDIAWATCH_ELASTICSEARCH_PASSWORD_FILE" in environ:
            assert settings.elasticsearch_password == SecretStr("abc123" * 6)


def test_defaults_in_the_file_are_the_defaults_of_the_settings() -> None:
    for match in VARIABLE.finditer(text()):
        field = match["name"].removeprefix(PREFIX).lower()
        if match["operator"] == "-" and field in {"timezone", "harvest_schedule", "time_box_seconds"}:
            default = Settings.model_fields[field].default
            assert type(default)(match["rest"]) == default


@pytest.mark.parametrize("command", [*commands()], ids=" ".join)
def test_every_command_exists(command: list[str]) -> None:
    program, *arguments = command
    if command[:2] == ["airflow", "celery"] and importlib.util.find_spec("celery") is None:
        pytest.skip("needs the packages of requirements-stack.txt")
    if program == "airflow":
        from airflow.cli.cli_parser import get_parser

        parsed = get_parser().parse_args(arguments)
        assert callable(parsed.func)
    elif program == "mediawatch":
        from mediawatch.cli.main import app

        assert arguments[0] in getattr(get_command(app), "commands")  # noqa: B009 - a group, which the type hides
    elif program == "python" and arguments[0] == "-m":
        found = importlib.util.find_spec(arguments[1])
        assert found is not None
        assert not found.submodule_search_locations or importlib.util.find_spec(f"{arguments[1]}.__main__") is not None
        shown = subprocess.run(
            [sys.executable, "-m", arguments[1], "--help"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": "include"},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert all(option in shown.stdout for option in arguments if option.startswith("--"))
    elif program == "python":
        compile(arguments[1], "<health check>", "exec")
    else:
        raise AssertionError(command)


def test_every_path_in_the_image_is_copied_into_it() -> None:
    values = [value for _, _, value in environments()]
    words = [word for command in commands() for word in command]
    named = re.findall(IMAGE_ROOT + r"([\w./-]+)", " ".join([*values, *words, text()]))
    relative = [word for word in words if re.fullmatch(r"[\w.]+/[\w./]+", word)]
    assert named
    assert relative
    for path in named + relative:
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in copied(), path


def test_the_image_is_built_from_what_is_there_and_let_through() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines[1] == "*"
    let_through = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert copied() == let_through
    assert [path for path in copied() if not (ROOT / path).exists()] == []
    assert not let_through & {".env", ".git", ".venv", ".lake", "tests", FOLDER}


def test_the_image_installs_the_lock_as_it_is_and_runs_as_nobody_special() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(
        r"uv pip install .*--no-deps .*--compile-bytecode .*--require-hashes --requirement \"/tmp/\$REQUIREMENTS\"$",
        dockerfile,
        re.MULTILINE,
    )
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)
    assert dockerfile.index("\nUSER ") > dockerfile.rindex("\nRUN ")


@pytest.mark.parametrize("name", services())
def test_least_privilege(name: str) -> None:
    service = services()[name]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert name in ours() or not service["user"].startswith(("0", "root"))
    # Elasticsearch and Kibana write beside their own configuration when they start.
    assert service.get("read_only", False) is (name not in {"elasticsearch", "kibana"})


@pytest.mark.parametrize("name", services())
def test_no_container_takes_all_of_the_machine(name: str) -> None:
    service = services()[name]
    assert service["pids_limit"] <= 4_096
    assert service["mem_limit"].endswith(("m", "g"))
    assert service["ulimits"]["core"] == 0
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


def test_the_heap_of_elasticsearch_fits_into_its_memory() -> None:
    service = services()["elasticsearch"]
    assert "ELASTICSEARCH_HEAP:-1g" in service["environment"]["ES_JAVA_OPTS"]
    assert int(service["mem_limit"].removesuffix("g")) >= 2


@pytest.mark.parametrize("name", services())
def test_it_either_ends_by_itself_or_says_whether_it_is_well(name: str) -> None:
    service = services()[name]
    assert (service["restart"] == "no") != ("healthcheck" in service)


def test_dependencies_wait_for_what_the_other_can_give() -> None:
    for name, service in services().items():
        for other, how in service.get("depends_on", {}).items():
            ends = services()[other]["restart"] == "no"
            expected = "service_completed_successfully" if ends else "service_healthy"
            assert how["condition"] == expected, f"{name} -> {other}"


def needed_by(name: str) -> set[str]:
    """The services that have to be up before `name` begins."""
    before = set(services()[name].get("depends_on", {}))
    return before.union(*(needed_by(each) for each in before))


@pytest.mark.parametrize("name", ["api-server", "task-api", "scheduler", "dag-processor"])
def test_nobody_waits_for_elasticsearch_but_who_only_works_on_it(name: str) -> None:
    assert needed_by(name) - {"parser"} == {"init", "postgres"}
    assert "elasticsearch" in needed_by("dashboards")


def members(network: str) -> set[str]:
    return {name for name, service in services().items() if network in service.get("networks", [])}


def test_networks_are_shared_by_those_who_talk_to_one_another() -> None:
    assert members("airflow") == {"postgres"} | AIRFLOW
    assert members("broker") == {"redis"} | WORKING
    assert members("index") == {"elasticsearch", "kibana", "users", "dashboards"} | WORKING
    assert members("published") == {name for name, service in services().items() if service.get("ports")}
    assert members("outside") == WORKING | {"backup", "restore-drill"}
    in_none = {name for name, service in services().items() if not service.get("networks")}
    modes = {name: services()[name]["network_mode"] for name in in_none}
    assert modes == {"newsroom": "service:scheduler", "parser": "none"}


def test_what_sites_sent_is_read_beside_nothing_that_is_worth_having() -> None:
    parser = services()["parser"]
    assert parser["network_mode"] == "none"
    assert parser["read_only"]
    assert parser["environment"].keys() == {"MEDIAWATCH_PARSER_SOCKET"}
    assert parser["volumes"] == ["parser:/run/mediawatch"]
    assert not {"secrets", "env_file", "networks", "ports", "depends_on"} & parser.keys()


def test_who_works_reaches_the_parser_and_nobody_else_does() -> None:
    asks = {name for name, variable, _ in environments() if variable == "MEDIAWATCH_PARSER_SOCKET"} - {"parser"}
    mounts = {
        name: volume
        for name, service in services().items()
        for volume in service.get("volumes", [])
        if volume.startswith("parser:")
    }
    assert mounts.keys() - {"parser"} == asks == WORKING
    socket = services()["parser"]["environment"]["MEDIAWATCH_PARSER_SOCKET"]
    for name in asks:
        assert services()[name]["environment"]["MEDIAWATCH_PARSER_SOCKET"] == socket
        # A socket can be connected to where nothing can be written, and so be replaced by nobody but its owner.
        assert mounts[name] == f"parser:{Path(socket).parent}:ro"


def test_tasks_have_a_server_that_no_person_asks() -> None:
    people, tasks = services()["api-server"], services()["task-api"]
    assert [service["command"] for service in (people, tasks)] == [
        ["airflow", "api-server", "--apps", apps] for apps in ("core", "execution")
    ]
    addresses = {value for _, variable, value in environments() if variable.endswith("EXECUTION_API_SERVER_URL")}
    assert addresses == {"https://task-api:8080/execution/"}
    assert not {"ports", "env_file"} & tasks.keys()
    assert tasks["networks"] == ["airflow"]
    assert tasks["volumes"] == ["airflow-logs:/var/log/airflow"]


def test_workers_do_what_the_scheduler_would_with_the_same_means() -> None:
    scheduler, worker = services()["scheduler"], services()["worker"]
    for key in ("secrets", "volumes", "networks", "env_file", "mem_limit", "stop_grace_period"):
        assert worker[key] == scheduler[key], key
    assert worker["environment"].items() <= scheduler["environment"].items()
    executors = {value for _, variable, value in environments() if variable == "AIRFLOW__CORE__EXECUTOR"}
    assert executors == {"${AIRFLOW_EXECUTOR:-LocalExecutor}"}


def test_a_backup_is_well_as_long_as_the_last_copy_was_good(tmp_path: Path) -> None:
    (kept, programs) = tmp_path / "is-good", tmp_path / "programs"
    programs.mkdir()
    service = services()["backup"]
    (mark,) = set(re.findall(r"/\w+/is-good", json.dumps(service)))
    script = service["command"][2].replace(mark, str(kept)).replace("$$", "$")
    check = service["healthcheck"]["test"][3].replace(mark, str(kept))

    def is_well_after(code: int) -> bool:
        for name, does in (("mediawatch", f'echo "$@" > {tmp_path}/asked; exit {code}'), ("sleep", "exit 9")):
            (programs / name).write_text(f"#!/bin/bash\n{does}\n")
            (programs / name).chmod(0o755)
        environ = {"PATH": f"{programs}:{os.environ['PATH']}", "BACKUP_TO": "s3://bucket/a b"}
        ended = subprocess.run(["bash", "-ec", script], env=environ, timeout=30, check=False)
        assert ended.returncode == 9, "it goes on to the next night"
        assert (tmp_path / "asked").read_text() == "backup s3://bucket/a b\n"
        return subprocess.run([sys.executable, "-c", check], timeout=30, check=False).returncode == 0

    assert [is_well_after(code) for code in (0, 4, 0, 69)] == [True, False, True, False]


def test_only_one_network_leads_out() -> None:
    networks = compose()["networks"]
    assert {name for name, network in networks.items() if (network or {}).get("internal")} == {
        "airflow", "broker", "index"
    }  # fmt: skip
    bridge = "com.docker.network.bridge.enable_"
    assert networks["published"]["driver_opts"] == {f"{bridge}ip_masquerade": "false", f"{bridge}icc": "false"}
    assert networks.keys() == {"airflow", "broker", "index", "published", "outside"}
    assert networks["outside"] is None


def test_every_service_can_reach_what_its_environment_names() -> None:
    for name, variable, value in environments():
        for other in set(re.findall(r"(?:https?://|@)([a-z-]+)[:/]", value)) & services().keys():
            mine, theirs = (set(services()[each].get("networks", [])) for each in (name, other))
            assert mine & theirs - {"published"}, f"{name}: {variable} names {other}"


def mounted(name: str) -> list[list[str]]:
    """The volumes of a service in their parts, as they are without a `.env`."""
    return [VARIABLE.sub(lambda m: m["rest"], each).split(":") for each in services()[name].get("volumes", [])]


def test_volumes_are_declared_used_and_writable_for_our_user() -> None:
    mounts = [mount for name in services() for mount in mounted(name)]
    bound = [mount for mount in mounts if mount[0].startswith(".")]
    assert bound == [[f"./{FOLDER}/{CHANNELS}", "/run/channels", "ro"]] * len(WORKING)
    assert {mount[0] for mount in mounts if mount not in bound} == set(compose()["volumes"])
    dockerfile = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    made = re.search(r"install -d -o mediawatch -g mediawatch (.+)", dockerfile)
    assert made
    own = [mount[1] for name in ours() for mount in mounted(name) if mount[0][0] != "."]
    assert set(own) <= set(made[1].split())
