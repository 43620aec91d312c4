"""What the demo shows at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from mediawatch.cli.building import SUMMARY
from mediawatch.cli.output import RESULT, plain, print_table
from mediawatch.cli.searching import print_hit
from mediawatch.context import open_context
from mediawatch.delivery import title_of
from mediawatch.keywords.detect_stage import alerts_of
from mediawatch.records import Alert
from mediawatch.settings import Settings
from mediawatch.workflow.reporting import day_summary

QUERY = "關稅"
HEADLINES = 5


def show_day(settings: Settings, day: date) -> int:
    """Print the day's table by source; returns how many articles were admitted."""
    rows = day_summary(open_context(settings), day)
    print_table(f"{day}: what became of every link", SUMMARY, [asdict(row) for row in rows])
    return rows[-1].admitted


def show_search(settings: Settings) -> int:
    """Print headlines found by a Chinese search typed in traditional characters; returns how many were found."""
    from mediawatch.search import connect, search
    from mediawatch.search.asking import read_query

    hits = search(connect(settings), settings, read_query(open_context(settings), QUERY), size=HEADLINES)
    RESULT.print(
        f"\n[bold]{HEADLINES} headlines for {QUERY}[/] (typed in traditional characters, found in both scripts)"
    )
    for hit in hits:
        print_hit(hit)
    return len(hits)


def show_alerts(settings: Settings, day: date) -> list[Alert]:
    """Print the topics that make an alert for the first time on `day`, with their evidence; returns them."""
    begun = [alert for alert in alerts_of(open_context(settings).store, day) if alert.episode_on == day]
    RESULT.print(f"\n[bold]Alerts of {day}[/]")
    for alert in begun:
        RESULT.print(plain(title_of(alert, "zh"), "bold"))
        RESULT.print(plain(f"  {title_of(alert, 'en')}"))
        for headline in alert.headlines:
            RESULT.print(plain(f"    {headline.title} ({headline.publisher})"))
    if not begun:
        RESULT.print("  none: what is new can be told when 10 days were collected before")
    return begun


def show_addresses(addresses: Mapping[str, str]) -> None:
    """Print what there is to open."""
    width = max(map(len, addresses))
    RESULT.print("\n[bold]To open[/]")
    for what, url in addresses.items():
        RESULT.print(f"  {what:<{width}}  {url}")
