"""The profiles that a deployment takes along, checked before anything is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from braid.domain.asset.asset import DEFAULT_PROFILE
from braid.domain.errors import ConfigError, InvalidInputError
from braid.domain.profile.example import read_example
from braid.domain.profile.profile import Profile, read_profile
from stacks.packaging.code import REPOSITORY

__all__ = ["check_profiles", "read_profiles"]


def check_profiles(folder: Path = REPOSITORY / "profiles") -> tuple[str, ...]:
    """The names of all profiles. Raises ``ConfigError`` that lists everything wrong with any of them."""
    names = tuple(profile.name for profile in read_profiles(folder))
    if DEFAULT_PROFILE not in names:
        raise ConfigError(f"profiles/{DEFAULT_PROFILE} is missing: what is dropped without a profile is its")
    return names


def read_profiles(folder: Path = REPOSITORY / "profiles") -> tuple[Profile, ...]:
    """All profiles by name. Raises ``ConfigError`` that lists everything wrong with any of them."""
    rules = (folder / "rules.md").read_text("utf-8")
    profiles, problems = [], []
    for case in sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._"):
        files = {
            path.relative_to(case).as_posix(): path.read_bytes() for path in case.rglob("*") if path.is_file()
        }
        try:
            profiles.append(read_profile(case.name, files, rules))
        except ConfigError as error:
            problems.append(str(error))
        problems.extend(_unreadable_examples(case.name, files))
    if problems:
        raise ConfigError("\n".join(problems))
    return tuple(profiles)


def _unreadable_examples(name: str, files: Mapping[str, bytes]) -> Iterator[str]:
    for path, body in sorted(files.items()):
        if path.startswith("examples/") and path.endswith(".json"):
            try:
                read_example(body.decode())
            except (InvalidInputError, UnicodeDecodeError) as error:
                yield f"profiles/{name}: {path}: {error}"
