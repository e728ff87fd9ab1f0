"""A new profile works as it is made: synth takes it, its example passes, and it asks what its files say."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from braid.domain.profile.example import read_example
from cli.errors import CommandError
from cli.new_profile import make_profile
from local.engines.writing.evidence_lines import read_evidence
from local.engines.writing.schema_filling import fill_schema
from local.engines.writing.statements import make_statements
from stacks.packaging.code import REPOSITORY
from stacks.profiles import read_profiles
from tests.local.writing.talk_evidence import TALK, fenced
from tests.unit.profiles.examples import answer_to, unmet


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "rules.md").write_text((REPOSITORY / "profiles" / "rules.md").read_text("utf-8"), "utf-8")
    return folder


def test_synth_takes_it_and_its_example_passes(profiles: Path) -> None:
    folder = make_profile("press-photos", profiles)

    (made,) = read_profiles(profiles)
    assert (made.name, made.title) == ("press-photos", "Press photos")
    (path,) = (folder / "examples").glob("*.json")
    example = read_example(path.read_text("utf-8"))
    answer = answer_to(made, example)
    assert answer.warnings == ()
    assert example.expect
    assert unmet(answer, example.expect) == {}


def test_nothing_of_the_template_is_left_open(profiles: Path) -> None:
    folder = make_profile("a1", profiles)
    texts = [path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()]
    assert len(texts) == 5
    assert not any("{name}" in text or "{title}" in text for text in texts)


def test_it_answers_without_a_model_too(profiles: Path) -> None:
    make_profile("talks", profiles)
    (made,) = read_profiles(profiles)
    filled = fill_schema(made.answer_schema, make_statements(read_evidence(fenced(TALK))))
    jsonschema.validate(filled, made.answer_schema)
    assert filled["summary"]


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Press Photos!", "'press-photos' is valid"),
        ("2nd_look", "'nd-look' is valid"),
        ("x" * 50, f"'{'x' * 40}' is valid"),
        ("../general", "'general' is valid"),
        ("写真", "at most 40"),
        ("", "beginning with a letter"),
    ],
)
def test_a_name_that_will_not_do_is_refused_with_one_that_would(
    profiles: Path, name: str, better: str
) -> None:
    with pytest.raises(CommandError, match="isn't a valid profile name") as raised:
        make_profile(name, profiles)
    assert better in raised.value.message
    assert raised.value.exit_code == 2
    assert [path.name for path in profiles.parent.rglob("*")] == ["profiles", "rules.md"]


def test_a_folder_that_is_there_stays_as_it_is(profiles: Path) -> None:
    (profiles / "mine").mkdir()
    (profiles / "mine" / "prompt.md").write_text("my words", "utf-8")
    with pytest.raises(CommandError, match="exists already; nothing was changed"):
        make_profile("mine", profiles)
    assert (profiles / "mine" / "prompt.md").read_text("utf-8") == "my words"
    assert [path.name for path in (profiles / "mine").iterdir()] == ["prompt.md"]
