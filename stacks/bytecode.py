"""Compiles modules for the Python that runs them, so that no cold start does.

Lambda unpacks code and layers where a function can't write: modules that come without their bytecode are
compiled again by every cold start that imports them. boto3 with one client and Powertools take a third of the
processor time with it.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["compile_modules", "compiler_for"]


@functools.cache
def compiler_for(python_version: str) -> str | None:
    """An interpreter of this version ("3.13") on this machine; only the same version's bytecode is read.

    None where there is none: what isn't compiled runs all the same.
    """
    if python_version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    found = shutil.which(f"python{python_version}")
    if found is None:
        return None
    # Version managers leave names on the path behind which there is no interpreter.
    told = subprocess.run(
        [found, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return found if told.stdout.strip() == python_version else None


def compile_modules(folder: Path, compiler: str, *, unpacked_at: str) -> None:
    """Puts bytecode beside every module below ``folder``, which functions find at ``unpacked_at``.

    What doesn't compile stays as it is: packages ship templates and other versions' code among their modules.
    """
    # By hash and unchecked: a zip changes times, and nothing changes there afterwards.
    command = [compiler, "-P", "-m", "compileall", "-q", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", unpacked_at, str(folder)]
    # Sets are written in the order of their hashes: the same modules give the same bytes.
    subprocess.run(command, env={"PYTHONHASHSEED": "0"}, check=False, stdout=subprocess.DEVNULL)
