"""Write the import files again: `python -m mediawatch.kibana include/kibana`."""

from __future__ import annotations

import sys
from pathlib import Path

from mediawatch.kibana.generating import write_files

for path in write_files(Path(sys.argv[1] if len(sys.argv) > 1 else "include/kibana")):
    sys.stdout.write(f"{path}\n")
