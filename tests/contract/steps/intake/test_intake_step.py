"""Admit Asset over objects in a bucket: what is admitted, what is refused and in which words."""

from __future__ import annotations

import io
import json
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from braid.domain.asset.admission import Admission, Gate
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.clock import iso
from braid.domain.errors import PendingError
from braid.domain.profile.sections.gates import Band, GatePlan
from braid.domain.wire import decode, encode
from braid.runtime.library import profile
from braid.store.records import RecordClosing
from lambdas.intake.handler_admit import handler
from tests.contract.conftest import Storage
from tests.doubles.lambda_context import CONTEXT

ARN = "arn:aws:states:us-east-1:000000000000:execution:m:n"


def admit(asset: AssetRef, waited_seconds: float = 0) -> dict[str, Any]:
    started = datetime.now(UTC) - timedelta(seconds=waited_seconds)
    event = {
        "asset": encode(asset),
        "execution_arn": ARN,
        "started_at": iso(started),
        "retries": {"count": 0},
    }
    answer: dict[str, Any] = json.loads(json.dumps(handler(event, CONTEXT)))
    assert set(answer) == {
        "admitted",
        "summary",
        "reason",
        "modalities",
        "budget",
        "claim",
        "start_at",
        "reused",
    }
    return answer


def stored(storage: Storage, asset: AssetRef) -> Admission:
    return decode(Admission, json.loads(storage.result(f"assets/{asset.asset_id}/1/admission.json")))


def picture(size: tuple[int, int] = (320, 240), kind: str = "JPEG") -> bytes:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for offset in range(0, size[0], 16):
        draw.line((offset, 0, size[0] - offset, size[1]), fill="navy", width=3)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def recording(seconds: float, amplitude: float) -> bytes:
    times = np.arange(int(seconds * 16_000)) / 16_000
    samples = (np.sin(times * 440 * 2 * np.pi) * amplitude * 32_767).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


def test_a_picture_is_admitted_with_its_measures(storage: Storage, folder: str) -> None:
    asset = storage.drop(f"{folder}/ü 日本+50%.jpg", picture())
    answer = admit(asset)
    assert (answer["admitted"], answer["reason"]) == (True, None)
    assert answer["modalities"] == {"speech": False, "vision": True, "text": False}
    assert answer["summary"] == "image/jpeg with vision"
    (member,) = stored(storage, asset).members
    assert (member.role, member.width_px, member.height_px) == ("main", 320, 240)
    assert member.version_id == asset.source.version_id
    record = storage.record(asset.asset_id)
    assert (record["status"], record["media_type"]) == ("PROCESSING", "image/jpeg")
    assert record["execution_arn"] == ARN


def test_sound_speaks_and_a_text_named_jpg_is_told(storage: Storage, folder: str) -> None:
    sound = admit(storage.drop(f"{folder}/a.wav", recording(1, 0.3)))
    assert sound["modalities"] == {"speech": True, "vision": False, "text": False}
    asset = storage.drop(f"{folder}/notes.jpg", b"These are words and no picture at all.")
    assert admit(asset)["modalities"]["text"]
    warned = [gate.reason for gate in stored(storage, asset).gates if gate.outcome == "warn"]
    assert warned == ["The name ends in .jpg, but the content is text/plain and was read as that."]


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("a.txt", b"", "'a.txt': The file is empty (0 bytes)"),
        ("a.jpg", picture()[:2000], "'a.jpg': The picture is cut off"),
        ("a.bin", bytes(range(256)) * 9, "no supported type"),
        ("a.png", picture((8, 8), "PNG"), "only 8 × 8 pixels"),
        ("a.wav", recording(1, 0), "silent from beginning to end"),
        ("a.pdf", b"%PDF-1.7\n%broken", "damaged or cut off"),
        ("a.zip", b"PK\x03\x04" + b"\0" * 40, "damaged or incomplete zip"),
    ],
)
def test_bad_files_are_refused_in_words(
    storage: Storage, folder: str, name: str, body: bytes, reason: str
) -> None:
    asset = storage.drop(f"{folder}/{name}", body)
    answer = admit(asset)
    assert not answer["admitted"]
    assert reason in answer["reason"]
    assert answer["summary"].startswith("rejected: ")
    assert [gate for gate in stored(storage, asset).gates if gate.outcome == "reject"]


