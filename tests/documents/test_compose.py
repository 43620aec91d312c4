"""docker-compose.yml without a Docker engine: the schema holds, and everything that it names exists."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
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

from mediawatch.search.roles import role_body
from mediawatch.settings import PREFIX, Settings, read_settings

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
        "init", "api-server", "scheduler", "dag-processor", "triggerer",
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


def test_no_secret_has_a_default_and_the_message_says_what_to_do() -> None:
    found = {match["name"]: match for match in VARIABLE.finditer(text())}
    secret = {name: match for name, match in found.items() if SECRET.search(name)}
    assert len(secret) >= 6
    assert all(match["operator"] == "?" and match["rest"] for match in secret.values())
    for _, variable, value in environments():
        if SECRET.search(variable) and not variable.endswith("_FILE"):
            assert VARIABLE.fullmatch(value), f"{variable} is written out"


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
    holders = {name for name, variable, _ in environments() if variable == "MEDIAWATCH_ELASTICSEARCH_PASSWORD"}
    assert holders == {"scheduler", "dashboards"}
    assert {name for name, service in services().items() if "env_file" in service} == {"scheduler"}


def test_what_runs_for_ever_is_no_superuser() -> None:
    users = {name: value for name, variable, value in environments() if variable == "MEDIAWATCH_ELASTICSEARCH_USERNAME"}
    assert users == {"scheduler": "mediawatch", "dashboards": "elastic"}
    superusers = {name for name, variable, value in environments() if "ELASTIC_PASSWORD" in value}
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
        _, section, option = variable.lower().split("__", 2)
        assert option in options[section]["options"], variable


def test_every_setting_of_ours_exists_and_its_value_is_accepted() -> None:
    filled = {match["name"]: "abc123" * 6 for match in VARIABLE.finditer(text())}
    for service in ours():
        environ = {
            variable: VARIABLE.sub(lambda m: m["rest"] if m["operator"] == "-" else filled[m["name"]], value)
            for name, variable, value in environments()
            if name == service and variable.startswith(PREFIX)
        }
        settings = read_settings(environ)
        assert {variable.removeprefix(PREFIX).lower() for variable in environ} <= set(Settings.model_fields)
        assert settings.timezone == "UTC"
        if "MEDIAWATCH_ELASTICSEARCH_PASSWORD" in environ:
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
    assert not let_through & {".env", ".git", ".venv", ".lake", "tests"}


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


@pytest.mark.parametrize("name", ["api-server", "scheduler", "dag-processor", "triggerer"])
def test_nobody_waits_for_elasticsearch_but_who_only_works_on_it(name: str) -> None:
    assert needed_by(name) == {"init", "postgres"}
    assert "elasticsearch" in needed_by("dashboards")


def members(network: str) -> set[str]:
    return {name for name, service in services().items() if network in service.get("networks", [])}


def test_networks_are_shared_by_those_who_talk_to_one_another() -> None:
    airflow = {"init", "api-server", "scheduler", "dag-processor", "triggerer"}
    assert members("airflow") == {"postgres", *airflow}
    assert members("index") == {"elasticsearch", "kibana", "users", "dashboards", "scheduler"}
    assert members("published") == {name for name, service in services().items() if service.get("ports")}
    assert members("outside") == {"scheduler"}
    in_none = {name for name, service in services().items() if not service.get("networks")}
    assert {name: services()[name]["network_mode"] for name in in_none} == {"newsroom": "service:scheduler"}


def test_only_one_network_leads_out() -> None:
    networks = compose()["networks"]
    assert {name for name, network in networks.items() if (network or {}).get("internal")} == {"airflow", "index"}
    bridge = "com.docker.network.bridge.enable_"
    assert networks["published"]["driver_opts"] == {f"{bridge}ip_masquerade": "false", f"{bridge}icc": "false"}
    assert networks.keys() == {"airflow", "index", "published", "outside"}
    assert networks["outside"] is None


def test_every_service_can_reach_what_its_environment_names() -> None:
    for name, variable, value in environments():
        for other in set(re.findall(r"(?:http://|@)([a-z-]+)[:/]", value)) & services().keys():
            mine, theirs = (set(services()[each].get("networks", [])) for each in (name, other))
            assert mine & theirs - {"published"}, f"{name}: {variable} names {other}"


def test_volumes_are_declared_used_and_writable_for_our_user() -> None:
    mounts = [mount.split(":") for service in services().values() for mount in service.get("volumes", [])]
    assert {mount[0] for mount in mounts} == set(compose()["volumes"])
    made = re.search(r"install -d -o mediawatch -g mediawatch (.+)", (ROOT / "Dockerfile").read_text())
    assert made
    own = [m.split(":")[1] for name in ours() for m in services()[name].get("volumes", [])]
    assert set(own) <= set(made[1].split())
