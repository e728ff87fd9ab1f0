"""Bundles at Admit Asset: what belongs together, how its members speak, and what is missing or too much."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.asset.manifest import read_manifest
from braid.domain.errors import InvalidAssetError, PendingError
from lambdas.intake.bundle import Waiting, find_members
from schemas.regenerate import BUNDLES
from tests.contract.conftest import Storage
from tests.contract.steps.intake.test_intake_step import admit, picture, recording, stored

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
NOW, LONG_AGO = "2026-11-20T10:10:00Z", "2026-11-20T10:00:00Z"
SPEECH, VISION, TEXT = Modality.SPEECH, Modality.VISION, Modality.TEXT


def content(name: str) -> bytes:
    """Real content for a name of the published examples."""
    made = {
        ".jpg": picture,
        ".md": lambda: b"# A lamp\n\nIt is made of brass and costs 40 euros.\n",
        ".txt": lambda: b"Good morning. Today we talk about lamps and how to clean them.\n",
        ".vtt": lambda: b"WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n",
        ".mp3": lambda: recording(2, 0.3),
        ".wav": lambda: recording(2, 0.3),
        ".pdf": (SAMPLES / "rental.pdf").read_bytes,
        ".mp4": (SAMPLES / "talk.mp4").read_bytes,
    }
    return made[Path(name).suffix]()


@pytest.mark.parametrize(
    ("what", "speaking"),
    [
        ("picture and text", [(VISION,), (TEXT,)]),
        ("sound and slides", [(SPEECH,), (VISION, TEXT)]),
        ("video and captions", [(SPEECH, VISION), (TEXT,)]),
        ("sound and its given transcript", [(SPEECH,), (TEXT,)]),
        ("slides and narration", [(VISION, TEXT), (SPEECH,)]),
        ("several pictures with one description", [(VISION,), (VISION,), (TEXT,)]),
    ],
)
def test_what_belongs_together_is_admitted_and_speaks_by_its_roles(
    storage: Storage, folder: str, what: str, speaking: list[tuple[Modality, ...]]
) -> None:
    members = BUNDLES[what]
    for name, _ in members:
        storage.drop(f"{folder}/x.bundle/{name}", content(name))
    asset = drop_manifest(storage, folder, dict(members))
    answer = admit(asset)
    assert answer["admitted"], answer["reason"]
    found = stored(storage, asset).members
    assert [(member.name, member.role) for member in found] == list(members)
    assert [member.modalities for member in found] == speaking
    assert answer["modalities"] == {m.value: any(m in each for each in speaking) for m in Modality}


def test_a_silent_recording_costs_itself_alone_where_another_speaks(storage: Storage, folder: str) -> None:
    storage.drop(f"{folder}/x.bundle/talk.wav", recording(2, 0.3))
    storage.drop(f"{folder}/x.bundle/aside.wav", recording(2, 0))
    asset = drop_manifest(storage, folder, {"talk.wav": "audio", "aside.wav": "narration"})

    answer = admit(asset)

    assert answer["admitted"], answer["reason"]
    admission = stored(storage, asset)
    assert [member.modalities for member in admission.members] == [(SPEECH,), ()]
    warned = [gate.reason for gate in admission.gates if gate.outcome == "warn"]
    assert "The sound track is silent, so it isn't analysed." in warned


def test_a_bundle_whose_only_recording_is_silent_is_refused_by_its_name(
    storage: Storage, folder: str
) -> None:
    storage.drop(f"{folder}/x.bundle/a.jpg", picture())
    storage.drop(f"{folder}/x.bundle/aside.wav", recording(2, 0))

    answer = admit(drop_manifest(storage, folder, {"a.jpg": "image", "aside.wav": "narration"}))

    assert not answer["admitted"]
    assert answer["reason"].startswith("'aside.wav' should be heard: its sound track is missing or silent.")


def drop_manifest(storage: Storage, folder: str, members: Mapping[str, str]) -> AssetRef:
    listed = [{"name": name, "role": role} for name, role in members.items()]
    body = json.dumps({"members": listed}, ensure_ascii=False).encode()
    return storage.drop(f"{folder}/x.bundle/manifest.json", body)


def find(storage: Storage, folder: str, members: Mapping[str, str], *, waited: bool = True) -> Any:
    listed = [{"name": name, "role": role} for name, role in members.items()]
    manifest = read_manifest(json.dumps({"members": listed}).encode())
    waiting = Waiting(LONG_AGO if waited else NOW, NOW, 600)
    return find_members(storage.sources, f"{folder}/x.bundle/manifest.json", manifest, waiting)


def refusal(storage: Storage, folder: str, members: Mapping[str, str]) -> str:
    with pytest.raises(InvalidAssetError) as caught:
        find(storage, folder, members)
    return str(caught.value)


def test_an_extra_member_is_named_with_what_to_do(storage: Storage, folder: str) -> None:
    for name in ("a.txt", "old/b.txt", "manifest.json"):
        storage.drop(f"{folder}/x.bundle/{name}")
    assert refusal(storage, folder, {"a.txt": "text"}) == (
        "The bundle's folder contains 'old/b.txt', which its manifest doesn't list. Give what is there a role"
        " in manifest.json or delete it, and drop manifest.json again."
    )


def test_an_extra_member_is_reported_once_missing_ones_had_their_time(storage: Storage, folder: str) -> None:
    storage.drop(f"{folder}/x.bundle/extra.txt")
    with pytest.raises(PendingError, match=r"waiting for 'a\.txt'"):
        find(storage, folder, {"a.txt": "text"}, waited=False)
    storage.drop(f"{folder}/x.bundle/a.txt")
    with pytest.raises(InvalidAssetError, match=r"contains 'extra\.txt'"):
        find(storage, folder, {"a.txt": "text"}, waited=False)


def test_missing_and_extra_members_are_named_together(storage: Storage, folder: str) -> None:
    for number in range(12):
        storage.drop(f"{folder}/x.bundle/left-over-{number:02}.jpg")
    reason = refusal(storage, folder, {"talk.mp3": "audio"})
    assert reason.startswith(
        "The bundle is incomplete: its manifest lists 'talk.mp3', which didn't arrive within 10 minutes."
    )
    assert "contains 'left-over-00.jpg', " in reason
    assert "'left-over-09.jpg' and 2 more, which its manifest doesn't list." in reason
    assert reason.endswith(
        "Put what is missing into the bundle's folder and give what is there a role in manifest.json or"
        " delete it, and drop manifest.json again."
    )


@pytest.mark.parametrize(
    ("named", "present", "told"),
    [
        ("Mug.md", "mug.md", "There is 'mug.md' instead of 'Mug.md': names must match exactly."),
        ("m\u00fcg.md", "mu\u0308g.md", "that looks the same but has its accents in other characters"),
        ("photo1.jpg", "photo-1.jpg", "There is 'photo-1.jpg' instead of 'photo1.jpg'"),
    ],
)
def test_a_name_that_is_nearly_there_is_told_once(
    storage: Storage, folder: str, named: str, present: str, told: str
) -> None:
    storage.drop(f"{folder}/x.bundle/{present}")
    reason = refusal(storage, folder, {named: "text"})
    assert f"lists '{named}'" in reason
    assert told in reason
    assert "which its manifest doesn't list" not in reason


def test_what_file_managers_leave_behind_is_no_member(storage: Storage, folder: str) -> None:
    for name in ("a.txt", ".DS_Store", "Thumbs.db", "sub/", ".hidden"):
        storage.drop(f"{folder}/x.bundle/{name}")
    (found,) = find(storage, folder, {"a.txt": "text"})
    assert found.name == "a.txt"


def test_a_deleted_member_is_missing_and_no_extra_either(storage: Storage, folder: str) -> None:
    for name in ("a.txt", "b.txt"):
        storage.drop(f"{folder}/x.bundle/{name}")
        storage.s3.delete_object(Bucket=storage.inbox, Key=f"{folder}/x.bundle/{name}")
    storage.drop(f"{folder}/x.bundle/a.txt")
    assert len(find(storage, folder, {"a.txt": "text"})) == 1
    assert "lists 'b.txt'" in refusal(storage, folder, {"b.txt": "text"})


def test_another_bundles_folder_is_not_looked_into(storage: Storage, folder: str) -> None:
    for key in ("x.bundle/a.txt", "x.bundle2/b.txt", "y.bundle/c.txt"):
        storage.drop(f"{folder}/{key}")
    assert len(find(storage, folder, {"a.txt": "text"})) == 1
