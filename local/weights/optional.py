"""Packages that only who asks for them gets: small publishers' code that an engine needs.

``braid engines install NAME`` puts one, at the version and hash of ``requirements/<name>.txt``, into a folder
of its own: only the worker that runs its engine has it on its path.
"""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from local.weights.cache import WeightsMissingError, folder
from local.weights.fetch import FetchError
from local.weights.pip_errors import reason

__all__ = ["OPTIONAL", "import_optional", "install", "is_installed"]

OPTIONAL = {"voice": "hibari", "writer": "xllamacpp"}
"""What can be installed, and the module that each brings."""

_REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"


def install(name: str) -> bool:
    """Installs the optional package ``name``; whether there was anything to do. Raises ``FetchError``."""
    if is_installed(name):
        return False
    place = _place(name)
    unfinished = place.with_name(f"{place.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
    command += ["--requirement", str(_REQUIREMENTS / f"{name}.txt"), "--target", str(unfinished)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        why = reason(done.stderr.splitlines(), done.returncode)
        raise FetchError(f"the package for the {name} can't be installed ({why})")
    shutil.rmtree(place, ignore_errors=True)
    unfinished.replace(place)
    _mark(name).write_text(_wanted(name), "utf-8")
    return True


def is_installed(name: str) -> bool:
    """Whether the version that ``requirements/<name>.txt`` names is there, for this version of Python."""
    try:
        return _mark(name).read_text("utf-8") == _wanted(name)
    except OSError:
        return False


def import_optional(name: str) -> ModuleType:
    """The module of an optional package, for a worker. Raises ``WeightsMissingError`` where it isn't."""
    if not is_installed(name):
        raise WeightsMissingError(f"the {name} isn't installed; run `braid engines install {name}`")
    place = str(_place(name))
    if place not in sys.path:
        sys.path.append(place)
    return importlib.import_module(OPTIONAL[name])


def _place(name: str) -> Path:
    version = "{}.{}".format(*sys.version_info[:2])
    return folder().parent / "packages" / f"{name}-python{version}"


def _mark(name: str) -> Path:
    return _place(name) / "installed.txt"


def _wanted(name: str) -> str:
    return (_REQUIREMENTS / f"{name}.txt").read_text("utf-8")