def test_a_manifest_that_is_wrong_at_length_is_told_in_short(storage: Storage, folder: str) -> None:
    members = [{"name": f"{number}.txt", "role": "text", "x" * 3000: 1} for number in range(20)]
    manifest = json.dumps({"members": members}).encode()
    answer = admit(storage.drop(f"{folder}/long.bundle/manifest.json", manifest))
    assert not answer["admitted"]
    assert answer["reason"].startswith("manifest.json can't be used: member 1 has an unknown 'xxx")
    assert len(json.dumps(answer)) < 3000, "a state carries it"


def test_a_blank_and_a_black_picture_are_refused(storage: Storage, folder: str) -> None:
    for color, reason in (("black", "black all over"), ("white", "a single tone")):
        buffer = io.BytesIO()
        Image.new("RGB", (300, 300), color).save(buffer, "PNG")
        assert reason in admit(storage.drop(f"{folder}/{color}.png", buffer.getvalue()))["reason"]


def test_a_picture_that_would_explode_is_refused_before_it_does(storage: Storage, folder: str) -> None:
    buffer = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(buffer, "PNG")
    assert len(buffer.getvalue()) < 200_000
    assert "900 million" in admit(storage.drop(f"{folder}/bomb.png", buffer.getvalue()))["reason"]


def test_limits_are_those_of_the_deployment(storage: Storage, folder: str) -> None:
    pages = [Image.new("L", (64, 64), shade) for shade in range(21)]
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    assert (
        "has 21 pages; the limit is 20"
        in admit(storage.drop(f"{folder}/a.tiff", buffer.getvalue()))["reason"]
    )
    too_much = admit(storage.drop(f"{folder}/big.txt", b"x" * (50 * 1024 * 1024 + 1)))
    assert "50.0 MiB; the limit is 50.0 MiB" in too_much["reason"]


def test_an_unknown_profile_names_the_nearest(storage: Storage) -> None:
    asset = storage.drop("inbox/generl/a.txt")
    assert admit(asset)["reason"] == "unknown profile 'generl'; did you mean 'general'?"
    far = admit(storage.drop("inbox/zzzz/a.txt"))["reason"]
    assert far.startswith("unknown profile 'zzzz'; there are: ")


def test_the_version_that_started_is_the_one_that_is_read(storage: Storage, folder: str) -> None:
    first = storage.drop(f"{folder}/a.jpg", picture())
    storage.drop(f"{folder}/a.jpg", b"a text in the meantime")
    assert admit(first)["modalities"]["vision"]


def test_a_version_deleted_meanwhile_is_refused(storage: Storage, folder: str) -> None:
    source = (asset := storage.drop(f"{folder}/a.jpg", picture())).source
    storage.s3.delete_object(Bucket=source.bucket, Key=source.key, VersionId=source.version_id)
    answer = admit(asset)
    assert "was deleted before it could be processed" in answer["reason"]


def bundle(storage: Storage, folder: str, *members: tuple[str, str]) -> AssetRef:
    manifest = {"members": [{"name": name, "role": role} for name, role in members]}
    return storage.drop(f"{folder}/mug.bundle/manifest.json", json.dumps(manifest).encode())


MUG = (("mug.jpg", "image"), ("mug.md", "text"))


def test_a_bundle_fixes_the_versions_that_are_there(storage: Storage, folder: str) -> None:
    image = storage.drop(f"{folder}/mug.bundle/mug.jpg", picture())
    asset = bundle(storage, folder, *MUG)
    text = storage.drop(f"{folder}/mug.bundle/mug.md", b"# A mug")
    answer = admit(asset)
    assert answer["summary"] == "bundle of 2: multipart/mixed with vision, text"
    admission = stored(storage, asset)
    assert [(m.name, m.role, m.version_id) for m in admission.members] == [
        ("mug.jpg", "image", image.source.version_id),
        ("mug.md", "text", text.source.version_id),
    ]
    assert asset.asset_id.startswith("mug-")


