"""Compiles modules before they are deployed, so that no cold start does.

Lambda unpacks code and layers where a function can't write: modules that come without their bytecode are
compiled again by every cold start that imports them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["COMPILED_VERSION", "compile_modules"]

# Only Pythons of this version read what this interpreter compiles; others read past it.
COMPILED_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def compile_modules(folder: Path, *, unpacked_at: str) -> None:
    """Puts bytecode beside every module below ``folder``, which functions find at ``unpacked_at``.

    What doesn't compile stays as it is: packages ship templates and other versions' code among their modules.
    """
    # By hash and unchecked (PEP 552): a zip changes times, and nothing changes there afterwards.
    command = [sys.executable, "-P", "-m", "compileall", "-q", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", unpacked_at, str(folder)]
    # Nothing of Python's own settings, one of which puts bytecode elsewhere. Sets are written in the order of
    # their hashes: the same modules give the same bytes.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONHASHSEED"] = "0"
    subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)
