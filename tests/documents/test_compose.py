"""docker-compose.yml without a Docker engine: the schema holds, and everything that it names exists."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from typer.main import get_command

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


def _simple(command: list[str]) -> Iterator[list[str]]:
    if command[:2] != ["bash", "-ec"]:
        yield command
        return
    script = command[2].replace("\\\n", " ")
    for line in re.split(r"\n|&&", script):
        words = shlex.split(line.split(">")[0])
        if words:
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
        "init", "api-server", "scheduler", "dag-processor", "parser",
        "postgres", "elasticsearch", "users", "kibana", "dashboards", "newsroom", "metrics",
    }  # fmt: skip
    assert {name: service["profiles"] for name, service in services().items() if "profiles" in service} == {
        "newsroom": ["demo"],
        "metrics": ["metrics"],
    }


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
    airflow = {"init", "api-server", "scheduler", "dag-processor"}
    assert holders == {
        **dict.fromkeys(("airflow-fernet-key", "airflow-jwt-secret", "airflow-secret-key"), airflow),
        "airflow-admin-password": {"api-server"},
        "link-key": {"scheduler"},
        "postgres-password": airflow | {"postgres"},
        "elastic-password": {"elasticsearch", "users", "dashboards"},
        "search-password": {"scheduler", "users"},
        "kibana-password": {"kibana", "users"},
        **{f"kibana-{name}-key": {"kibana"} for name in ("reporting", "saved-objects", "security")},
        "ca.crt": airflow | {"elasticsearch", "users", "kibana", "dashboards"},
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
    }


def test_what_talks_to_a_server_of_ours_verifies_it() -> None:
    assert [(name, variable) for name, variable, value in environments() if "http://" in value] == []
    for name in ("init", "api-server", "scheduler", "dag-processor"):
        environment = services()[name]["environment"]
        assert (environment["PGSSLMODE"], environment["PGSSLROOTCERT"]) == ("verify-full", "/run/secrets/ca.crt")
        assert environment["AIRFLOW__API__SSL_CA_FILE"] == "/run/secrets/ca.crt"
    for name in ("scheduler", "dashboards"):
        assert services()[name]["environment"]["MEDIAWATCH_ELASTICSEARCH_CA_CERTS"] == "/run/secrets/ca.crt"
    assert services()["scheduler"]["environment"]["MEDIAWATCH_AIRFLOW_CA_CERTS"] == "/run/secrets/ca.crt"
    assert services()["kibana"]["environment"]["ELASTICSEARCH_SSL_CERTIFICATEAUTHORITIES"] == "/run/secrets/ca.crt"
    assert len(re.findall(r"\bcurl\b", text())) == len(re.findall(r"--cacert /run/secrets/ca\.crt", text()))


class Container:
    """The script of a service, run here: its secrets in a folder, the programs of its image written down by a stub."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.secrets = name, folder, folder / FOLDER
        self.work, self.programs = folder / "work", folder / "programs"
        for made in (self.work / "config", self.work / "bin", self.programs):
            made.mkdir(parents=True)
        shutil.copy(ROOT / ".env.example", folder)
        write_secrets(folder)
        for program in ("curl", "docker-entrypoint.sh", "kibana-docker"):
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
    assert holders == {"scheduler", "dashboards"}
    assert {name for name, service in services().items() if "env_file" in service} == {"scheduler"}


def test_what_runs_for_ever_is_no_superuser() -> None:
    users = {name: value for name, variable, value in environments() if variable == "MEDIAWATCH_ELASTICSEARCH_USERNAME"}
    assert users == {"scheduler": "mediawatch", "dashboards": "elastic"}
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
    assert {name for name, volume in mounts.items() if volume.endswith(":ro")} == {"api-server", "metrics"}
    assert mounts.keys() - {"api-server", "metrics"} == {"scheduler", "dashboards"}


def test_every_airflow_option_is_one_that_airflow_has() -> None:
    import airflow

    options = yaml.safe_load((Path(airflow.__file__).parent / "config_templates" / "config.yml").read_text())
    named = {variable for _, variable, _ in environments() if variable.startswith("AIRFLOW__")}
    assert named
    for variable in named:
        _, section, option = variable.removesuffix("_CMD").lower().split("__", 2)
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
    if program == "airflow":
        from airflow.cli.cli_parser import get_parser

        parsed = get_parser().parse_args(arguments)
        assert callable(parsed.func)
    elif program == "mediawatch":
        from mediawatch.cli.main import app

        assert arguments[0] in getattr(get_command(app), "commands")  # noqa: B009 - a group, which the type hides
    elif program == "python" and arguments[0] == "-m":
        assert importlib.util.find_spec(arguments[1]) is not None
        assert importlib.util.find_spec(f"{arguments[1]}.__main__") is not None
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
        assert command == ["umask", "077"]


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


@pytest.mark.parametrize("name", ["api-server", "scheduler", "dag-processor"])
def test_nobody_waits_for_elasticsearch_but_who_only_works_on_it(name: str) -> None:
    assert needed_by(name) - {"parser"} == {"init", "postgres"}
    assert "elasticsearch" in needed_by("dashboards")


def members(network: str) -> set[str]:
    return {name for name, service in services().items() if network in service.get("networks", [])}


def test_networks_are_shared_by_those_who_talk_to_one_another() -> None:
    airflow = {"init", "api-server", "scheduler", "dag-processor"}
    assert members("airflow") == {"postgres", *airflow}
    assert members("index") == {"elasticsearch", "kibana", "users", "dashboards", "scheduler"}
    assert members("published") == {name for name, service in services().items() if service.get("ports")}
    assert members("outside") == {"scheduler"}
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
    assert mounts.keys() - {"parser"} == asks == {"scheduler"}
    socket = services()["parser"]["environment"]["MEDIAWATCH_PARSER_SOCKET"]
    for name in asks:
        assert services()[name]["environment"]["MEDIAWATCH_PARSER_SOCKET"] == socket
        # A socket can be connected to where nothing can be written, and so be replaced by nobody but its owner.
        assert mounts[name] == f"parser:{Path(socket).parent}:ro"


def test_only_one_network_leads_out() -> None:
    networks = compose()["networks"]
    assert {name for name, network in networks.items() if (network or {}).get("internal")} == {"airflow", "index"}
    bridge = "com.docker.network.bridge.enable_"
    assert networks["published"]["driver_opts"] == {f"{bridge}ip_masquerade": "false", f"{bridge}icc": "false"}
    assert networks.keys() == {"airflow", "index", "published", "outside"}
    assert networks["outside"] is None


def test_every_service_can_reach_what_its_environment_names() -> None:
    for name, variable, value in environments():
        for other in set(re.findall(r"(?:https?://|@)([a-z-]+)[:/]", value)) & services().keys():
            mine, theirs = (set(services()[each].get("networks", [])) for each in (name, other))
            assert mine & theirs - {"published"}, f"{name}: {variable} names {other}"


def test_volumes_are_declared_used_and_writable_for_our_user() -> None:
    mounts = [mount.split(":") for service in services().values() for mount in service.get("volumes", [])]
    bound = [mount for mount in mounts if mount[0].startswith(".")]
    assert bound == [[f"./{FOLDER}/{CHANNELS}", "/run/channels", "ro"]]
    assert {mount[0] for mount in mounts if mount not in bound} == set(compose()["volumes"])
    made = re.search(r"install -d -o mediawatch -g mediawatch (.+)", (ROOT / "Dockerfile").read_text())
    assert made
    own = [m.split(":")[1] for name in ours() for m in services()[name].get("volumes", []) if m[0] != "."]
    assert set(own) <= set(made[1].split())
