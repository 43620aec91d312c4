"""The roles on a real Elasticsearch with security: each may do its work, and nothing beyond.

Roles need a filter that the trimmed distribution lacks: only with MEDIAWATCH_FULL_ES=1, which fetches the fuller one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from elasticsearch import AuthorizationException, Elasticsearch
from pydantic import SecretStr

from launch.certificates import certificate_for
from launch.elasticsearch_errors import NoElasticsearch
from launch.elasticsearch_server import Guard
from mediawatch.errors import BadConfiguration
from mediawatch.search import begin_generation, connect, count, drop_generations, is_provisioned, provision, swap
from mediawatch.search.roles import ROLES, put_roles, role_name
from mediawatch.settings import Settings
from mediawatch.workflow.serving import make_roles, target_name
from tests.support.fuller_elasticsearch import running_fuller_elasticsearch
from tests.support.index import Index, an_article, asked
from tests.support.lakes import a_context
from tests.support.papers import ROOT

pytestmark = pytest.mark.server

PASSWORD = "only-for-this-test"  # noqa: S105 - of a server that lives as long as the module


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """A server with security: `settings` are those of its superuser, `index` is made for the test."""

    settings: Settings

    def of(self, role: str) -> Settings:
        """The settings of a user with that role alone."""
        values = {"elasticsearch_username": f"a-{role}", "elasticsearch_password": SecretStr(PASSWORD)}
        return self.settings.model_copy(update=values)


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    """The fuller server with TLS, our roles, and a user for each."""
    if os.environ.get("MEDIAWATCH_FULL_ES") != "1":
        pytest.skip("needs the fuller Elasticsearch: MEDIAWATCH_FULL_ES=1")
    folder = Path(tempfile.mkdtemp(prefix="mediawatch-tests-", dir="/var/tmp"))
    folder.chmod(0o755)
    certificate = certificate_for(folder / "tls", "elasticsearch")
    guard = Guard(certificate=certificate, password=PASSWORD)
    try:
        with running_fuller_elasticsearch(folder / "server", guard=guard) as up:
            settings = Settings(
                elasticsearch_url=up.url,
                elasticsearch_username="elastic",
                elasticsearch_password=SecretStr(PASSWORD),
                elasticsearch_ca_certs=str(certificate.authority),
                index_prefix="secured",
            )
            client = connect(settings)
            context = a_context(folder, **{name: getattr(settings, name) for name in settings.model_fields_set})
            assert make_roles(context) == put_roles(client, "secured")
            for role in ROLES:
                client.security.put_user(username=f"a-{role}", password=PASSWORD, roles=[role_name("secured", role)])
            client.index(index="payroll", document={"salary": 1}, refresh=True)
            yield Secured(settings=settings)
    except NoElasticsearch as missing:
        pytest.skip(f"needs the fuller Elasticsearch. {missing}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def published(client: Elasticsearch, settings: Settings, title: str) -> None:
    """One article written, to be found."""
    index = Index(client=client, settings=settings)
    assert len(index.write([an_article(title, "城北水库开闸放水")]).indexed) == 1
    client.indices.refresh(index=f"{settings.index_prefix}-articles")


def test_a_provisioner_runs_the_whole_pipeline(secured: Secured) -> None:
    settings = secured.of("provisioner")
    client = connect(settings)
    provision(client, settings)
    assert is_provisioned(client, "secured")
    published(client, settings, "水库")
    rebuilt = begin_generation(client, "secured")
    swap(client, rebuilt)
    drop_generations(client, "secured")
    published(client, settings, "水库放水")


def test_a_writer_writes_where_all_is_prepared(secured: Secured) -> None:
    provision(connect(secured.settings), secured.settings)
    settings = secured.of("writer")
    client = connect(settings)
    assert is_provisioned(client, "secured")
    published(client, settings, "水库开闸")
    with pytest.raises(BadConfiguration, match="refuses our credentials"):
        provision(client, settings)


def test_a_writer_goes_on_where_the_fields_are_of_another_version(secured: Secured, tmp_path: Path) -> None:
    provision(connect(secured.settings), secured.settings)
    settings = secured.of("writer")
    connect(secured.settings).indices.put_mapping(index="secured-runs", meta={"mapping_digest": "of an older version"})
    context = a_context(tmp_path, **{name: getattr(settings, name) for name in settings.model_fields_set})
    assert target_name(context).startswith("secured-articles-g")


def test_a_reader_searches_and_changes_nothing(secured: Secured) -> None:
    provision(connect(secured.settings), secured.settings)
    published(connect(secured.settings), secured.settings, "水库春灌")
    settings = secured.of("reader")
    client = connect(settings)
    assert count(client, settings, asked("水库")) >= 1
    index = "secured-articles"
    forbidden: list[Callable[[], Any]] = [
        lambda: client.index(index=index, document={}),
        lambda: client.delete(index=index, id="x"),
        lambda: client.indices.create(index="secured-more"),
        lambda: client.indices.put_mapping(index=index, properties={"x": {"type": "long"}}),
    ]
    for act in forbidden:
        with pytest.raises(AuthorizationException):
            act()


@pytest.mark.parametrize("role", ROLES)
def test_none_reaches_beyond_our_indices(secured: Secured, role: str) -> None:
    client = connect(secured.of(role))
    forbidden: list[Callable[[], Any]] = [
        lambda: client.search(index="payroll"),
        lambda: client.index(index="payroll", document={"salary": 2}),
        lambda: client.indices.delete(index="payroll"),
        lambda: client.indices.create(index="elsewhere"),
        lambda: client.security.put_user(username="me", password=PASSWORD, roles=["superuser"]),
        client.security.get_user,
        lambda: client.security.create_api_key(name="me"),
        lambda: client.cluster.put_settings(persistent={"action.auto_create_index": "false"}),
    ]
    for act in forbidden:
        with pytest.raises(AuthorizationException):
            act()


def test_the_users_of_docker_compose_are_made_by_its_script(secured: Secured) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    (script,) = compose["services"]["users"]["command"]
    names = compose["services"]["users"]["environment"]
    settings = secured.settings.model_copy(update={"index_prefix": "mediawatch"})
    environ = {"PATH": os.environ["PATH"], "CURL_CA_BUNDLE": settings.elasticsearch_ca_certs}
    asked_at = script.replace("$$", "$").replace("http://elasticsearch:9200", settings.elasticsearch_url)
    for _ in range(2):  # as at every `docker compose up`
        done = subprocess.run(
            ["bash", "-ec", asked_at],
            env=environ | dict.fromkeys(names, PASSWORD),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    made = settings.model_copy(update={"elasticsearch_username": "mediawatch"})
    client = connect(made)
    provision(client, made)
    published(client, made, "水库")
    with pytest.raises(AuthorizationException):
        client.search(index="payroll")


def test_a_wrong_password_is_told_without_it(secured: Secured) -> None:
    wrong = secured.of("reader").model_copy(update={"elasticsearch_password": SecretStr("of-somebody-else")})
    with pytest.raises(BadConfiguration, match="refuses our credentials") as caught:
        connect(wrong)
    assert "of-somebody-else" not in str(caught.value)
