"""The addresses of the dashboards in Kibana."""

from __future__ import annotations

from datetime import date

import pytest

from mediawatch.settings import Settings
from mediawatch.workflow.dashboards import day_link, word_link

DAY = date(2026, 1, 5)


def test_without_kibana_there_are_none() -> None:
    assert (day_link(Settings(), DAY), word_link(Settings())) == ("", "")


@pytest.mark.parametrize(("space", "path"), [("", ""), ("news", "/s/news")])
def test_they_lead_into_the_space(space: str, path: str) -> None:
    settings = Settings(kibana_url="https://kibana.example/", kibana_space=space)
    dashboards = f"https://kibana.example{path}/app/dashboards#/view"
    assert day_link(settings, DAY) == (
        f"{dashboards}/mw-overview?_g=(time:(from:'2026-01-05T00:00:00.000Z',to:'2026-01-05T23:59:59.999Z'))"
    )
    assert word_link(settings) == f"{dashboards}/mw-keywords?_a=(query:(language:kuery,query:'term:%22{{term}}%22'))"
