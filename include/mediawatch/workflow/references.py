"""What the files of watch lists and recipients refer to: names that there are, or a fault with file, line and the name
that comes closest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from mediawatch.context import Context
from mediawatch.delivery import Recipient, recipient_entries
from mediawatch.errors import BadConfiguration
from mediawatch.keywords.published_rules import current_rule
from mediawatch.keywords.watching import WatchList, read_watchlist_entries, watchlist_files
from mediawatch.keywords.watching.watchlist import RECIPIENTS
from mediawatch.language.identification import languages
from mediawatch.sources.yaml_entries import YamlEntry, nearest_name

_LANGUAGE_NAMES: Final = {
    "chinese": "zh",
    "mandarin": "zh",
    "中文": "zh",
    "华语": "zh",
    "simplified": "zh-Hans",
    "简体": "zh-Hans",
    "简体中文": "zh-Hans",
    "zh-cn": "zh-Hans",
    "cn": "zh-Hans",
    "traditional": "zh-Hant",
    "繁体": "zh-Hant",
    "繁體": "zh-Hant",
    "繁體中文": "zh-Hant",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "english": "en",
    "英文": "en",
    "en-us": "en",
    "en-gb": "en",
    "japanese": "ja",
    "日文": "ja",
    "korean": "ko",
    "韩文": "ko",
}
"""What people call the languages whose codes they do not know."""


def faults_of(context: Context) -> list[str]:
    """The names that the newsroom's files refer to and that are not there; a line "file:line: key: what" each.

    Files that cannot be read are not told of here: whoever needs them raises.
    """
    folder = context.settings.watchlists_dir
    try:
        lists = read_watchlist_entries(watchlist_files(folder)) if folder.is_dir() else []
        recipients = recipient_entries(folder / RECIPIENTS)
    except BadConfiguration:
        return []
    return [*of_watchlists(context, lists, recipients), *of_recipients(context, recipients, lists)]


def of_watchlists(
    context: Context, lists: Sequence[YamlEntry[WatchList]], recipients: Sequence[YamlEntry[Recipient]]
) -> Iterator[str]:
    """Faults of watch lists: recipients, languages and sources that there are not."""
    names = [entry.value.name for entry in recipients]
    sources = [source.name for source in context.catalogue.sources]
    for entry in lists:
        each = entry.value
        yield from _unknown(entry, "recipients", each.recipients, names, "no recipient of recipients.yaml")
        yield from _unknown_languages(entry)
        for key, wanted in (("sources", each.sources), ("not_sources", each.not_sources)):
            yield from _unknown(entry, key, wanted, sources, "no source of the catalogue")


def of_recipients(
    context: Context, recipients: Sequence[YamlEntry[Recipient]], lists: Sequence[YamlEntry[WatchList]]
) -> Iterator[str]:
    """Faults of recipients: watch lists and rules that there are not."""
    names = [entry.value.name for entry in lists]
    rules = [*_rules(context), *(f"watch:{name}" for name in names)]
    for entry in recipients:
        yield from _unknown(entry, "watchlists", entry.value.watchlists, names, "no watch list")
        yield from _unknown(entry, "rules", entry.value.rules, rules, "no rule")


def recipients_beside(context: Context, file: Path) -> Path:
    """The file of recipients that a file of watch lists goes with: the one beside it, else the newsroom's."""
    beside = file.parent / RECIPIENTS
    return beside if beside.is_file() else context.settings.watchlists_dir / RECIPIENTS


def _rules(context: Context) -> list[str]:
    return sorted({current_rule(context).name, *context.store.folders("rules")})


def _unknown(
    entry: YamlEntry[WatchList] | YamlEntry[Recipient],
    key: str,
    names: Sequence[str],
    known: Collection[str],
    what: str,
) -> Iterator[str]:
    for number, name in enumerate(names):
        if name not in known:
            yield f"{entry.place_of(key, number)}: {key}: {name!r} is {what}{nearest_name(name, known)}"


def _unknown_languages(entry: YamlEntry[WatchList]) -> Iterator[str]:
    known = languages()
    for number, name in enumerate(entry.value.languages):
        if name in known:
            continue
        code = _LANGUAGE_NAMES.get(name.lower())
        meant = f" (did you mean {code!r}?)" if code else nearest_name(name, [*known, *_LANGUAGE_NAMES])
        yield f"{entry.place_of('languages', number)}: languages: {name!r} is no code of a language{meant}"
