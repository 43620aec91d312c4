from __future__ import annotations

import re
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from mediawatch.errors import BadConfiguration
from mediawatch.settings import FOR_TESTS, PREFIX, SECRETS, Settings, read_settings

WRITTEN: dict[str, tuple[str, object]] = {
    "lake_url": ("s3://bucket/news", "s3://bucket/news"),
    "catalog_dir": ("/etc/mediawatch/sources", Path("/etc/mediawatch/sources")),
    "aliases_dir": ("/etc/mediawatch/aliases", Path("/etc/mediawatch/aliases")),
    "watchlists_dir": ("/etc/mediawatch/watchlists", Path("/etc/mediawatch/watchlists")),
    "board_url": ("https://newsroom.example/board", "https://newsroom.example/board/"),
    "kibana_space": ("newsroom", "newsroom"),
    "kibana_language": ("zh", "zh"),
    "kibana_rules": ("true", True),
    "airflow_url": ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
    "airflow_ca_certs": ("/etc/ca.pem", "/etc/ca.pem"),
    "log_format": ("json", "json"),
    "log_level": ("INFO", "INFO"),
    "kibana_url": ("https://kibana.newsroom.example", "https://kibana.newsroom.example"),
    "timezone": ("Asia/Taipei", "Asia/Taipei"),
    "user_agent_contact": ("desk@newsroom.example", "desk@newsroom.example"),
    "harvest_schedule": ("30 5 * * *", "30 5 * * *"),
    "shards": ("8", 8),
    "concurrency": ("16", 16),
    "time_box_seconds": ("90.5", 90.5),
    "checkpoint_pages": ("50", 50),
    "host_failures": ("3", 3),
    "segments_per_task": ("5", 5),
    "extraction_workers": ("2", 2),
    "parser_socket": ("/run/parser/socket", "/run/parser/socket"),
    "source_cpu_seconds": ("900", 900.0),
    "elasticsearch_url": ("https://search.example:9200", "https://search.example:9200"),
    "elasticsearch_api_key": ("a2V5", SecretStr("a2V5")),
    "elasticsearch_username": ("ann", "ann"),
    "elasticsearch_password": ("hunter2", SecretStr("hunter2")),
    "elasticsearch_ca_certs": ("/etc/ca.pem", "/etc/ca.pem"),
    "index_prefix": ("news", "news"),
    "index_replicas": ("1", 1),
    "heartbeat_url": ("https://monitor.example/ping/0", SecretStr("https://monitor.example/ping/0")),
    "link_key": ("0123456789abcdef" * 2, SecretStr("0123456789abcdef" * 2)),
    "airflow_database_url": ("sqlite:////a/b.db", SecretStr("sqlite:////a/b.db")),
    "keep_airflow_days": ("45", 45),
    "keep_derived_days": ("90", 90),
    "lease_seconds": ("60", 60.0),
    "low_space_bytes": ("5000000", 5_000_000),
}
"""Every setting as its variable is written, and as it is read."""


def variables(**values: str) -> dict[str, str]:
    return {f"{PREFIX}{name.upper()}": value for name, value in values.items()}


def fault_of(**values: str) -> str:
    with pytest.raises(BadConfiguration) as refused:
        read_settings(variables(**values))
    return str(refused.value)


def test_every_setting_is_read_from_its_variable() -> None:
    read = read_settings(variables(**{name: text for name, (text, _) in WRITTEN.items()}))

    assert {name: getattr(read, name) for name in Settings.model_fields} == {
        name: value for name, (_, value) in WRITTEN.items()
    }
    assert all(getattr(read, name) != field.default for name, field in Settings.model_fields.items())


def test_without_variables_the_defaults_hold() -> None:
    assert read_settings({}) == Settings()


def test_the_process_environment_is_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIAWATCH_SHARDS", "3")
    assert read_settings().shards == 3


def test_other_programs_variables_are_none_of_its_business() -> None:
    assert read_settings({"HOME": "/root", "SHARDS": "99", "AIRFLOW__CORE__X": "y"}) == Settings()


@pytest.mark.parametrize("name", sorted(FOR_TESTS))
def test_variables_of_the_tests_are_no_settings(name: str) -> None:
    assert read_settings({name: "1"}) == Settings()


def test_addresses_of_channels_are_no_settings() -> None:
    assert read_settings({"MEDIAWATCH_CHANNEL_DESK": "slack://a/b/c"}) == Settings()


def test_what_a_command_says_wins_over_the_environment() -> None:
    read = read_settings(variables(shards="3", lake_url="here"), lake_url="there", shards=None)
    assert (read.lake_url, read.shards) == ("there", 3)


def test_a_misspelt_variable_is_an_error_that_names_the_near_one() -> None:
    fault = fault_of(elasticsearch_ulr="http://localhost:9200")
    assert "MEDIAWATCH_ELASTICSEARCH_ULR: no such setting (did you mean MEDIAWATCH_ELASTICSEARCH_URL?)" in fault
    assert "docs/configuration.md" in fault


