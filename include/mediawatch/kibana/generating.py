"""The files: every saved object of one language, one a line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mediawatch.kibana.bilingual import LANGUAGES, Json, Language, Say, speaking
from mediawatch.kibana.dashboards import dashboards, searches, views
from mediawatch.kibana.lookups import NO_LABELS, Labels
from mediawatch.kibana.saved_objects import packed, tag

PREFIX: Final = "mediawatch"
"""The index prefix that the committed files name."""


def saved_objects(language: Language, prefix: str = PREFIX, labels: Labels = NO_LABELS) -> list[Json]:
    """What Kibana is given; the ids are the same in every language, so that one language replaces the other.

    `labels` are the words for values that the newsroom itself has: its sources, and the rules of the audit.
    """
    return objects_in(speaking(language), prefix, labels)


def objects_in(say: Say, prefix: str = PREFIX, labels: Labels = NO_LABELS) -> list[Json]:
    """The same, in the words of `say`."""
    return [
        tag(say("Media monitoring")),
        *(view.json(prefix) for view in views(say, labels)),
        *(search.json() for search in searches(say)),
        *(dashboard.json() for dashboard in dashboards(say)),
    ]


def render(language: Language, prefix: str = PREFIX, labels: Labels = NO_LABELS) -> bytes:
    """The import file over the indices `<prefix>-*`: JSON lines in UTF-8, the same bytes every time."""
    return "".join(f"{packed(saved)}\n" for saved in saved_objects(language, prefix, labels)).encode()


def file_name(language: Language) -> str:
    """Of the file with that language."""
    return f"mediawatch.{language}.ndjson"


def write_files(folder: Path) -> list[Path]:
    """Write the file of each language into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for language in LANGUAGES:
        path = folder / file_name(language)
        path.write_bytes(render(language))
        written.append(path)
    return written
