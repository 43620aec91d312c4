"""The files that Prometheus and Grafana are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from mediawatch.monitoring.grafana import dashboard_file
from mediawatch.monitoring.rules import rules_file

FILES: Final[Mapping[str, Callable[[], str]]] = {
    "grafana-dashboard.json": dashboard_file,
    "prometheus-rules.yml": rules_file,
}


def write_files(folder: Path) -> list[Path]:
    """Write all of them into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in FILES.items():
        (folder / name).write_text(made(), encoding="utf-8")
    return [folder / name for name in FILES]
