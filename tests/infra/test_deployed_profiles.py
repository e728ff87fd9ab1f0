"""A broken profile is refused at synth, with everything that is wrong in any of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from braid.domain.errors import ConfigError
from stacks.config import DeploymentConfig
from stacks.models import description_model_ids
from stacks.packaging.code import REPOSITORY
from stacks.profiles import check_profiles, read_profiles
from tests.infra.conftest import committed_context


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REPOSITORY / "profiles", tmp_path / "profiles"))


def test_the_profiles_that_ship_are_sound() -> None:
    assert "general" in check_profiles()


def test_a_copy_under_a_new_name_is_a_profile(profiles: Path) -> None:
    shutil.copytree(profiles / "general", profiles / "lectures")
    toml = profiles / "lectures" / "profile.toml"
    toml.write_text(toml.read_text("utf-8").replace('name = "general"', 'name = "lectures"'), "utf-8")
    assert set(check_profiles(profiles)) == {*check_profiles(), "lectures"}


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


def test_the_profile_of_what_names_none_can_not_be_taken_away(profiles: Path) -> None:
    shutil.rmtree(profiles / "general")
    with pytest.raises(ConfigError, match="profiles/general is missing"):
        check_profiles(profiles)


@pytest.fixture
def config() -> DeploymentConfig:
    return DeploymentConfig.from_context(committed_context(), default_region="eu-central-1")


def _captioned_by(tier: str, profiles: Path) -> Path:
    toml = profiles / "general" / "profile.toml"
    toml.write_text(
        toml.read_text("utf-8").replace('description_tier = ""', f'description_tier = "{tier}"'), "utf-8"
    )
    return profiles


def test_captions_need_the_models_that_profiles_name_and_no_other(
    profiles: Path, config: DeploymentConfig
) -> None:
    general = [case for case in read_profiles(_captioned_by("pro", profiles)) if case.name == "general"]
    assert description_model_ids(config, general) == {"pro": "eu.amazon.nova-pro-v1:0"}


def test_a_profile_without_captions_needs_no_model_for_them(profiles: Path, config: DeploymentConfig) -> None:
    general = [case for case in read_profiles(_captioned_by("", profiles)) if case.name == "general"]
    assert description_model_ids(config, general) == {}


def test_captions_by_a_model_that_sees_no_pictures_are_refused(
    profiles: Path, config: DeploymentConfig
) -> None:
    blind = read_profiles(_captioned_by("micro", profiles))
    with pytest.raises(
        ConfigError, match=r"profiles/general: .*description_tier is micro, .* sees no pictures"
    ):
        description_model_ids(config, blind)


def test_captions_by_a_tier_that_is_none_are_refused(profiles: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"vision\.description_tier must be empty or one of micro, lite, pro"
    ):
        check_profiles(_captioned_by("huge", profiles))
