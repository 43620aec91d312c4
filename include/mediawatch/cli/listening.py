"""The sockets of commands that serve pages."""

from __future__ import annotations

import socket

from mediawatch.errors import BadRequest


def listener_at(host: str, port: int) -> socket.socket:
    """A socket that listens already, so that who follows its address waits instead of being refused.

    Raises BadRequest where the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise BadRequest(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another --port.") from error
    return listener


def shown(listener: socket.socket) -> str:
    """Host and port as they stand in an address."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
