"""A broken profile is refused at synth, with everything that is wrong in any of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.errors import ConfigError
from stacks.packaging import REPOSITORY
from stacks.use_cases import check_profiles


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REPOSITORY / "profiles", tmp_path / "profiles"))


def test_the_profiles_that_ship_are_sound() -> None:
    assert "general" in check_profiles()


def test_a_copy_under_a_new_name_is_a_use_case(profiles: Path) -> None:
    shutil.copytree(profiles / "general", profiles / "lectures")
    toml = profiles / "lectures" / "profile.toml"
    toml.write_text(toml.read_text("utf-8").replace('name = "general"', 'name = "lectures"'), "utf-8")
    assert check_profiles(profiles) == ("general", "lectures")


def test_all_that_is_wrong_is_told_at_once(profiles: Path) -> None:
    shutil.copytree(profiles / "general", profiles / "lectures")
    (profiles / "lectures" / "prompt.md").unlink()
    (profiles / "empty").mkdir()
    with pytest.raises(ConfigError) as caught:
        check_profiles(profiles)
    message = str(caught.value)
    assert "profiles/lectures: prompt.md is missing" in message
    assert "name is 'general', the folder is 'lectures'" in message
    assert "profiles/empty: profile.toml is missing" in message
