"""The socket that the console listens on."""

from __future__ import annotations

import socket

__all__ = ["listen"]

_WAITING = 64


def listen(port: int = 0) -> socket.socket:
    """A socket that takes connections on 127.0.0.1 from now on; port 0 is any free one."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(_WAITING)
    return listening
