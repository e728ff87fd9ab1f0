"""What `braid drop` would upload, and what it refuses before anything is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.drop import plan_drop
from cli.errors import CommandError


def make(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return paths


def test_files_stay_apart_and_keep_their_order(tmp_path: Path) -> None:
    planned = plan_drop(make(tmp_path, "b.mp4", "a.jpg"), profile="general", bundle=None)
    assert [asset.uploads[0].key for asset in planned] == ["inbox/general/b.mp4", "inbox/general/a.jpg"]
    assert all(len(asset.uploads) == 1 for asset in planned)


def test_bundle_joins_files_and_sends_its_manifest_last(tmp_path: Path) -> None:
    (asset,) = plan_drop(make(tmp_path, "talk.mp4", "talk.vtt"), profile="education", bundle="lecture")
    assert [item.key for item in asset.uploads] == [
        "inbox/education/lecture.bundle/talk.mp4",
        "inbox/education/lecture.bundle/talk.vtt",
        "inbox/education/lecture.bundle/manifest.json",
    ]
    assert json.loads(asset.uploads[-1].body)["members"] == [
        {"name": "talk.mp4", "role": "video"},
        {"name": "talk.vtt", "role": "captions"},
    ]


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        (("mug.jpg", "mug.md"), ["image", "text"]),
        (("lecture.mp3", "slides.pdf"), ["narration", "slides"]),
        (("speech.wav", "speech.txt"), ["audio", "transcript"]),
        (("front.jpg", "back.png", "sheet.pdf"), ["image", "image", "text"]),
    ],
)
def test_roles_come_from_a_members_kind_and_its_neighbours(
    tmp_path: Path, names: tuple[str, ...], roles: list[str]
) -> None:
    (asset,) = plan_drop(make(tmp_path, *names), profile="general", bundle="b")
    assert [item["role"] for item in json.loads(asset.uploads[-1].body)["members"]] == roles


def test_bundle_folder_goes_as_it_is(tmp_path: Path) -> None:
    make(tmp_path, "mug.bundle/mug.jpg", "mug.bundle/.hidden")
    (tmp_path / "mug.bundle/manifest.json").write_text('{"members": []}')
    (asset,) = plan_drop([tmp_path / "mug.bundle"], profile="general", bundle=None)
    assert [item.key for item in asset.uploads] == [
        "inbox/general/mug.bundle/mug.jpg",
        "inbox/general/mug.bundle/manifest.json",
    ]
    assert asset.uploads[-1].body == b'{"members": []}'


@pytest.mark.parametrize("name", [".env", "Thumbs.db"])
def test_names_that_never_start_are_refused_before_upload(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="ignored") as caught:
        plan_drop(make(tmp_path, name), profile="general", bundle=None)
    assert caught.value.exit_code == 2


def test_folders_missing_files_and_twins_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is a folder"):
        plan_drop([tmp_path], profile="general", bundle=None)
    with pytest.raises(CommandError, match="no such file"):
        plan_drop([tmp_path / "gone.mp4"], profile="general", bundle=None)
    twins = make(tmp_path, "a/x.jpg", "b/x.jpg")
    with pytest.raises(CommandError, match="two members"):
        plan_drop(twins, profile="general", bundle="pair")
    assert len(plan_drop(twins, profile="general", bundle=None)) == 2


@pytest.mark.parametrize("profile", ["", "a/b"])
def test_a_profile_is_one_folder(tmp_path: Path, profile: str) -> None:
    with pytest.raises(CommandError, match="profile"):
        plan_drop(make(tmp_path, "x.jpg"), profile=profile, bundle=None)
