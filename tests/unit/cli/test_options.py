"""Options that commands share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mediawatch.cli.options import clock_of, context, require_test_sites
from mediawatch.errors import BadRequest
from mediawatch.records import now
from tests.support.announcing import a_source

DAY = date(2026, 4, 29)


def test_a_set_clock_runs_on_that_day_at_this_hour() -> None:
    clock = clock_of(DAY)
    assert clock().date() == DAY
    assert clock().tzinfo is UTC
    real = now()
    expected = datetime.combine(DAY, real.timetz())
    assert abs(clock() - expected) < timedelta(minutes=1)


def test_without_a_day_it_is_the_machines_clock() -> None:
    assert clock_of(None) is now


class TestSitesForTests:
    LOCAL = a_source(name="local", allow_addresses=("127.0.0.0/8",))
    REAL = a_source(name="real", home="http://news.example/")

    @pytest.fixture(autouse=True)
    def no_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)

    def test_on_loopback_are_fine(self) -> None:
        require_test_sites([self.LOCAL])

    def test_others_are_named(self) -> None:
        with pytest.raises(BadRequest, match="announce the present only: real.$"):
            require_test_sites([self.LOCAL, self.REAL])
        many = [a_source(name=f"real{number}") for number in range(5)]
        with pytest.raises(BadRequest, match="real0, real1, real2 and others.$"):
            require_test_sites(many)

    @pytest.mark.parametrize("proxy", ["http://127.0.0.1:3128", "localhost:3128", "http://[::1]:3128"])
    def test_behind_a_proxy_on_this_machine_any_is(self, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
        monkeypatch.setenv("http_proxy", proxy)
        require_test_sites([self.REAL])

    @pytest.mark.parametrize("proxy", ["http://proxy.example:3128", "http://127.0.0.1.example:3128"])
    def test_a_proxy_elsewhere_leads_to_the_real_site(self, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
        monkeypatch.setenv("http_proxy", proxy)
        with pytest.raises(BadRequest, match="real"):
            require_test_sites([self.REAL])

    def test_a_site_that_goes_past_the_proxy_is_real(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:3128")
        monkeypatch.setenv("no_proxy", "news.example")
        with pytest.raises(BadRequest, match="real"):
            require_test_sites([self.REAL])


class TestNewsroom:
    def test_options_go_over_the_environment(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MEDIAWATCH_ELASTICSEARCH_URL", "http://search.example:9200")
        assert context().settings.elasticsearch_url == "http://search.example:9200"
        opened = context(str(home / "another"), home / "sources", "http://127.0.0.1:9200")
        assert opened.settings.lake_url == str(home / "another")
        assert opened.settings.elasticsearch_url == "http://127.0.0.1:9200"
        assert [source.name for source in opened.catalogue.sources] == ["paper"]

    def test_none_means_no_index(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MEDIAWATCH_ELASTICSEARCH_URL", "http://search.example:9200")
        assert context(index="none").settings.elasticsearch_url == ""