def test_members_are_waited_for_and_then_missed(storage: Storage, folder: str) -> None:
    asset = bundle(storage, folder, *MUG)
    storage.drop(f"{folder}/mug.bundle/MUG.md", b"# A mug")
    with pytest.raises(
        PendingError, match=r"waiting for 'mug.jpg' and 'mug.md' \(0 of 2 members are there\)"
    ):
        admit(asset, waited_seconds=60)
    assert storage.record(asset.asset_id)["reason"].startswith("waiting for")
    reason = admit(asset, waited_seconds=601)["reason"]
    assert "lists 'mug.jpg' and 'mug.md'" in reason
    assert "There is 'MUG.md' instead of 'mug.md': names must match exactly." in reason
    assert "didn't arrive within 10 minutes" in reason
    assert "reason" not in storage.record(asset.asset_id)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "'mug.md': The file is empty"),
        (picture(), "'mug.md': The manifest gives it the role 'text', which must be a text or document"),
    ],
)
def test_a_bad_member_is_named(storage: Storage, folder: str, body: bytes, reason: str) -> None:
    storage.drop(f"{folder}/mug.bundle/mug.jpg", picture())
    storage.drop(f"{folder}/mug.bundle/mug.md", body)
    asset = bundle(storage, folder, *MUG)
    assert reason in admit(asset)["reason"]
    rejecting = [gate.name for gate in stored(storage, asset).gates if gate.outcome == "reject"]
    assert rejecting[0].endswith("(mug.md)")


def test_a_bad_manifest_is_told(storage: Storage, folder: str) -> None:
    asset = storage.drop(
        f"{folder}/mug.bundle/manifest.json", b'{"members": [{"name": "../x", "role": "image"}]}'
    )
    assert "member 1: its name '../x' must be a path below" in admit(asset)["reason"]


def test_roles_decide_how_a_member_speaks(storage: Storage, folder: str) -> None:
    storage.drop(f"{folder}/mug.bundle/mug.jpg", picture())
    storage.drop(f"{folder}/mug.bundle/told.wav", recording(1, 0.3))
    asset = bundle(storage, folder, ("mug.jpg", "slides"), ("told.wav", "narration"))
    assert admit(asset)["modalities"] == {"speech": True, "vision": True, "text": False}


def test_admitting_twice_ends_the_same(storage: Storage, folder: str) -> None:
    asset = storage.drop(f"{folder}/a.jpg", picture())
    assert admit(asset) == admit(asset)


def duplicate_gate(storage: Storage, asset: AssetRef) -> Gate:
    (gate,) = [gate for gate in stored(storage, asset).gates if gate.name == "duplicate"]
    return gate


def test_the_same_content_under_another_name_is_told_and_analysed(storage: Storage, folder: str) -> None:
    body = f"The words of {folder}, which nobody dropped before.".encode()
    first = storage.drop(f"{folder}/first.txt", body)
    again = storage.drop(f"{folder}/second.txt", body)
    assert admit(first)["admitted"]
    assert duplicate_gate(storage, first).outcome == "pass"
    assert admit(again)["admitted"]
    gate = duplicate_gate(storage, again)
    assert (gate.outcome, gate.value) == ("warn", first.asset_id)
    assert first.asset_id in (gate.reason or "")
    other = storage.drop(f"{folder}/third.txt", body + b".")
    admit(other)
    assert duplicate_gate(storage, other).outcome == "pass"


def test_an_asset_is_no_duplicate_of_itself(storage: Storage, folder: str) -> None:
    asset = storage.drop(f"{folder}/a.txt", f"Once, in {folder}.".encode())
    for _ in range(2):  # a step retried after a crash
        admit(asset)
        assert duplicate_gate(storage, asset).outcome == "pass"
    rerun = replace(asset, attempt=2)
    admit(rerun)
    admission = decode(Admission, json.loads(storage.result(f"assets/{asset.asset_id}/2/admission.json")))
    assert [gate.outcome for gate in admission.gates if gate.name == "duplicate"] == ["pass"]


@pytest.mark.parametrize("status", [AssetStatus.REJECTED, AssetStatus.FAILED])
def test_content_of_which_nothing_came_may_come_again(
    storage: Storage, folder: str, status: AssetStatus
) -> None:
    body = f"Words of {folder}.".encode()
    first = storage.drop(f"{folder}/a.txt", body)
    admit(first)
    storage.records.close(first, RecordClosing(status, "it broke", None, ARN), now="2026-11-20T10:00:00.000Z")
    again, third = (storage.drop(f"{folder}/{name}.txt", body) for name in "bc")
    admit(again)
    assert duplicate_gate(storage, again).outcome == "pass"
    admit(third)
    assert duplicate_gate(storage, third).value == again.asset_id


