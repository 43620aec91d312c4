"""What a page holds that may tell who published it first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mediawatch.extraction.bilingual import Body
from mediawatch.extraction.bylines import Byline
from mediawatch.extraction.circumstances import Circumstances
from mediawatch.extraction.declared import Declared
from mediawatch.extraction.visible import Visible
from mediawatch.language import fold
from mediawatch.sources.publishers import key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The pieces of one page; `ruled` is what the site's rule for the source found.

    `own` are the site's own names, as keys, and the ids of the publishers that it is.
    """

    declared: Declared
    visible: Visible
    body: Body
    byline: Byline
    known: Circumstances
    ruled: str = ""
    own: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", _own_names(self.declared, self.known))

    def is_own(self, name: str) -> bool:
        """Whether `name` is the site itself."""
        publisher = self.known.publishers.named(name)
        is_own_id = publisher is not None and f"id:{publisher.id}" in self.own
        return is_own_id or key_of(name) in self.own or fold(name) in self.known.hosts


def _own_names(declared: Declared, known: Circumstances) -> frozenset[str]:
    """The site's own names, folded, and the ids of the publisher that it is."""
    names = {known.site_name, declared.meta("og:site_name", "application-name")} - {""}
    hosts = [known.url, declared.meta("og:url"), *known.hosts]
    if not known.url:
        hosts += [host for host, _ in Counter(declared.link_hosts).most_common(1)]
    publishers = [known.publishers.at(host) for host in hosts if host]
    publishers += [entry for host in hosts for entry in known.publishers.sharing(host)]
    publishers += [known.publishers.named(name) for name in names]
    ids = {f"id:{publisher.id}" for publisher in publishers if publisher}
    return frozenset({key_of(name) for name in names} | ids)
