"""As whom the local Elasticsearch runs, and which folders that user can get to.

Elasticsearch refuses to run as root, so root hands it to `nobody`; that user has to be able to traverse every folder
above the server and its data, which a clone inside a 0700 folder does not allow.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from launch.elasticsearch_errors import NoElasticsearch

TEMPORARY = Path("/tmp")  # noqa: S108 - Java's own choice, which no setting changes
SHARED = Path("/var/tmp")  # noqa: S108 - outlives a reboot; our folder below it is checked to be ours


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerUser:
    """The user and group that the server runs as; `is_other` when that is not who we are."""

    uid: int
    gid: int
    is_other: bool


def server_user() -> ServerUser:
    """Ourselves, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return ServerUser(uid=os.geteuid(), gid=os.getegid(), is_other=False)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return ServerUser(uid=65534, gid=65534, is_other=True)
    return ServerUser(uid=nobody.pw_uid, gid=nobody.pw_gid, is_other=True)


def can_reach(folder: Path, user: ServerUser) -> bool:
    """Whether `user` may traverse every existing folder on the way to `folder` and `folder` itself."""
    path = folder.resolve()
    return all(_may_traverse(step.stat(), user) for step in (path, *path.parents) if step.exists())


def reachable(wanted: Path, user: ServerUser) -> Path:
    """`wanted`, or its stand-in below /var/tmp when `user` cannot get there.

    The stand-in's name depends on `wanted` only, so that the next run finds the same folder.
    """
    if not user.is_other or can_reach(_before_it_exists(wanted), user):
        return wanted
    digest = hashlib.blake2b(bytes(wanted.resolve()), digest_size=6).hexdigest()
    return own_shared_folder() / digest


def own_shared_folder() -> Path:
    """Our folder below /var/tmp, made when it is missing.  Raises NoElasticsearch when it belongs to somebody else."""
    folder = SHARED / f"mediawatch-{os.geteuid()}"
    folder.mkdir(mode=0o755, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise NoElasticsearch(f"{folder} is not a folder that only we can write to: remove it and start again.")
    return folder


def check_temporary_folder(user: ServerUser, folder: Path = TEMPORARY) -> None:
    """Raises NoElasticsearch when `user` cannot write into `folder`, where any Java puts its sockets."""
    found = folder.stat()
    if user.is_other and not found.st_mode & stat.S_IWOTH:
        raise NoElasticsearch(
            f"{folder} is closed to other users, and root has to run Elasticsearch as one: chmod 1777 {folder}"
        )


def hand_over(folder: Path, user: ServerUser) -> None:
    """Make `folder` and all in it belong to `user`."""
    if not user.is_other:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.uid, user.gid, follow_symlinks=False)


def _before_it_exists(wanted: Path) -> Path:
    """`wanted` without its own mode: what it forbids we can change, what its parents forbid we leave alone."""
    return wanted.resolve().parent


def _may_traverse(found: os.stat_result, user: ServerUser) -> bool:
    if found.st_uid == user.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == user.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)
