"""Texts cut to what a state may carry."""

from __future__ import annotations

__all__ = ["shortened"]


def shortened(text: str, max_bytes: int) -> str:
    """``text`` if it has at most ``max_bytes`` in UTF-8, else its beginning and an ellipsis that do."""
    encoded = text.encode("utf-8", errors="replace")
    if len(encoded) <= max_bytes:
        return text
    return encoded[: max_bytes - len("…".encode())].decode("utf-8", errors="ignore") + "…"
