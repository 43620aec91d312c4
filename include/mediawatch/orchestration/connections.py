"""Settings and services as a task sees them: the environment, and Airflow's connection for Elasticsearch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from mediawatch import logs
from mediawatch.errors import BadConfiguration
from mediawatch.settings import Settings, read_settings

if TYPE_CHECKING:
    from mediawatch.context import Context

ELASTICSEARCH = "elasticsearch_default"
"""Id of the connection that is read when `MEDIAWATCH_ELASTICSEARCH_URL` is empty."""


class Service(Protocol):
    """The part of Airflow's Connection that is read."""

    @property
    def host(self) -> str | None: ...
    @property
    def schema(self) -> str | None: ...
    @property
    def port(self) -> int | None: ...
    @property
    def login(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...
    @property
    def extra(self) -> str | None: ...


def open_context() -> Context:
    """The newsroom of this deployment, opened inside a running task."""
    from mediawatch import context

    settings = task_settings()
    logs.use_format(settings.log_format)
    return context.open_context(settings)


def task_settings() -> Settings:
    """The settings of the environment, completed inside a running task by the connection `elasticsearch_default`."""
    settings = read_settings()
    if settings.elasticsearch_url:
        return settings
    service = _connection()
    return settings if service is None else with_service(settings, service)


def with_service(settings: Settings, service: Service) -> Settings:
    """`settings` with the address and the credentials of `service`, all of them or none.

    Address and credentials never come from two places, so that a password is not sent to a server it was not meant
    for.  `service.host` may be a whole URL.  The extra field may hold `api_key` and `ca_certs`.
    Raises BadConfiguration when the connection names no host, or credentials in it, or its extra is not a JSON object.
    """
    extra = _extra(service)
    return read_settings(
        {},
        **settings.model_dump()
        | {
            "elasticsearch_url": _address(service),
            "elasticsearch_api_key": extra.get("api_key", ""),
            "elasticsearch_username": service.login or "",
            "elasticsearch_password": service.password or "",
            "elasticsearch_ca_certs": extra.get("ca_certs", ""),
        },
    )


def _connection() -> Service | None:
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        connection: Service = Connection.get(ELASTICSEARCH)
    except AirflowNotFoundException:
        return None
    return connection


def _address(service: Service) -> str:
    host = (service.host or "").rstrip("/")
    if not host:
        raise BadConfiguration(f"The Airflow connection {ELASTICSEARCH} names no host.")
    address = host if "://" in host else f"{service.schema or 'http'}://{host}"
    has_port = address.rpartition(":")[2].isdigit()
    return address if has_port or not service.port else f"{address}:{service.port}"


def _extra(service: Service) -> dict[str, str]:
    try:
        extra = json.loads(service.extra or "{}")
    except ValueError as error:
        raise BadConfiguration(f"The extra field of the connection {ELASTICSEARCH} is not JSON.") from error
    if not isinstance(extra, dict):
        raise BadConfiguration(f"The extra field of the connection {ELASTICSEARCH} is not a JSON object.")
    return extra
