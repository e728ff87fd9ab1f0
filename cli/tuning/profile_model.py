"""The tuned model that a profile on this machine names: ``[inference.tuned]`` of its ``profile.toml``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from braid.domain.toml_text import parse_toml
from braid.domain.tuning.records import ModelRow
from braid.domain.tuning.tuned_model import TunedModel
from cli.errors import EXIT_MISUSE, CommandError
from cli.target import PROJECT_ROOT

__all__ = ["name_model", "named_model", "profile_file"]

_TABLE = re.compile(r"^\[inference\.tuned\][^\n]*\n(?:(?!\[)[^\n]*\n?)*", re.MULTILINE)


def profile_file(name: str) -> Path:
    """The file of a profile. Raises ``CommandError`` where there is no such profile here."""
    path = PROJECT_ROOT / "profiles" / name / "profile.toml"
    if not path.is_file():
        raise CommandError(f"there is no profile {name!r} on this machine", exit_code=EXIT_MISUSE)
    return path


def named_model(path: Path) -> str:
    """The ARN that the profile names; empty where it names none."""
    return str(_read(path.read_text("utf-8")).get("inference", {}).get("tuned", {}).get("model", ""))


def name_model(path: Path, row: ModelRow | None) -> None:
    """Lets the profile name the row's model, or none; the rest of the file stays as it is.

    Raises ``CommandError`` for a model that no call can name, and where the file is written in another way.
    """
    before = path.read_text("utf-8")
    after = _TABLE.sub("", before).rstrip() + "\n"
    if "tuned" in _read(after).get("inference", {}):
        raise CommandError(f"{path}: `tuned` isn't a table [inference.tuned] of its own; write it as one")
    if row is not None:
        tuned = TunedModel(row.model_arn, row.data_sha256, row.recipe_sha256, row.way.base_model)
        if problems := list(tuned.problems()):
            raise CommandError(f"{row.run_id}: {problems[0]}", exit_code=EXIT_MISUSE)
        after += (
            f'\n[inference.tuned]\nmodel = "{tuned.model}"\ndata_sha256 = "{tuned.data_sha256}"\n'
            f'recipe_sha256 = "{tuned.recipe_sha256}"\nbase = "{tuned.base}"\n'
        )
    if _without_tuned(_read(before)) != _without_tuned(_read(after)):
        raise CommandError(f"{path}: [inference.tuned] can't be told from the rest; write it at the end")
    path.write_text(after, "utf-8")


def _read(text: str) -> dict[str, Any]:
    try:
        return parse_toml(text)
    except ValueError as error:
        raise CommandError("profile.toml isn't TOML: `make synth` says where") from error


def _without_tuned(profile: dict[str, Any]) -> dict[str, Any]:
    inference = {name: value for name, value in profile.get("inference", {}).items() if name != "tuned"}
    return {**profile, "inference": inference}
