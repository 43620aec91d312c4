"""Reaching Elasticsearch, and telling "not now" from "not like this"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mediawatch.errors import BadConfiguration, Unavailable

if TYPE_CHECKING:
    from elasticsearch import ApiError, Elasticsearch

    from mediawatch.settings import Settings

REQUEST_SECONDS = 30
BUSY = (429, 502, 503, 504)
"""Statuses that say "not now"."""


def connect(settings: Settings) -> Elasticsearch:
    """A client for the Elasticsearch that `settings` name, which has just answered.

    Raises BadConfiguration when the settings name none, the server refuses our credentials or speaks another major
    version, and Unavailable when it does not answer.
    """
    from elasticsearch import Elasticsearch

    if not settings.elasticsearch_url:
        raise BadConfiguration("No Elasticsearch is configured: set MEDIAWATCH_ELASTICSEARCH_URL.")
    try:
        client = Elasticsearch(
            settings.elasticsearch_url,
            request_timeout=REQUEST_SECONDS,
            max_retries=1,
            retry_on_timeout=False,
            **_credentials(settings),
        )
    except (ValueError, OSError) as error:
        raise BadConfiguration(f"Elasticsearch cannot be reached as configured: {error}") from error
    _greet(client, settings.elasticsearch_url)
    return client


@contextmanager
def answering() -> Iterator[None]:
    """Translate what the client raises: Unavailable where a retry can help, BadConfiguration where a person must.

    An answer that concerns the request itself (400, 404, 409) passes through.
    """
    from elasticsearch import ApiError, TransportError

    try:
        yield
    except ApiError as error:
        if error.status_code in BUSY:
            raise Unavailable(
                f"Elasticsearch is busy or not ready ({error.status_code}): {reason_of(error)}"
            ) from error
        if error.status_code in (401, 403):
            raise BadConfiguration(
                f"Elasticsearch refuses our credentials ({error.status_code}): {reason_of(error)}"
            ) from None  # which may hold the credentials, as some proxies tell what they were told
        raise
    except TransportError as error:
        raise Unavailable(f"Elasticsearch does not answer: {error}") from error


def reason_of(error: ApiError) -> str:
    """What the server says is wrong: its sentence where it gives one, else the kind of error."""
    body = error.body
    detail = body.get("error") if isinstance(body, Mapping) else None
    reason = detail.get("reason") if isinstance(detail, Mapping) else None
    return str(reason or error.message)[:500]


def _greet(client: Elasticsearch, url: str) -> None:
    """Ask for the cluster's health: `GET /` is missing on trimmed servers, and a narrow API key may not see health."""
    from elasticsearch import AuthorizationException, BadRequestError, UnsupportedProductError

    with answering():
        try:
            client.cluster.health()
        except AuthorizationException:
            return
        except UnsupportedProductError as error:
            raise BadConfiguration(f"What answers at {url} is not Elasticsearch.") from error
        except BadRequestError as error:
            raise BadConfiguration(
                f"Elasticsearch 9 is needed; the one at {url} answers: {reason_of(error)}"
            ) from error


def _credentials(settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if settings.elasticsearch_ca_certs:
        if not Path(settings.elasticsearch_ca_certs).is_file():
            raise BadConfiguration(f"There is no file of CA certificates at {settings.elasticsearch_ca_certs}.")
        found["ca_certs"] = settings.elasticsearch_ca_certs
    if settings.elasticsearch_api_key.get_secret_value():
        found["api_key"] = settings.elasticsearch_api_key.get_secret_value()
    elif settings.elasticsearch_username:
        found["basic_auth"] = (settings.elasticsearch_username, settings.elasticsearch_password.get_secret_value())
    return found
