from __future__ import annotations

from pathlib import Path

from mediawatch.records import Limits, Pace, Seed, SiteRules
from mediawatch.sources import read_catalogue
from mediawatch.sources.yaml_nodes import to_yaml
from tests.support.announcing import a_source


def test_what_is_printed_reads_back_the_same(tmp_path: Path) -> None:
    full = a_source(
        title="報紙: “引號” # 1",
        country="NO",
        contact="no",
        allow_addresses=("127.0.0.0/8",),
        discovery=(Seed(kind="list_page", url="https://www.paper.example/", link_pattern=r"/\d{4}/[^'\"]+: #"),),
        pace=Pace(delay_seconds=0.00001, max_delay_seconds=1e6),
        limits=Limits(links_per_run=7, max_age_days=0.5),
        rules=SiteRules(body="#a > p", drop=(".ad", ".o07")),
        enabled=False,
        status="verified",
    )
    plain = a_source(name="plain", home="https://plain.example/")
    (tmp_path / "a.yaml").write_text(to_yaml(full, ["found:\n 3 items"]) + to_yaml(plain), encoding="utf-8")
    catalogue = read_catalogue(tmp_path)
    assert catalogue.named("paper") == full
    assert catalogue.named("plain") == plain


def test_defaults_are_left_out_and_the_status_stands() -> None:
    assert to_yaml(a_source(), ["one note"]) == (
        "# one note\n"
        "- name: paper\n"
        "  title: The Paper\n"
        "  home: https://www.paper.example/\n"
        "  hosts: [www.paper.example]\n"
        "  timezone: Asia/Shanghai\n"
        "  languages: [zh-Hans]\n"
        "  country: CN\n"
        "  discovery:\n"
        "  - {kind: auto, url: 'https://www.paper.example/'}\n"
        "  status: unverified\n"
    )
