"""Checks of the import files without a Kibana.

Kibana says `success` to files that it then draws empty; so what was seen to break, or not to draw, is looked for here:
levels, attributes, references, fields against the project's own mappings, columns against drawings, and the grid.
"""

from __future__ import annotations

from pathlib import Path

from mediawatch.kibana.bilingual import LANGUAGES
from mediawatch.kibana.checks.data_views import check_controls, check_search, check_view, fields_by_view
from mediawatch.kibana.checks.envelope import Fault, Mappings, check_envelopes, fields_of, read_objects
from mediawatch.kibana.checks.grid import check_grid
from mediawatch.kibana.checks.packed import check_packed, panels_of
from mediawatch.kibana.checks.panels import check_panel
from mediawatch.kibana.checks.references import check_references
from mediawatch.kibana.checks.usage import used_fields
from mediawatch.kibana.generating import PREFIX, file_name, render

__all__ = ["Finding", "Mappings", "check", "check_files", "fields_of", "used_fields"]


def check(content: bytes, mappings: Mappings, prefix: str = PREFIX) -> list[Fault]:
    """What is wrong with an import file over indices with these mappings; nothing when the list is empty."""
    objects, findings = read_objects(content)
    broken = [*check_envelopes(objects), *check_packed(objects)]
    findings += broken
    if any(finding.fault in _STRUCTURAL for finding in findings):
        return sorted(findings)
    findings += check_references(objects)
    fields = fields_by_view(objects, mappings, prefix)
    for saved in objects:
        if saved["type"] == "index-pattern":
            findings += check_view(saved, fields[saved["id"]])
        elif saved["type"] == "search":
            findings += check_search(saved, fields)
        elif saved["type"] == "dashboard":
            panels = panels_of(saved)
            findings += check_grid(saved["id"], panels)
            findings += check_controls(saved, fields)
            for panel in panels:
                findings += check_panel(saved["id"], panel, fields)
    return sorted(findings)


_STRUCTURAL = {"unknown-type", "wrong-attribute-type", "missing-attribute", "unparsable-string"}
"""After one of these the rest cannot be read."""


def check_files(folder: Path, mappings: Mappings) -> list[Fault]:
    """`check` of the committed files, and whether they are what the generator writes today (`drift`)."""
    findings = []
    for language in LANGUAGES:
        path = folder / file_name(language)
        content = path.read_bytes() if path.is_file() else b""
        if content != render(language):
            detail = "differs from what is generated: run `python -m mediawatch.kibana`"
            findings.append(Fault(place=path.name, fault="drift", detail=detail))
        findings += check(content, mappings)
    return findings
