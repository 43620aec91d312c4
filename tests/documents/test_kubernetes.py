"""launch/kubernetes without a cluster: the pod of a task by Kubernetes' own schema, the values by what is used of the
chart's, and what both name in the image, in Airflow and in our settings."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import mediawatch
from mediawatch.errors import BadConfiguration
from mediawatch.settings import PREFIX, SECRETS, read_settings
from tests.support.papers import DOCS, ROOT, section

FOLDER = ROOT / "launch/kubernetes"
MEBIBYTE = 2**20
COMPONENTS = ("apiServer", "scheduler", "dagProcessor")
PROBES = (("scheduler", "startupProbe"), ("scheduler", "livenessProbe"), ("dagProcessor", "livenessProbe"))
"""Those that the chart asks by a command."""


@cache
def pod_schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ROOT / "tests/data/kubernetes-pod.schema.json").read_text())
    return loaded


@cache
def pod() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "pod.yaml").read_text())
    return loaded


@cache
def values() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "values.yaml").read_text())
    return loaded


def task() -> dict[str, Any]:
    [container] = pod()["spec"]["containers"]
    return dict(container)


def strict(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def several(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def of_kubernetes(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


@cache
def values_schema() -> dict[str, Any]:
    """Of the chart's values what is used here, written down by hand from the schema of its release for Airflow 3.

    It is strict where the chart is, and stricter elsewhere: a key that nobody looked up is refused.
    """
    text, flag, number = {"type": "string"}, {"type": "boolean"}, {"type": "integer"}
    switch = strict(enabled=flag)
    variables = several({**strict(name=text, value=text), "required": ["name", "value"]})
    component = {
        "resources": of_kubernetes("ResourceRequirements"),
        "serviceAccount": strict(automountServiceAccountToken=flag),
    }
    probe = strict(command=several(text), timeoutSeconds=number, failureThreshold=number)
    mounted = {
        "volumes": several(of_kubernetes("Volume")),
        "volumeMounts": several(of_kubernetes("VolumeMount")),
    }
    return strict(
        **dict.fromkeys(("executor", "airflowVersion", "defaultAirflowRepository", "defaultAirflowTag"), text),
        **dict.fromkeys(("airflowHome", "fernetKeySecretName", "apiSecretKeySecretName", "jwtSecretName"), text),
        **mounted,
        **dict.fromkeys(("createUserJob", "postgresql", "redis", "statsd", "triggerer"), switch),
        uid=number,
        gid=number,
        enableServiceLinks=flag,
        securityContexts=strict(pod=of_kubernetes("PodSecurityContext"), containers=of_kubernetes("SecurityContext")),
        extraConfigMaps={"type": "object", "additionalProperties": strict(data=text)},
        extraEnvFrom=text,
        data=strict(metadataSecretName=text),
        enableBuiltInSecretEnvVars=strict(
            **dict.fromkeys(
                (
                    *("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__CORE__SQL_ALCHEMY_CONN"),
                    *("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW_CONN_AIRFLOW_DB", "AIRFLOW__API__SECRET_KEY"),
                    *("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__WEBSERVER__SECRET_KEY"),
                ),
                flag,
            )
        ),
        env=variables,
        config={"type": "object", "additionalProperties": {"type": "object", "additionalProperties": text}},
        dags=strict(persistence=switch, gitSync=switch),
        logs=strict(persistence=strict(enabled=flag, existingClaim=text)),
        apiServer=strict(
            **component,
            args=several(text),
            env=variables,
            extraVolumes=mounted["volumes"],
            extraVolumeMounts=mounted["volumeMounts"],
            startupProbe=strict(failureThreshold=number),  # it is asked by HTTP, whatever is said here
        ),
        scheduler=strict(**component, logGroomerSidecar=switch, startupProbe=probe, livenessProbe=probe),
        dagProcessor=strict(**component, enabled=flag, logGroomerSidecar=switch, livenessProbe=probe),
        migrateDatabaseJob=strict(serviceAccount=component["serviceAccount"], args=several(text)),
    ) | {"$defs": pod_schema()["$defs"]}


def refused(document: Any, schema: dict[str, Any]) -> str:
    found = jsonschema.Draft202012Validator(schema).iter_errors(document)
    return "; ".join(f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in found)


def settings_map() -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load(values()["extraConfigMaps"]["mediawatch-settings"]["data"])
    return loaded


def mebibytes(quantity: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", quantity).groups()  # type: ignore[union-attr]
    return int(number) * {"Mi": 1, "Gi": 1024}[unit]


def test_the_pod_of_a_task_is_one_of_kubernetes() -> None:
    jsonschema.Draft202012Validator.check_schema(pod_schema())
    assert refused(pod(), pod_schema()) == ""


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("spec", "restartpolicy"), "Never"),
        (("spec", "terminationGracePeriodSeconds"), "60"),
        (("spec", "securityContext", "runAsNonroot"), True),
        (("spec", "volumes", 0, "name"), 7),
        (("metadata", "labels"), ["task"]),
        (("status",), "Running"),
    ],
)
def test_the_schema_of_a_pod_refuses_what_is_wrong(path: tuple[str | int, ...], value: object) -> None:
    wrong = json.loads(json.dumps(pod()))
    place = wrong
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert refused(wrong, pod_schema())


def test_the_values_are_those_that_the_chart_has() -> None:
    assert refused(values(), values_schema()) == ""
    assert refused(values() | {"apiserver": {}}, values_schema())
    assert refused(values() | {"volumes": [{"name": "home", "emptydir": {}}]}, values_schema())
    assert refused(values() | {"env": [{"name": "A", "value": 1}]}, values_schema())


def test_both_are_of_this_version_and_of_one_image() -> None:
    image = f"{values()['defaultAirflowRepository']}:{values()['defaultAirflowTag']}"
    assert image == task()["image"] == f"mediawatch:{mediawatch.__version__}-kubernetes"
    assert f"apache-airflow=={values()['airflowVersion']} " in (ROOT / "requirements-kubernetes.txt").read_text()


@pytest.mark.parametrize("where", ["the pods of tasks", "Airflow's components"])
def test_nothing_runs_as_root_or_writes_into_the_image(where: str) -> None:
    of_pod, of_container = (
        (pod()["spec"]["securityContext"], task()["securityContext"])
        if where == "the pods of tasks"
        else (values()["securityContexts"]["pod"], values()["securityContexts"]["containers"])
    )
    user = re.search(r"^USER (\d+):(\d+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert user
    assert (of_pod["runAsNonRoot"], of_pod["runAsUser"], of_pod["runAsGroup"]) == (True, int(user[1]), int(user[2]))
    assert of_pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert of_container == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_only_the_scheduler_may_ask_something_of_kubernetes() -> None:
    assert pod()["spec"]["automountServiceAccountToken"] is False
    without = {name for name in (*COMPONENTS, "migrateDatabaseJob") if "serviceAccount" in values()[name]}
    assert without == {*COMPONENTS, "migrateDatabaseJob"} - {"scheduler"}
    assert not any(values()[name]["serviceAccount"]["automountServiceAccountToken"] for name in without)


def test_kubernetes_adds_no_variable_to_our_settings() -> None:
    """Those of the chart's Service begin as ours do, and a setting that we do not know is refused."""
    assert pod()["spec"]["enableServiceLinks"] is False
    assert values()["enableServiceLinks"] is False
    with pytest.raises(BadConfiguration, match="MEDIAWATCH_API_SERVER_SERVICE_HOST: no such setting"):
        read_settings({"MEDIAWATCH_API_SERVER_SERVICE_HOST": "10.96.0.80"})


