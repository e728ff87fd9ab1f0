"""What the launcher relies on inside MiniStack, checked before anything is patched.

MiniStack publishes new versions often and promises nothing about its private names. A patch that silently
no longer bites is worse than none, so every patch lists the names (and, for functions, the parameters) it
touches, and the launcher refuses to start when one of them is missing or changed.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

SUPPORTED_VERSION = "1.5.33"


class ContractError(Exception):
    """The installed MiniStack isn't the one that the launcher is built for."""


def check_contract(relied_on: Iterable[str]) -> None:
    """Checks the version and every name in ``relied_on``; raises ``ContractError`` naming all that differ.

    A name reads ``ministack.services.s3:_get_object(bucket_name, key, headers, query_params)``; without
    parentheses only its existence is checked.
    """
    try:
        installed = version("ministack")
    except PackageNotFoundError:
        raise ContractError("MiniStack isn't installed; run `make setup`") from None
    if installed != SUPPORTED_VERSION:
        raise ContractError(
            f"MiniStack {installed} is installed, but the launcher is proved against {SUPPORTED_VERSION}: "
            "run `make setup` to install the pinned version. To move to another version, change "
            "SUPPORTED_VERSION in local/launcher/ministack/contract.py and make tests/local pass"
        )
    problems = [problem for name in relied_on for problem in _problems(name)]
    if problems:
        raise ContractError(
            f"MiniStack {installed} differs from what the launcher patches:\n  "
            + "\n  ".join(problems)
            + "\nReinstall with `make setup`; on an upgrade, adapt the patches named above in local/launcher"
        )


def _problems(name: str) -> list[str]:
    path, _, parameters = name.removesuffix(")").partition("(")
    module_name, _, attribute = path.partition(":")
    try:
        found: object = importlib.import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        return [f"{path}: {error}"]
    if "(" not in name:
        return []
    if not callable(found):
        return [f"{path} is no longer a function"]
    actual = ", ".join(inspect.signature(found).parameters)
    return [] if actual == parameters else [f"{path} takes ({actual}), expected ({parameters})"]
