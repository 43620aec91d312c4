"""The one configuration model: read once at the edge, frozen, passed as an argument.

Every field can be set by the environment variable `MEDIAWATCH_<FIELD>`; an unknown `MEDIAWATCH_` variable is an error,
because a misspelt setting that is silently ignored costs a day of news.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from mediawatch.errors import BadConfiguration
from mediawatch.records import timezone_name
from mediawatch.redaction import remember

LEAST_KEPT_DAYS = 60
PREFIX = "MEDIAWATCH_"

FOR_TESTS = frozenset({"MEDIAWATCH_FULL_ES"})
"""Variables of the test suite, not settings."""

FILE = "_FILE"
"""Behind the variable of a secret: of the file that holds it."""

SHORTEST_KEY = 32
"""Characters of a key that signs links: as many as a random number of 128 bits has in hexadecimal."""

CHANNELS = "MEDIAWATCH_CHANNEL_"
"""Variables that begin so hold the addresses of alert channels, with their secrets; settings never do."""


def _without_credentials(text: str) -> str:
    """An address as it is printed in messages, digests and logs, where a password would be read by everybody."""
    try:
        has_credentials = "@" in urlsplit(text).netloc
    except ValueError as error:
        raise ValueError(f"is no address: {error}") from error
    if has_credentials:
        raise ValueError("must not hold a user name or a password: an address is shown in messages and logs")
    return text


def _kept_days(days: int) -> int:
    """What is asked about the last weeks, such as the evidence of alerts, has to be there."""
    if 0 < days < LEAST_KEPT_DAYS:
        raise ValueError(f"0, or at least {LEAST_KEPT_DAYS} days")
    return days


def _service_address(text: str) -> str:
    """`_without_credentials`, with the settings named that take them."""
    try:
        return _without_credentials(text)
    except ValueError as error:
        names = ", ".join(f"{PREFIX}ELASTICSEARCH_{name}" for name in ("USERNAME", "PASSWORD", "API_KEY"))
        raise ValueError(f"{error}. Credentials go into {names}") from error


def _root_address(text: str) -> str:
    """An http(s) address that ends in a slash, so that pages below it are written behind it; "" stays."""
    if not text:
        return ""
    _without_credentials(text)
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as http://127.0.0.1:8080/board/")
    return text if text.endswith("/") else f"{text}/"


def _printable(secret: SecretStr) -> SecretStr:
    """A secret as it can stand in a header, without the line break that files end with.

    Libraries that are given another one refuse it, and quote it.
    """
    text = secret.get_secret_value().strip()
    if not text.isprintable():
        raise ValueError("must be on one line, without control characters")
    return SecretStr(text)


Secret = Annotated[SecretStr, AfterValidator(_printable)]
"""What is shown nowhere.  `MEDIAWATCH_<FIELD>_FILE` may name a file that holds it."""


def _secret_address(secret: SecretStr) -> SecretStr:
    """An http(s) address; "" stays."""
    url = secret.get_secret_value()
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("must be an address such as https://monitor.example/ping/0000")
    return secret


def _signing_key(secret: SecretStr) -> SecretStr:
    """A secret that cannot be guessed; "" stays."""
    if 0 < len(secret.get_secret_value()) < SHORTEST_KEY:
        raise ValueError(f"must have {SHORTEST_KEY} characters at least, such as what `openssl rand -hex 32` prints")
    return secret


class Settings(BaseModel):
    """How this newsroom runs.  Seconds, bytes and counts carry their unit in the name."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    lake_url: Annotated[str, AfterValidator(_without_credentials)] = Field(
        default=".lake", description="Root of the lake: a folder, or an fsspec URL such as s3://bucket/prefix."
    )
    catalog_dir: Path = Field(
        default=Path("include/sources"), description="Folder of the source catalogue's YAML files."
    )
    aliases_dir: Path = Field(
        default=Path("include/aliases"), description="Folder of the YAML files of names and their other spellings."
    )
    watchlists_dir: Path = Field(
        default=Path("include/watchlists"),
        description="Folder of the watch lists, the recipients and the words that never alert (YAML).",
    )
    board_url: Annotated[str, AfterValidator(_root_address)] = Field(
        default="",
        description="Where people reach the board, such as http://127.0.0.1:8080/board/, for links; empty: no links.",
    )
    kibana_url: Annotated[str, AfterValidator(_service_address)] = Field(
        default="", description="Where Kibana is, for links in messages and to import the dashboards; empty: none."
    )
    kibana_space: str = Field(
        default="",
        pattern=r"^[a-z0-9_-]*$",
        description="Kibana's space for the dashboards, made when it is not there; empty: the default space.",
    )
    kibana_language: Literal["en", "zh"] = Field(default="en", description="Language of the dashboards: en or zh.")
    kibana_rules: bool = Field(
        default=False, description="Whether Kibana is also given two rules that watch for data that stays away."
    )
    airflow_url: Annotated[str, AfterValidator(_root_address)] = Field(
        default="",
        description="Where Airflow is, such as http://127.0.0.1:8080/, for `mediawatch doctor`; empty: not asked.",
    )
    airflow_ca_certs: str = Field(default="", description="File of CA certificates to verify Airflow by.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="WARNING",
        description="What commands write to stderr: INFO has a line for each request, page, stage and message.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="How log lines are written, in Airflow too: text for people or json for programs."
    )
    timezone: Annotated[str, AfterValidator(timezone_name)] = Field(
        default="UTC", description="The newsroom's time zone: it decides which day a run belongs to."
    )
    user_agent_contact: str = Field(
        default="", description="Address or URL put into the User-Agent, so that a site can reach whoever runs this."
    )
    harvest_schedule: str = Field(
        default="5,35 * * * *",
        description="When harvest_news looks which sources are due: a cron expression, in the newsroom's time zone.",
    )
    shards: int = Field(
        default=4, ge=1, le=256, description="Parallel fetch tasks of one harvest; sources are dealt out by host."
    )
    concurrency: int = Field(
        default=64, ge=1, le=1024, description="Connections at once inside one shard, all to different hosts."
    )
    time_box_seconds: float = Field(
        default=3000, gt=0, description="A harvest stops fetching after this long; the rest stays pending."
    )
    checkpoint_pages: int = Field(
        default=200, ge=1, description="A WARC segment and its rows are closed every so many pages."
    )
    host_failures: int = Field(
        default=5, ge=1, description="After so many failures in a row a host is given up for the run."
    )
    segments_per_task: int = Field(
        default=25, ge=1, description="Segments of a batch that one task of `build_day` reads, 200 pages each."
    )
    extraction_workers: int = Field(default=0, ge=0, description="Processes for extraction; 0 means one per processor.")
    parser_socket: str = Field(
        default="",
        description="Unix socket of the service that reads markup (`mediawatch parser`); empty: child processes of "
        "whoever needs it.",
    )
    source_cpu_seconds: float = Field(
        default=300,
        gt=0,
        description="Processor time for the pages of one source in a segment, and a second more for each of them.",
    )
    elasticsearch_url: Annotated[str, AfterValidator(_service_address)] = Field(
        default="", description="Elasticsearch; empty means: keep admitted articles in the lake only."
    )
    elasticsearch_api_key: Secret = Field(default=SecretStr(""), description="API key (base64) for Elasticsearch.")
    elasticsearch_username: str = Field(default="", description="User for HTTP basic authentication.")
    elasticsearch_password: Secret = Field(default=SecretStr(""), description="Password for HTTP basic authentication.")
    elasticsearch_ca_certs: str = Field(default="", description="File of CA certificates to verify Elasticsearch by.")
    index_prefix: str = Field(
        default="mediawatch", pattern=r"^[a-z][a-z0-9_-]{0,40}$", description="First part of every index name."
    )
    index_replicas: int = Field(default=0, ge=0, le=10, description="Replicas of each index; 0 suits a single node.")
    heartbeat_url: Annotated[Secret, AfterValidator(_secret_address)] = Field(
        default=SecretStr(""),
        description="Address that is asked (GET) each night when nothing is late, for a monitor outside; empty: none.",
    )
    link_key: Annotated[Secret, AfterValidator(_signing_key)] = Field(
        default=SecretStr(""),
        description="Secret that signs the links in messages by which readers stop alerts; empty: no such links.",
    )
    airflow_database_url: Secret = Field(
        default=SecretStr(""),
        description="Airflow's database, for the weekly housekeeping to clean its history; empty: it is not cleaned.",
    )
    keep_airflow_days: int = Field(
        default=90, ge=30, description="Days of Airflow's history that are kept where it is cleaned."
    )
    keep_derived_days: Annotated[int, AfterValidator(_kept_days)] = Field(
        default=0,
        ge=0,
        description="After so many days the weekly housekeeping removes the articles and stories made of a closed day, "
        "which can be made again; at least 60; 0: all are kept.",
    )
    lease_seconds: float = Field(
        default=900, gt=0, description="A worker that stands still loses its lease after this long."
    )
    low_space_bytes: int = Field(
        default=2_000_000_000,
        ge=0,
        description="Runs warn when less is free on the disk of the lake or of temporary files; 0: never.",
    )