def test_what_is_asked_for_health_is_in_the_image() -> None:
    """The chart's own probes run /entrypoint, which only Airflow's own image has."""
    asked = [values()[name][probe] for name, probe in PROBES]
    assert {probe["command"][0] for probe in asked} == {"python", "airflow"}
    assert values()["config"]["scheduler"]["enable_health_check"] == "True"
    # What takes a start of Airflow each time has longer for it than the chart's 20 s.
    assert all(probe["command"][0] == "python" or probe["timeoutSeconds"] > 20 for probe in asked)


def test_what_is_written_to_is_a_volume_and_every_mount_has_one() -> None:
    for volumes, mounts in (
        (pod()["spec"]["volumes"], task()["volumeMounts"]),
        (values()["volumes"], values()["volumeMounts"]),
        (values()["apiServer"]["extraVolumes"], values()["apiServer"]["extraVolumeMounts"]),
    ):
        assert {volume["name"] for volume in volumes} == {mount["name"] for mount in mounts}
        assert {mount["name"] for mount in mounts if mount.get("readOnly")} == {
            volume["name"] for volume in volumes if "secret" in volume or "configMap" in volume
        }
    for mounts in (task()["volumeMounts"], values()["volumeMounts"]):
        assert {"/tmp", values()["airflowHome"]} <= {mount["mountPath"] for mount in mounts}  # noqa: S108 - a mount


def variables() -> dict[str, dict[str, str]]:
    """The environment by who gets it."""
    return {
        "tasks": settings_map() | {each["name"]: each["value"] for each in task()["env"]},
        "components": settings_map() | {each["name"]: each["value"] for each in values()["env"]},
        "api-server": {each["name"]: each["value"] for each in values()["apiServer"]["env"]},
    }


