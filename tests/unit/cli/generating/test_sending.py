"""A request on its way: pictures on this machine become keys; what is refused there is refused here."""

from __future__ import annotations

from pathlib import Path

import pytest

from braid.domain.generation.request import read_request
from braid.runtime.provider_library import image_providers
from cli.errors import EXIT_MISUSE, CommandError
from cli.generating.provider_table import provider_lines
from cli.generating.sending import plan_request, request_members
from tests.doubles.generation_rig import picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "box.png").write_bytes(picture())
    return tmp_path


def test_pictures_go_first_and_the_request_starts_it(folder: Path) -> None:
    members = {
        "task": "variation",
        "prompt": "a box",
        "references": ["box.png", "inbox/other.png"],
        "then": [{"task": "remove_background", "references": ["previous"]}],
    }
    planned = plan_request(members, folder=folder, name="My Poster", by="ann")
    *pictures, request = planned.uploads
    (uploaded,) = pictures
    assert uploaded.key.startswith("inbox/generate/references/")
    assert uploaded.path == folder / "box.png"
    assert request.key == "inbox/generate/my-poster.toml"
    read = read_request(request.body, name="x")
    assert read.references == (uploaded.key, "inbox/other.png")
    assert read.requested_by == "ann"
    assert read.then[0]["references"] == ["previous"]


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"task": "remove_background", "references": ["none.png"]}, "no such file"),
        ({"task": "text_to_image"}, "needs a prompt"),
        ({"task": "swim"}, "must be one of"),
        ({"task": "text_to_image", "prompt": "x", "seed": -1}, "seed is"),
    ],
)
def test_what_would_be_refused_there_is_refused_here(folder: Path, members: dict, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        plan_request(members, folder=folder, name="poster", by="ann")
    assert refused.value.exit_code == EXIT_MISUSE


def test_a_file_that_is_no_request_is_named(folder: Path) -> None:
    for name, body in (("a.toml", b"= ="), ("b.toml", b"\xff\xfe"), ("c.toml", b"x" * 70_000)):
        (folder / name).write_bytes(body)
        with pytest.raises(CommandError, match=name):
            request_members(folder / name)
    with pytest.raises(CommandError, match="check the name"):
        request_members(folder / "none.toml")


def test_the_table_of_providers_leaves_no_task_and_no_retired_model_out() -> None:
    lines = list(provider_lines(image_providers()))
    assert {line["task"] for line in lines if line["status"] == "active"} == {
        *("text_to_image", "condition", "variation", "inpaint", "outpaint", "remove_background"),
        *("text_to_video", "image_to_video"),
    }
    assert {"task", "provider", "region", "status", "not_honoured"} <= lines[0].keys()
    assert sum(line["status"] == "retired" for line in lines) == 7 + 2 * 2
    (nobody,) = [line for line in lines if line["status"] == "not offered"]
    assert nobody["task"] == "colour_guided"
