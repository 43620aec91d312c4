"""Credits in Latin letters, taken apart: By Ann Lee and Bo Chan, Staff Writers; Von Ute Land, Rom; Par Luc Morel."""

from __future__ import annotations

import re
from typing import Final

from mediawatch.extraction.attribution.credit import Credit, Credits, Role
from mediawatch.extraction.attribution.names import is_organisation, is_person
from mediawatch.language.folding import BLANKS_BEFORE
from mediawatch.language.stamps import before_date, without_stamps

_NAMES: Final = 12
"""Names read of one credit."""
_BY: Final = r"(?:(?:by|von|par|por|door|przez)|(?-i:di|da|av|af)|(?-i:Di|Av|Af)(?=\s\w+\s(?-i:[A-ZÀ-Þ])))\b"
"""Before who wrote, in English, German, French, Spanish, Portuguese, Dutch, Polish, Italian and Scandinavian languages;
capital Di begins names too."""
_DONE: Final = (
    r"(?:written|words|posted|published|(?:additional )?reporting|report(?:ed)?|story|text|analysis"
    r"|(?:view )?(?:all )?(?:posts|articles|stories)"
    r"|(?:zeige )?alle (?:beiträge|artikel)|(?:ein )?(?:gast|blog[- ]?)?(?:beitrag|artikel)"
    r"|interview|essay|analyse"
    r"|veröffentlicht|verfasst|geschrieben|erstellt|eingestellt|gepostet"
    r"|(?:une? )?(?:article|texte)|publiée?|écrite?|rédigée?|postée?|publicad[oa]|escrit[oa]|pubblicato|scritto"
    r"|geschreven|geplaatst)(?:\s+(?:on|am|vom|le|el|il|op))?"
)
"""What was done by somebody, and what of a date stands between."""
_AUTHOR: Final = r"(?:authors?|autor(?:in|innen|en|es|a|e|i)?|auteure?s?|verfasser(?:in)?|авторы?)"
_WRITTEN: Final = r"(?:redakteur(?:in)?|redaktion|texte?|texto|testo|tekst|текст)"
_PICTURED: Final = r"(?:fotos?|фото|bild(?:er)?|fotografie|photographies?|illustration(?:en)?)"
_TRANSLATED: Final = r"(?:übersetz(?:t|ung)|traduit|traduction|traducid[oa]|traducción|tradotto|traduzione|vertaald)"
_NAMED: Final = rf"(?=\s*[:：]|\s+{_BY})"
_FRONT: Final = re.compile(
    rf"(?:(?P<translator>translat(?:ed|ion|or)(?: and adapted)?|{_TRANSLATED}{_NAMED})|(?P<editor>edit(?:ed|ing|or))"
    rf"|(?P<photographer>photo(?:graph)?s?|pictures?|illustrat(?:ions?|ed)|graphics?|{_PICTURED}{_NAMED})"
    r"|(?P<other>(?:(?:co-)?produc(?:ed|tion)|video|audio|film(?:ed)?|design(?:ed)?|narrat(?:ed|ion)) (?=by\b))"
    rf"|(?P<writer>(?:{_DONE} )?\s*(?={_BY})|{_AUTHOR}\b(?:[*:/_]in(?:nen)?\b)?|{_WRITTEN}(?=\s*[:：])))"
    rf"\s*(?:{_BY})?\s*[:：/／]?\s*",
    re.IGNORECASE,
)
"""The label before a name."""
_ROLES: Final = re.compile(
    r"(?<=[\s;,])(?=(?:(?:translated|edit(?:ed|ing)|photographs?|photos?|pictures|illustrations?|writing|written|produced"
    rf"|(?:additional )?reporting)(?: and \w+)? by|(?:{_PICTURED}|{_TRANSLATED}) (?:von|par|por))\b)",
    re.IGNORECASE,
)
_DESKS: Final = (
    r"(?:political|chief|senior|foreign|business|economics?|education|health|science|sports?|technology|defen[cs]e|diplomatic"
    r"|crime|courts?|asia|china|europe|environment|climate|royal|arts|culture|deputy|national|world|city|local|special|staff"
    r"|community|investigative)"
)
_POSTS: Final = r"(?:correspondent|editor|reporter|writer|columnist|producer|journalist)s?\b"
_OTHER_POSTS: Final = (
    r"\w{0,20}(?:redakteur|korrespondent|journalist|volontär|leiter|sprecher|führer|direktor|correspondant|rédacteur"
    r"|corresponsal|redactor|periodista|giornalista)(?:in|e|a)?\b"
)
_MONTH: Final = (
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_AFTER: Final = re.compile(
    BLANKS_BEFORE + rf"(?:[／/|｜【\[<>•·@]|(?:{_MONTH}\s{{1,4}})?(?<!\w)\d|[（(]|(?<=[a-zà-þ]{{3}})\.\s"
    r"|\bpublished\b|\bupdated\b|\bposted\b|\bfollow\b|\bshare\b"
    r"|\bsenior\b|\bstaff\b|\bcorrespondent\b|\beditor\b|\breporter\b|\bin\s+(?-i:[A-Z])|\bfor\s+(?:the\s+)?(?-i:[A-Z])|\bon\s*$"
    rf"|{_DESKS}\s+(?:\w+\s+){{0,2}}{_POSTS}|,\s*(?:[\w&'’-]+\s+){{0,4}}{_POSTS}"
    rf"|(?<=\s)(?:en|à|aus)\s+(?-i:[A-ZÀ-Þ])|(?<=[\s,]){_OTHER_POSTS}).*$",
    re.IGNORECASE | re.DOTALL,
)
"""What a place, an outlet, a post or a sign behind a name begins."""
_WEEKDAY: Final = (
    r"(?:mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?|mo|di|mi|do|fr|sa|so"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo|(?:lune|marte|mercole|giove|vener)dì|sabato|domenica"
    r"|(?:segunda|terça|quarta|quinta|sexta)-feira|(?:maan|dins|woens|donder|vrij|zater|zon)dag"
)
_DATE_BEGINS: Final = re.compile(
    rf"(?:[\s,|·–—/-]{{1,4}}(?:am|vom|um|le|el|il|den|op|on|the|stand|datum|date|fecha|data|published|updated|{_WEEKDAY})[.,:]{{0,2}}){{1,4}}\s{{0,4}}$",
    re.IGNORECASE,
)
"""What stands between a name and the date behind it."""
_DESK: Final = re.compile(
    r"\s*([A-Z][\w.'’&-]*)\s+(?:staff|editors?|reporters?|correspondents?|team|desk)\b", re.IGNORECASE
)
"""One word before what somebody is: of an outlet or a desk (Harbour staff reporter, Community editor)."""
_FROM: Final = re.compile(r"\sin(?:\s[A-Z][\w'’.-]*){1,3}(?=\s?[;&]|\sand\s)")
"""Where one of several reports from: Ann Lee in Northbridge and Bo Chan."""
_TITLED: Final = re.compile(
    r"^(?:[A-Z][\w&'’.-]*\s){0,3}?(?:[Ss]taff\s)?(?:[Ww]riter|[Rr]eporter|[Cc]orrespondent|WRITER|REPORTER|CORRESPONDENT)[Ss]?:?"
    r"\s(?!(?:Without|Sans|Guild|Club|Association|Union)\b)(?=[A-Z][\w'’.-]+\s[A-Z])"
)
"""What somebody is before their name: Harbour News writers Ann Lee, Bo Chan."""
_EDGES: Final = " ,|·.-–—:：、"
_DEGREE: Final = re.compile(r"(?:ph\.?d|[mj]\.?d|m\.?b\.?a|[mb]\.?sc|r\.?n|esq|cpa|cfa|jr|sr)\.?", re.IGNORECASE)
"""What stands behind a name and a comma without being another one."""
_INITIALS: Final = re.compile(r"\s\((?:[A-Z]\.){1,4}\)(?=\s[A-Z])")
"""What somebody is called by as well: Ann (A.B.) Lee."""
_DASH: Final = re.compile(r"\s[-–—]\s")
_TWICE: Final = re.compile(r"^(.{3,60}) \1$")
"""A name that is shown, and again for who hears the page."""
_COUNTRIES: Final = frozenset({"austria", "deutschland", "germany", "österreich", "schweiz", "suisse", "switzerland"})
_WORD: Final = re.compile(r"\b(?:für|of|for|the|pour|para)\b")
_BETWEEN: Final = re.compile(
    rf"{BLANKS_BEFORE}(?:[、，,;；&＆]|\b(?:and|with|und|et|og|och|oraz)\b|(?<=\s)y(?=\s))\s*", re.IGNORECASE
)


def read_latin(words: str) -> Credits:
    """What a credit without Han characters says; a date behind the names ends it.

    By Ann Lee and Bo Chan, Staff Writers; Translated by Cy Wu.
    """
    dated = before_date(words)
    found = _read(_DATE_BEGINS.sub("", dated) if dated != words else words)
    return found if found.people or found.organisations or dated == words else _read(without_stamps(words))


def _read(words: str) -> Credits:
    parts = [_read_part(part) for part in _ROLES.split(words) if part.strip()]
    return Credits(
        people=tuple(person for part in parts for person in part.people),
        organisations=tuple(name for part in parts for name in part.organisations),
        is_labelled=any(part.is_labelled for part in parts),
    )


def _read_part(words: str) -> Credits:
    front = _FRONT.match(words)
    words = _INITIALS.sub("", _FROM.sub("", words))
    role = next((role for role in Role if front and front.groupdict().get(role) is not None), Role.WRITER)
    words = _TITLED.sub("", words[front.end() :] if front else words)
    if desk := _DESK.match(words):
        return Credits(organisations=(desk[1],))
    words = _AFTER.sub("", _without_company(words)).strip(_EDGES)
    parts = [_TWICE.sub(r"\1", part.strip(_EDGES)) for part in _BETWEEN.split(words)[:_NAMES]]
    parts = [part for part in parts if not _DEGREE.fullmatch(part)] or [""]
    if _is_address(parts) or _is_phrase(parts[0]):
        return Credits(is_labelled=front is not None)
    if is_organisation(parts[0]) and all(part.isupper() for part in parts[1:]):  # AFP, WASHINGTON
        return Credits(organisations=tuple(parts[:1]))
    names = [part for part in parts if part and is_person(part)]
    if any(" " in name for name in names):
        # Ann Lee, London, Bo Chan: one word among whole names is where somebody is, or what they are.
        names = [name for name in names if " " in name]
    elif len(parts) > 1 and not front:
        names = []  # the name of an outlet: Herz und Welle, Boats & Nets
    return Credits(
        people=tuple(Credit(name, role) for name in names if role is not Role.OTHER),
        organisations=tuple(part for part in parts if part and is_organisation(part)),
        is_labelled=front is not None,
    )


def _without_company(words: str) -> str:
    """The name on one side of a dash: Ann Lee - Harbour Jobs, harbour - Ann Lee."""
    parts = [part.strip(_EDGES) for part in _DASH.split(words, maxsplit=1)]
    names = [part for part in parts if " " in part and is_person(part)]
    is_sure = len(parts) > 1 and (names[:1] == parts[:1] or " " not in parts[0])
    return names[0] if names and is_sure else words


def _is_address(parts: list[str]) -> bool:
    """Whether the credit ends with a country, as that of a company does: Harbour Verlag, Kiel, Germany."""
    return len(parts) > 1 and parts[-1].lower() in _COUNTRIES


def _is_phrase(words: str) -> bool:
    """Whether `words` are the beginning of a longer name of a body: Ministerium für Wirtschaft [und Klima]."""
    return _WORD.search(words) is not None
