"""Whether the port can be had. Standard library only: asked before anything else is loaded."""

from __future__ import annotations

import socket


class PortBusyError(Exception):
    """Another program listens on the port."""


def check_port_free(port: int) -> None:
    """Raises ``PortBusyError`` when something listens on the loopback port, or the port may not be opened."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do it: a port in TIME_WAIT after a restart counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortBusyError(f"port {port} of 127.0.0.1 can't be opened: {error.strerror}") from error


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