def read_settings(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Settings from the environment, with `overrides` (those not None) on top.

    A secret may also stand in a file, which `MEDIAWATCH_<FIELD>_FILE` names.  Raises BadConfiguration that names each
    offending variable.
    """
    environ = os.environ if environ is None else environ
    named = {key: value for key, value in environ.items() if _is_setting(key)}
    for field in SECRETS:
        _take_from_file(named, f"{PREFIX}{field.upper()}")
    values: dict[str, object] = {key.removeprefix(PREFIX).lower(): value for key, value in named.items()}
    values.update({key: value for key, value in overrides.items() if value is not None})
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(_fault(str(e["loc"][0]), e["type"], e["msg"]) for e in error.errors())
        raise BadConfiguration(f"{faults}. The settings are listed in docs/configuration.md.") from error


SECRETS = tuple(name for name, field in Settings.model_fields.items() if field.annotation is SecretStr)
"""The settings that are shown nowhere, and may stand in files."""


def _take_from_file(named: dict[str, str], variable: str) -> None:
    """Put into `named` what the file of `variable` holds, where one is named; hidden from all that is said."""
    file = named.pop(f"{variable}{FILE}", "")
    if not file:
        return
    if named.get(variable):
        raise BadConfiguration(f"{variable} and {variable}{FILE} are both set: one of them is enough")
    named[variable] = secret_in_file(file, f"{variable}{FILE}")


def secret_in_file(file: str, variable: str) -> str:
    """The secret in `file`, which `variable` names.  Raises BadConfiguration where there is none to be read."""
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise BadConfiguration(f"{variable} names {file}, which cannot be read: {type(error).__name__}") from error
    if not secret:
        raise BadConfiguration(f"{variable} names {file}, which is empty")
    remember(secret)
    return secret


def _is_setting(variable: str) -> bool:
    return variable.startswith(PREFIX) and not variable.startswith(CHANNELS) and variable not in FOR_TESTS


def _fault(field: str, kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        near = get_close_matches(field, Settings.model_fields, n=1)
        message = "no such setting" + (f" (did you mean {PREFIX}{near[0].upper()}?)" if near else "")
    return f"{PREFIX}{field.upper()}: {message}"
