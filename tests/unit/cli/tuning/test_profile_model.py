"""The model that a profile names is written and taken out, and nothing else of the file changes."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from braid.domain.tuning.plan import Way
from braid.domain.tuning.records import ModelRow
from cli.errors import CommandError
from cli.target import PROJECT_ROOT
from cli.tuning.profile_model import name_model, named_model

ARN = "arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghij12"
ROW = ModelRow("mod-1", ARN, "arn:model", Way.NOVA_TEXT, "moderation", "now", "a" * 64, "b" * 64, "as base")


@pytest.mark.parametrize("name", ["moderation", "general"])
def test_a_profile_of_ours_names_a_model_and_none_again(tmp_path: Path, name: str) -> None:
    path = tmp_path / "profile.toml"
    shutil.copy(PROJECT_ROOT / "profiles" / name / "profile.toml", path)
    before = path.read_text("utf-8")

    name_model(path, ROW)
    name_model(path, replace(ROW, model_arn=ARN[:-1] + "3"))

    assert named_model(path) == ARN[:-1] + "3"
    assert path.read_text("utf-8").startswith(before), "comments and all"
    name_model(path, None)
    assert path.read_text("utf-8") == before


def test_a_table_between_others_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text('[inference.tuned]\nmodel = "x"\n# why\n\n[review]\nhours = 2\n', "utf-8")

    name_model(path, ROW)

    read = tomllib.loads(path.read_text("utf-8"))
    assert read["inference"]["tuned"]["model"] == ARN
    assert read["review"] == {"hours": 2}


@pytest.mark.parametrize(
    ("text", "row", "said"),
    [
        ('[inference]\ntuned = { model = "x" }\n', ROW, "write it as one"),
        ("", replace(ROW, model_arn="arn:aws:bedrock:us-east-1::custom-model/x"), "must be the ARN"),
        ("[inference\n", ROW, "isn't TOML"),
    ],
)
def test_what_cannot_be_written_is_said_and_nothing_changes(
    tmp_path: Path, text: str, row: ModelRow, said: str
) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(CommandError, match=said):
        name_model(path, row)
    assert path.read_text("utf-8") == text