def test_a_variable_like_no_other_is_an_error_too() -> None:
    assert fault_of(qqq="1").startswith("MEDIAWATCH_QQQ: no such setting. ")


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("shards", "many", "MEDIAWATCH_SHARDS: Input should be a valid integer"),
        ("shards", "1.5", "MEDIAWATCH_SHARDS: Input should be a valid integer"),
        ("shards", "0", "MEDIAWATCH_SHARDS: Input should be greater than or equal to 1"),
        ("shards", "257", "MEDIAWATCH_SHARDS: Input should be less than or equal to 256"),
        ("concurrency", "", "MEDIAWATCH_CONCURRENCY: Input should be a valid integer"),
        ("time_box_seconds", "0", "MEDIAWATCH_TIME_BOX_SECONDS: Input should be greater than 0"),
        ("lease_seconds", "soon", "MEDIAWATCH_LEASE_SECONDS: Input should be a valid number"),
        ("timezone", "Asia/Atlantis", "MEDIAWATCH_TIMEZONE: Value error, must be an IANA time zone such as"),
        ("link_key", "short", "MEDIAWATCH_LINK_KEY: Value error, must have 32 characters at least"),
        ("board_url", "newsroom.example/board", "MEDIAWATCH_BOARD_URL: Value error, must be an address such as http"),
        ("board_url", "https://newsroom.example/?day=", "MEDIAWATCH_BOARD_URL: Value error, must be an address such"),
        ("index_prefix", "News!", "MEDIAWATCH_INDEX_PREFIX: String should match pattern"),
        ("index_prefix", "", "MEDIAWATCH_INDEX_PREFIX: String should match pattern"),
    ],
)
def test_a_value_that_does_not_fit_names_its_variable(name: str, text: str, fault: str) -> None:
    assert fault in fault_of(**{name: text})


def test_all_faults_are_told_at_once() -> None:
    fault = fault_of(shards="many", concurency="4")
    assert re.search(r"MEDIAWATCH_SHARDS: .+; MEDIAWATCH_CONCURENCY: no such setting .+CONCURRENCY\?\)", fault)


@pytest.mark.parametrize("name", ["elasticsearch_password", "elasticsearch_api_key"])
def test_secrets_are_not_shown(name: str) -> None:
    read = read_settings(variables(**{name: "hunter2"}))
    assert "hunter2" not in f"{read} {read!r} {read.model_dump()} {read.model_dump_json()}"


@pytest.mark.parametrize("field", SECRETS)
def test_a_secret_may_stand_in_a_file(field: str, tmp_path: Path) -> None:
    file, variable = tmp_path / "secret", f"{PREFIX}{field.upper()}"
    file.write_text(f"https://secret.example/{'0' * 32}\n")
    assert getattr(read_settings({f"{variable}_FILE": str(file)}), field).get_secret_value() == file.read_text().strip()
    with pytest.raises(BadConfiguration, match=f"{variable} and {variable}_FILE are both set"):
        read_settings({f"{variable}_FILE": str(file), variable: "hunter2"})
    file.write_text("\n")
    with pytest.raises(BadConfiguration, match=f"{variable}_FILE names .* which is empty"):
        read_settings({f"{variable}_FILE": str(file)})
    with pytest.raises(BadConfiguration, match=f"{variable}_FILE names .* cannot be read: FileNotFoundError"):
        read_settings({f"{variable}_FILE": str(tmp_path / "none")})


def test_what_is_no_secret_is_read_from_no_file() -> None:
    assert "MEDIAWATCH_SHARDS_FILE: no such setting" in fault_of(shards_file="/etc/passwd")


def test_a_secret_stands_on_one_line() -> None:
    assert "must be on one line" in fault_of(elasticsearch_api_key="hunter2\nhunter2")
    assert "hunter2" not in fault_of(elasticsearch_api_key="hunter2\nhunter2")


def test_a_fault_does_not_give_a_secret_away() -> None:
    assert "hunter2" not in fault_of(**{"elasticsearch_password": "hunter2", "shards": "many"})


@pytest.mark.parametrize("name", ["elasticsearch_url", "kibana_url", "board_url", "lake_url"])
@pytest.mark.parametrize("address", ["http://desk:hunter2@search.example:9200/", "https://hunter2@search.example"])
def test_an_address_with_credentials_is_refused_without_showing_them(name: str, address: str) -> None:
    with pytest.raises(BadConfiguration, match=f"MEDIAWATCH_{name.upper()}") as caught:
        read_settings({f"MEDIAWATCH_{name.upper()}": address})
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_the_settings_that_take_credentials_are_named() -> None:
    with pytest.raises(BadConfiguration, match="MEDIAWATCH_ELASTICSEARCH_PASSWORD"):
        read_settings({"MEDIAWATCH_ELASTICSEARCH_URL": "http://desk:hunter2@search.example"})


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().shards = 9  # type: ignore[misc]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_is_explained(name: str) -> None:
    explained = Settings.model_fields[name].description
    assert explained
    assert explained.endswith(".")
