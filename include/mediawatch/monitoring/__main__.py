"""Write the files for Prometheus and Grafana again: `python -m mediawatch.monitoring include/monitoring`."""

from __future__ import annotations

import sys
from pathlib import Path

from mediawatch.monitoring.files import write_files

for path in write_files(Path(sys.argv[1] if len(sys.argv) > 1 else "include/monitoring")):
    sys.stdout.write(f"{path}\n")
