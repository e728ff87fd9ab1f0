"""What `braid drop` would upload, and what it refuses before anything is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.dropping.drop import plan_drop
from cli.errors import CommandError

# The first bytes of each kind; what a file is called doesn't count.
HEADS = {
    ".jpg": b"\xff\xd8\xff\xe0" + b"\0" * 40,
    ".png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    ".pdf": b"%PDF-1.7\n",
    ".wav": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40,
    ".mp3": b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb\x90\x64" + b"\0" * 413,
    ".mp4": b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0" * 40,
    ".vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nGood morning.\n",
}
HEADS[".m4v"] = HEADS[".weird"] = HEADS[".mp4"]


def make(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(HEADS.get(path.suffix, b"Good morning to everybody.\n"))
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
        (("front.jpg", "back.png", "lamp.md"), ["image", "image", "text"]),
        (("talk.mp4", "slides.pdf", "talk.vtt"), ["video", "slides", "captions"]),
        (("talk.weird", "notes.txt"), ["video", "text"]),
    ],
)
def test_roles_come_from_a_members_kind_and_its_neighbours(
    tmp_path: Path, names: tuple[str, ...], roles: list[str]
) -> None:
    (asset,) = plan_drop(make(tmp_path, *names), profile="general", bundle="b")
    assert [item["role"] for item in json.loads(asset.uploads[-1].body)["members"]] == roles


def bundle_folder(folder: Path, *listed: str) -> Path:
    """A bundle's folder with its manifest; ``listed`` are the names in it."""
    members = [{"name": name, "role": "text"} for name in listed]
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"$by": "hand", "members": members}))
    return folder


def test_bundle_folder_goes_as_it_is_with_folders_in_it(tmp_path: Path) -> None:
    make(tmp_path, "mug.bundle/mug.md", "mug.bundle/more/care.txt", "mug.bundle/.hidden")
    folder = bundle_folder(tmp_path / "mug.bundle", "more/care.txt", "mug.md")
    (asset,) = plan_drop([folder], profile="general", bundle=None)
    assert [item.key for item in asset.uploads] == [
        "inbox/general/mug.bundle/more/care.txt",
        "inbox/general/mug.bundle/mug.md",
        "inbox/general/mug.bundle/manifest.json",
    ]
    assert asset.uploads[-1].body == (folder / "manifest.json").read_bytes()


def test_a_bundle_folder_is_compared_with_its_manifest_before_anything_is_sent(tmp_path: Path) -> None:
    make(tmp_path, "mug.bundle/mug.md", "mug.bundle/left-over.txt", "mug.bundle/.DS_Store")
    folder = bundle_folder(tmp_path / "mug.bundle", "mug.md", "care.txt")
    with pytest.raises(CommandError) as caught:
        plan_drop([folder], profile="general", bundle=None)
    assert caught.value.message == (
        f"{folder}: 'care.txt' is in the manifest but not in the folder; 'left-over.txt' is in the folder but"
        " not in the manifest"
    )
    (folder / "manifest.json").write_text('{"members": [{"name": "../x", "role": "text"}]}')
    with pytest.raises(CommandError, match="must be a path below the bundle's folder") as caught:
        plan_drop([folder], profile="general", bundle=None)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("a.jpg", "manifest.json"), "--bundle writes the manifest itself"),
        (tuple(f"{number}.txt" for number in range(21)), "there are 21 members, at most 20"),
        (("back\\slash.txt",), "without '..' and"),
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path: Path, names: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message) as caught:
        plan_drop(make(tmp_path, *names), profile="general", bundle="b")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("body", [b"", b"MZ\x90\0" + b"\0" * 60])
def test_a_member_that_would_be_refused_is_refused_here(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x.bin").write_bytes(body)
    with pytest.raises(CommandError, match=r"x\.bin: "):
        plan_drop([tmp_path / "x.bin"], profile="general", bundle="b")


def test_a_folder_is_no_member(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is a folder; --bundle takes files"):
        plan_drop([tmp_path], profile="general", bundle="b")


def test_what_was_guessed_is_told(tmp_path: Path) -> None:
    (asset,) = plan_drop(make(tmp_path, "talk.mp4", "talk.vtt"), profile="general", bundle="lecture.bundle")
    assert asset.name == "lecture.bundle"
    assert asset.told == "talk.mp4 as video, talk.vtt as captions"


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
