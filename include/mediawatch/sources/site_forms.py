"""Sites that are known to publish one article under several addresses, and the address by which it is one.

A source's own `article_id` says the same of a site that is not widely read.  These forms are no part of an entry, for
links between sites, lists of the most read and imported pages have to agree without one.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from mediawatch.records.address_template import AddressTemplate


def known_form(address: str) -> str:
    """`address` (normalised) as its site's form has it, where `site_forms.txt` knows the site; else as it is.

    `known_form(known_form(address)) == known_form(address)`.
    """
    host = urlsplit(address).netloc
    for site in _suffixes(host):
        for template in _forms().get(site, ()):
            if path := template.filled(address):
                return f"https://{site}{path}"
    return address


def _suffixes(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels) - 1)]


@cache
def _forms() -> dict[str, list[AddressTemplate]]:
    """{host: its templates}, in the order of the file."""
    found: dict[str, list[AddressTemplate]] = {}
    for line in files(__package__).joinpath("site_forms.txt").read_text("utf-8").splitlines():
        if words := line.partition("#")[0].split():
            host, template = words
            found.setdefault(host.removeprefix("www."), []).append(AddressTemplate(template))
    return found