def test_two_that_come_at_once_agree_on_one(storage: Storage, folder: str) -> None:
    body = f"Many of {folder}.".encode()
    assets = [storage.drop(f"{folder}/{number}.txt", body) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(admit, assets))
    gates = [duplicate_gate(storage, asset) for asset in assets]
    (first,) = [asset for asset, gate in zip(assets, gates, strict=True) if gate.outcome == "pass"]
    assert {gate.value for gate in gates if gate.outcome == "warn"} == {first.asset_id}


def test_the_same_bundle_is_told_whatever_its_members_are_called(storage: Storage, folder: str) -> None:
    image, text = picture((333, 222)), f"A mug of {folder}".encode()
    found = []
    for name, members in (("one", MUG), ("two", (("b.md", "text"), ("a.jpg", "image")))):
        for member, role in members:
            storage.drop(f"{folder}/{name}.bundle/{member}", image if role == "image" else text)
        manifest = {"members": [{"name": member, "role": role} for member, role in members]}
        asset = storage.drop(f"{folder}/{name}.bundle/manifest.json", json.dumps(manifest).encode())
        assert admit(asset)["admitted"]
        found.append(asset)
    assert duplicate_gate(storage, found[0]).outcome == "pass"
    assert duplicate_gate(storage, found[1]).value == found[0].asset_id


def test_what_lists_assets_never_meets_a_mark(storage: Storage, folder: str) -> None:
    asset = storage.drop(f"{folder}/a.txt", f"Marked in {folder}.".encode())
    admit(asset)
    marks = [
        item
        for item in storage.dynamodb.scan(TableName=storage.table)["Items"]
        if item.get("content_of", {}).get("S") == asset.asset_id
    ]
    (mark,) = marks
    assert "#" in mark["asset_id"]["S"]
    assert not mark.keys() & {"status_day", "updated_at", "status"}


def test_the_record_keeps_what_was_measured(storage: Storage, folder: str) -> None:
    asset = storage.drop(f"{folder}/a.jpg", picture())
    admit(asset)
    item = storage.dynamodb.get_item(TableName=storage.table, Key={"asset_id": {"S": asset.asset_id}})["Item"]
    gates = item["gates"]["M"]
    assert gates["resolution"]["M"] == {"value": {"S": "320 × 240"}, "outcome": {"S": "pass"}}
    assert float(gates["sharpness"]["M"]["value"]["N"]) > 2


def test_thresholds_are_those_of_the_profile(
    storage: Storage, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gate of the profile holds: an asset just beyond a threshold is refused in words that name it."""
    general = profile("general")
    short = recording(1.5, 0.3)
    refusals = [
        (GatePlan(duration_seconds=Band(reject_below=2)), "a.wav", short, "lasts 00:00:01"),
        (GatePlan(level_dbfs=Band(reject_below=-5)), "a.wav", short, "no less than -5 dBFS"),
        (GatePlan(resolution_px=Band(reject_below=300)), "a.jpg", picture(), "320 × 240"),
        (GatePlan(text_characters=Band(reject_below=50)), "a.txt", b"Few words.", "9 characters"),
        (GatePlan(cut_off="reject"), "a.wav", short[:-2000], "cut off"),
    ]
    for plan, name, body, words in refusals:
        asset = storage.drop(f"{folder}/{name}", body)
        with monkeypatch.context() as patch:
            patch.setattr(
                "lambdas.intake.handler_admit.profile", lambda _, plan=plan: replace(general, gates=plan)
            )
            answer = admit(asset)
        assert not answer["admitted"], plan
        assert words in answer["reason"]
        assert admit(asset)["admitted"], "by default it is taken"


def test_a_duplicate_is_refused_or_ignored_where_the_profile_says_so(
    storage: Storage, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    general, body = profile("general"), f"Twice in {folder}.".encode()
    first = storage.drop(f"{folder}/a.txt", body)
    admit(first)
    again = storage.drop(f"{folder}/b.txt", body)
    for choice, is_admitted in (("ignore", True), ("reject", False)):
        chosen = replace(general, gates=GatePlan(duplicate_content=choice))  # type: ignore[arg-type]
        monkeypatch.setattr("lambdas.intake.handler_admit.profile", lambda _, chosen=chosen: chosen)
        answer = admit(again)
        assert answer["admitted"] is is_admitted
    assert first.asset_id in answer["reason"]
