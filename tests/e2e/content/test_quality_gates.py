"""Quality gates over the deployed pipeline: a rejected asset costs nothing, known content is told."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from braid.domain.asset.admission import Gate
from braid.domain.asset.asset import AssetStatus
from local import lifecycle
from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e
MakeFile = Callable[[str, bytes], Path]


def calls_for(deployed: Deployed, asset_id: str) -> list[Any]:
    """What the log of the AI services holds of one asset's execution."""
    found: list[Any] = lifecycle.control(deployed.aws, f"calls?execution={asset_id}-1")["calls"]
    return found


def silent_wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(64_000))
    return out.getvalue()


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def protected_docx() -> bytes:
    """A zip whose directory says that its parts are encrypted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    data = bytearray(out.getvalue())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", data, data.index(signature) + at, 1)
    return bytes(data)


def test_no_service_is_called_for_a_rejected_asset(
    deployed: Deployed, make_file: MakeFile, samples: Path
) -> None:
    rejected = {
        "empty.png": b"",
        "silent.wav": silent_wav(),
        "black.png": png(Image.new("RGB", (400, 300))),
        "tiny.png": png(Image.effect_noise((12, 12), 90)),
        "huge.png": png(Image.new("1", (20_000, 20_000))),
        "half.jpg": b"\xff\xd8\xff\xe0" + bytes(400),
        "no-index.mp4": (samples / "talk.mp4").read_bytes()[:5_000],
        "protected.docx": protected_docx(),
        "broken.pdf": b"%PDF-1.7\nbroken",
        "garbage.bin": np.random.default_rng(7).bytes(4_000),
        "words.zip": b"PK\x03\x04" + bytes(200),
    }
    good = make_file("good.txt", b"The harbour was rebuilt in 1904 by Maria Lindqvist of Gothenburg.\n")
    *outcomes, read = deployed.drop([*(make_file(*item) for item in rejected.items()), good])
    for name, outcome in zip(rejected, outcomes, strict=True):
        assert outcome.status is AssetStatus.REJECTED, (name, outcome)
        assert outcome.reason, name
        assert calls_for(deployed, outcome.asset_id) == [], name
        assert outcome.cost_usd is not None, name
        assert 0 < outcome.cost_usd < 0.001, f"{name}: looking at it costs Lambda and S3 alone"
    assert read.status is AssetStatus.SUCCEEDED
    assert calls_for(deployed, read.asset_id), "the log does hold what was called"


def gate(deployed: Deployed, asset_id: str, name: str) -> Gate:
    return next(gate for gate in deployed.result(asset_id).gates if gate.name == name)


def test_the_same_bytes_under_two_names_are_told(deployed: Deployed, make_file: MakeFile) -> None:
    body = b"The lighthouse keeper wrote down every ship that passed in the winter of 1911.\n"
    (first,) = deployed.drop([make_file("first.txt", body)])
    (second,) = deployed.drop([make_file("second.txt", body)])
    assert first.status is second.status is AssetStatus.SUCCEEDED
    assert gate(deployed, first.asset_id, "duplicate").outcome == "pass"
    told = gate(deployed, second.asset_id, "duplicate")
    assert (told.outcome, told.value) == ("warn", first.asset_id)
    assert first.asset_id in (second.reason or "")
    record = deployed.target.dynamodb.get_item(
        TableName=deployed.target.assets_table, Key={"asset_id": {"S": second.asset_id}}
    )["Item"]
    assert record["gates"]["M"]["duplicate"]["M"]["outcome"] == {"S": "warn"}
    assert record["gates"]["M"]["language (passages)"]["M"]["outcome"] == {"S": "pass"}
