"""robots.txt by RFC 9309: what each answer to it means, around Protego's rule matching."""

from __future__ import annotations

import logging
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from itertools import islice

from protego import Protego

from mediawatch.errors import in_short
from mediawatch.harvest.fetching.answers import HOST_TROUBLE, REDIRECTS, Answer, Trouble, reason_of
from mediawatch.harvest.fetching.transport import PRODUCT
from mediawatch.records import Exchange, Reason

LIMIT_BYTES = 512_000
"""500 KiB: what RFC 9309, 2.5 asks a crawler to read at least; rules beyond it are not seen."""
LIMIT_LINES = 10_000
"""Lines with something on them that are read; each rule is tried on each address, and large sites have hundreds."""
REDIRECT_LIMIT = 5

_LOG = logging.getLogger(__name__)
_ADDRESS_TROUBLE = (Reason.UNSAFE_ADDRESS, Reason.BAD_ADDRESS)
_AGENT_LINE = re.compile(r"^([ \t]*user[- ]?agent[ \t]*:?[ \t]*)([^\r\n#]*)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"[a-z_-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What one origin allows us in this run.

    `refusal` is set when nothing may be fetched from it at all; `crawl_delay` is in seconds, by Crawl-delay or
    Request-rate, 0 when not asked for.
    """

    rules: Protego | None = None
    crawl_delay: float = 0.0
    refusal: Reason | None = None
    detail: str = ""

    def allows(self, url: str) -> bool:
        """Whether `url` of this origin may be fetched."""
        return self.refusal is None and (self.rules is None or bool(self.rules.can_fetch(url, PRODUCT)))


def read_robots(answer: Answer, *, is_redirected: bool = False) -> Robots:
    """The rules in an answer to /robots.txt, reached by redirects or not.

    4xx and more redirects than the limit mean that there are no rules; 5xx, 429 and no answer mean that nothing may
    be fetched.  (RFC 9309 counts 429 among 4xx; a site that asks us to slow down does not mean "take everything".)
    """
    if isinstance(answer, Trouble):
        speaks_of_origin = answer.reason in _ADDRESS_TROUBLE and not is_redirected
        refusal = answer.reason if speaks_of_origin else Reason.ROBOTS_UNREACHABLE
        return Robots(refusal=refusal, detail=f"robots.txt: {answer.detail}")
    if answer.status in REDIRECTS:
        return Robots()
    reason = reason_of(answer.status)
    if reason in HOST_TROUBLE:
        return Robots(refusal=Reason.ROBOTS_UNREACHABLE, detail=f"robots.txt: status {answer.status}")
    return _rules_in(answer) if reason is None else Robots()


def _rules_in(answer: Exchange) -> Robots:
    text = answer.body[:LIMIT_BYTES].decode(_encoding_of(answer.body), "replace").lstrip("\ufeff \t\r\n")
    if len(answer.body) >= LIMIT_BYTES:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    # Blanks are joined because Protego joins them too when it looks for "user agent".
    lines = (" ".join(line.partition("#")[0].split()) for line in text.splitlines())
    text = "\n".join(islice(filter(None, lines), LIMIT_LINES))
    try:
        rules = Protego.parse(_AGENT_LINE.sub(_whole_token, text))
        rate = rules.request_rate(PRODUCT)
        paced = rate.seconds / rate.requests if rate and rate.requests > 0 else 0.0
        return Robots(rules=rules, crawl_delay=max(0.0, rules.crawl_delay(PRODUCT) or 0.0, paced))
    except Exception as error:  # noqa: BLE001 - one site's rules must not end the crawl of the others
        detail = f"robots.txt cannot be read: {in_short(error)}"
        _LOG.warning("%s: %s", answer.url, detail)
        return Robots(refusal=Reason.ROBOTS_UNREACHABLE, detail=detail)


def _encoding_of(body: bytes) -> str:
    """UTF-16 by its mark, or by the zero beside an ASCII character that every robots.txt begins with; else UTF-8."""
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in body[:2]:
        return "utf-16-be" if body.startswith(b"\0") else "utf-16-le"
    return "utf-8"


def _whole_token(line: re.Match[str]) -> str:
    """A group counts when it names our whole token; Protego also takes a group `media` to mean `mediawatch`."""
    name = line[2].strip()
    token = _TOKEN.match(name)
    is_ours = token is not None and token[0].lower() == PRODUCT
    return line[1] + (PRODUCT if is_ours else "*" if name == "*" else "another")
