"""What variables of the user's own name: folders and servers. Everybody who reads one means the same by it.

Processes of ours work in the project's folder, wherever the command was called: who starts one hands it
``absolute_folders``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["absolute_folders", "address_fault", "folder", "folder_fault"]

_FOLDERS = ("BRAID_WEIGHTS", "BRAID_WHISPER_MODEL")


def folder(text: str) -> Path:
    """What a variable names: ``~`` is the user's home, a relative path begins where this process works."""
    return Path(os.path.expanduser(text.strip())).absolute()


def absolute_folders(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that name folders, as a process that works elsewhere has to read them."""
    return {name: str(folder(environment[name])) for name in _FOLDERS if environment.get(name, "").strip()}


def folder_fault(variable: str, text: str, files: Sequence[str]) -> str | None:
    """Why the folder that ``variable`` names isn't what is wanted; ``None`` where all ``files`` are in it."""
    place = folder(text)
    if not place.is_dir():
        return f"{variable} names {place}, which isn't a folder; it must name one with {', '.join(files)}"
    missing = [file for file in files if not (place / file).is_file()]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        return f"{variable} names {place}, where {' and '.join(missing)} {verb} missing"
    return None


def address_fault(variable: str, text: str) -> str | None:
    """Why ``text`` is no server's address; ``None`` where it may be one."""
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # a bracket of an IPv6 address that isn't closed
        is_address = False
    return None if is_address else f"{variable} is {text!r}; it must look like http://127.0.0.1:11434/v1"
