from __future__ import annotations

import pytest
from airflow.sdk import Connection

from mediawatch.errors import BadConfiguration
from mediawatch.orchestration.connections import task_settings, with_service
from mediawatch.settings import Settings


def service(**fields: object) -> Connection:
    return Connection(conn_id="elasticsearch_default", conn_type="elasticsearch", **fields)


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"host": "search.example"}, "http://search.example"),
        ({"host": "search.example", "port": 9200}, "http://search.example:9200"),
        ({"host": "search.example", "port": 9200, "schema": "https"}, "https://search.example:9200"),
        ({"host": "https://search.example"}, "https://search.example"),
        ({"host": "https://search.example", "port": 9243}, "https://search.example:9243"),
        ({"host": "https://search.example:9243/", "port": 9200}, "https://search.example:9243"),
    ],
)
def test_address(fields: dict[str, object], url: str) -> None:
    assert with_service(Settings(), service(**fields)).elasticsearch_url == url


def test_user_and_password() -> None:
    settings = with_service(Settings(), service(host="search.example", login="writer", password="p:ss/w@rd"))  # noqa: S106 - invented
    assert settings.elasticsearch_username == "writer"
    assert settings.elasticsearch_password.get_secret_value() == "p:ss/w@rd"


def test_api_key_and_certificates_come_from_the_extra_field() -> None:
    extra = '{"api_key": "aWQ6a2V5", "ca_certs": "/etc/ssl/newsroom.pem"}'
    settings = with_service(Settings(), service(host="search.example", extra=extra))
    assert settings.elasticsearch_api_key.get_secret_value() == "aWQ6a2V5"
    assert settings.elasticsearch_ca_certs == "/etc/ssl/newsroom.pem"


def test_credentials_of_the_environment_are_not_sent_to_the_connections_server() -> None:
    own = Settings(elasticsearch_username="me", elasticsearch_password="secret", elasticsearch_api_key="key")  # noqa: S106 - invented
    settings = with_service(own, service(host="search.example"))
    assert settings.elasticsearch_username == ""
    assert settings.elasticsearch_password.get_secret_value() == ""
    assert settings.elasticsearch_api_key.get_secret_value() == ""


def test_everything_else_stays() -> None:
    own = Settings(lake_url="s3://news/lake", timezone="Asia/Taipei", index_prefix="paper")
    settings = with_service(own, service(host="search.example"))
    assert (settings.lake_url, settings.timezone, settings.index_prefix) == ("s3://news/lake", "Asia/Taipei", "paper")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [({}, "names no host"), ({"host": "x", "extra": "{"}, "not JSON"), ({"host": "x", "extra": "[]"}, "JSON object")],
)
def test_a_connection_that_cannot_be_used_is_refused(fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(BadConfiguration, match=complaint):
        with_service(Settings(), service(**fields))


def test_a_task_takes_the_connection_when_the_environment_names_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDIAWATCH_ELASTICSEARCH_URL", raising=False)
    monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", "elasticsearch://writer:pw@search.example:9200")
    settings = task_settings()
    assert settings.elasticsearch_url == "http://search.example:9200"
    assert settings.elasticsearch_username == "writer"


def test_a_server_of_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIAWATCH_ELASTICSEARCH_URL", "http://127.0.0.1:9200")
    monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", "elasticsearch://writer:pw@search.example:9200")
    assert task_settings().elasticsearch_url == "http://127.0.0.1:9200"
    assert task_settings().elasticsearch_username == ""
