"""Who may do what in an Elasticsearch with security: three roles that see our own indices and no others.

`reader` searches.  `writer` also writes documents and makes indices, where somebody else has prepared the templates.
`provisioner` is a writer that prepares them: as it whoever writes to the index can run, and none of them can read other
people's indices, make users, or stop the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mediawatch.search.connection import answering

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_HEALTH: Final = "monitor"
"""Health and modules of the server, which every client of ours asks for first."""
_TEMPLATES: Final = "manage_index_templates"
_READING: Final = ("read", "view_index_metadata")
_WRITING: Final = ("read", "write", "manage")
"""An index a month is made with its alias, and that is `manage`."""

ROLES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "reader": ((_HEALTH,), _READING),
    "writer": ((_HEALTH,), _WRITING),
    "provisioner": ((_HEALTH, _TEMPLATES), _WRITING),
}
"""{role: (what it may with the server, what it may with our indices)}."""


def role_name(prefix: str, role: str) -> str:
    """What `role` is called on the server."""
    return f"{prefix}-{role}"


def role_body(prefix: str, role: str) -> dict[str, Any]:
    """The role as the server takes it.  Raises KeyError for one that is not in ROLES."""
    cluster, indices = ROLES[role]
    return {"cluster": list(cluster), "indices": [{"names": [f"{prefix}-*"], "privileges": list(indices)}]}


def put_roles(client: Elasticsearch, prefix: str) -> tuple[str, ...]:
    """Make the roles, or bring them up to date; their names.

    Needs a user that may manage security.  Raises BadConfiguration for any other and Unavailable.
    """
    with answering():
        for role in ROLES:
            client.security.put_role(name=role_name(prefix, role), **role_body(prefix, role))
    return tuple(role_name(prefix, role) for role in ROLES)