def test_secrets_are_files_and_in_no_environment() -> None:
    secret = {f"{PREFIX}{name.upper()}" for name in SECRETS}
    for environment in variables().values():
        assert not secret & environment.keys()
        named = {name: value for name, value in environment.items() if re.search("SECRET|KEY|PASSWORD|CONN|AWS", name)}
        assert all(re.fullmatch(r"(cat )?/run/secrets/[a-z-]+/[a-z-]+", value) for value in named.values()), named
    whole = (FOLDER / "values.yaml").read_text() + (FOLDER / "pod.yaml").read_text()
    assert "secretKeyRef" not in whole
    assert not any(values()["enableBuiltInSecretEnvVars"].values())


def test_tasks_have_none_of_airflows_secrets_and_its_components_none_of_theirs() -> None:
    def mounted(volumes: list[dict[str, Any]]) -> set[str]:
        return {volume["secret"]["secretName"] for volume in volumes if "secret" in volume}

    assert mounted(pod()["spec"]["volumes"]) == {"mediawatch"}
    assert mounted(values()["volumes"]) == {"mediawatch-airflow"}
    assert mounted(values()["apiServer"]["extraVolumes"]) == {"mediawatch-login", "mediawatch-lake-reader"}


def test_every_setting_exists_and_its_value_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("k" * 32)
    for environment in variables().values():
        ours = {
            name: str(tmp_path / "secret") if name.endswith("_FILE") else value
            for name, value in environment.items()
            if name.startswith(PREFIX)
        }
        read_settings(ours)
    assert int(settings_map()["MEDIAWATCH_EXTRACTION_WORKERS"]) <= int(task()["resources"]["limits"]["cpu"])


def test_every_option_is_one_that_airflow_has() -> None:
    import airflow

    options = yaml.safe_load((Path(airflow.__file__).parent / "config_templates" / "config.yml").read_text())
    named = [(section, option) for section, given in values()["config"].items() for option in given]
    for variable in {*variables()["tasks"], *variables()["components"]}:
        if variable.startswith("AIRFLOW__"):
            _, part, option = variable.removesuffix("_CMD").lower().split("__")
            named.append((part, option))
            assert not variable.endswith("_CMD") or options[part]["options"][option]["sensitive"]
    assert len(named) > 10
    for part, option in named:
        # What belongs to the provider is not installed where the tests run.
        assert part == "kubernetes_executor" or option in options[part]["options"], (part, option)
    provider = (ROOT / "requirements-kubernetes.txt").read_text()
    assert "apache-airflow-providers-cncf-kubernetes==" in provider


def test_every_path_in_the_image_is_copied_into_it() -> None:
    whole = (FOLDER / "values.yaml").read_text()
    named = re.findall(r"/opt/mediawatch/([\w./-]+)", whole)
    assert len(named) > 5
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_memory_of_a_task_is_that_of_the_dearest_stage() -> None:
    """As docs/scale.md has measured it: asked for is a day of 10,000 articles, at most one of 30,000."""
    table = section(DOCS / "scale.md", "What is measured").partition("| articles | detection |")[2]
    said = re.findall(r"^\| ([\d,]+) \| [\d.]+ s, ([\d,]+) MB \|", table, re.MULTILINE)
    measured = {int(articles.replace(",", "")): int(most.replace(",", "")) for articles, most in said}
    assert set(measured) == {10_000, 30_000, 100_000}
    resources = task()["resources"]
    assert mebibytes(resources["requests"]["memory"]) * MEBIBYTE >= measured[10_000] * 10**6 + 2 * 10**8
    assert mebibytes(resources["limits"]["memory"]) * MEBIBYTE >= measured[30_000] * 10**6 + 2 * 10**8
    for name in COMPONENTS:
        given = values()[name]["resources"]
        assert mebibytes(given["requests"]["memory"]) <= mebibytes(given["limits"]["memory"])


def test_the_page_creates_every_secret_and_claim_that_is_named() -> None:
    page = section(DOCS / "scale.md", "In Kubernetes")
    whole = (FOLDER / "values.yaml").read_text() + (FOLDER / "pod.yaml").read_text()
    for name in {*re.findall(r"secretName: ([\w-]+)", whole), *re.findall(r"(?:claimName|Claim): ([\w-]+)", whole)}:
        assert re.search(rf"`?{name}`?\b", page), name
    for key in {path.rpartition("/")[2] for path in re.findall(r"/run/secrets/[a-z-]+/[a-z-]+", whole)}:
        assert key in page or key == "channel-desk", key
