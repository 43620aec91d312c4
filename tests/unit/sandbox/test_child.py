from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mediawatch.sandbox.child import reading_environ
from mediawatch.settings import CHANNELS, PREFIX, Settings

SET = {
    *(f"{PREFIX}{field.upper()}" for field in Settings.model_fields),
    f"{CHANNELS}NEWS",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "AIRFLOW_CONN_ELASTICSEARCH_DEFAULT",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "DATABASE_URL",
    "HTTPS_PROXY",
    "POSTGRES_PASSWORD",
}


def test_no_setting_and_no_key_is_passed_on() -> None:
    assert "canary" not in str(reading_environ(dict.fromkeys(SET, "canary")))


@given(st.dictionaries(st.from_regex(r"[A-Z][A-Z_]{0,20}", fullmatch=True), st.just("canary")))
def test_only_what_is_named_is_passed_on(environ: dict[str, str]) -> None:
    kept = {name for name, value in reading_environ(environ).items() if value == "canary"}
    named = {"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TZDIR", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"}
    assert all(name in named or name.startswith(("LC_", "PYTHON")) for name in kept)
