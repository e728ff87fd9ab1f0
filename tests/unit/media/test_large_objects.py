"""Two gigabytes are probed with a handful of requests, and examined without reading them through."""

from __future__ import annotations

from typing import Any

import pytest

from braid.admission.examination import examine
from braid.admission.examined import Examined, Limits
from braid.admission.gates import GateLog
from braid.domain.profile.sections.gates import GatePlan
from braid.media.containers.probe import probe
from tests.unit.media import synthetic as media
from tests.unit.media.large import SparseFilm, film

MIB = 1024 * 1024
SIZE_BYTES = 2_000 * MIB
MINUTES = 20  # 14 Mbit/s
MAX_INTAKE_BYTES = 100 * MIB
LIMITS = Limits(10 * SIZE_BYTES, 24 * 3600, 1000, 2_000_000, 64_000_000)
LIVE = {"live": "1"}

pytestmark = pytest.mark.slow


def examined(file: Any) -> tuple[Examined, GateLog]:
    gates = GateLog()
    size_bytes = file.seek(0, 2)
    found = examine(file, name="film", size_bytes=size_bytes, limits=LIMITS, plan=GatePlan(), gates=gates)
    return found, gates


@pytest.mark.parametrize(
    ("container", "media_type", "options", "max_requests", "max_mib"),
    [
        ("mp4", "video/mp4", {}, 4, 4),
        ("mp4", "video/mp4", {"moov_size": "3000000"}, 4, 4),
        ("mov", "video/quicktime", {}, 4, 4),
        ("matroska", "video/x-matroska", {}, 4, 4),
        ("webm", "video/webm", {}, 4, 4),
        ("matroska", "video/x-matroska", LIVE, 4, 4),
        ("webm", "video/webm", LIVE, 4, 4),
        ("avi", "video/x-msvideo", {}, 16, 16),
        ("mpegts", "video/mp2t", {}, 16, 16),
    ],
    ids=[
        "mp4, index last",
        "mp4, index first",
        "mov",
        "mkv",
        "webm",
        "mkv without an index",
        "webm without an index",
        "avi",
        "mpeg-ts",
    ],
)
def test_little_of_it_is_read(
    container: str, media_type: str, options: dict[str, str], max_requests: int, max_mib: int
) -> None:
    file = film(container, size_bytes=SIZE_BYTES, minutes=MINUTES, options=options)

    found = probe(file, media_type)  # type: ignore[arg-type]  # a raw file has what decoders use

    assert file.size >= SIZE_BYTES
    assert found.duration_ms == pytest.approx(MINUTES * 60_000, rel=0.03)
    assert found.missing_bytes == 0
    assert len(file.reads) <= max_requests
    assert file.read_bytes <= max_mib * MIB

    file.forget_reads()
    whole, gates = examined(file)

    assert whole.media_type == media_type
    assert {"speech", "vision"} <= set(whole.modalities)
    assert file.read_bytes <= MAX_INTAKE_BYTES
    values = {gate.name: gate.value for gate in gates.gates}
    assert values["loudest moment"] == pytest.approx(-13.5, abs=1)
    assert "sharpness" in values


@pytest.mark.parametrize(
    ("container", "media_type", "options"),
    [
        ("mp4", "video/mp4", {}),
        ("mp4", "video/mp4", {"movflags": "frag_keyframe+empty_moov"}),
        ("matroska", "video/x-matroska", {}),
        ("webm", "video/webm", LIVE),
        ("avi", "video/x-msvideo", {}),
        ("mpegts", "video/mp2t", {}),
    ],
    ids=["mp4", "mp4 in fragments", "mkv", "webm without an index", "avi", "mpeg-ts"],
)
def test_a_silent_film_is_heard_to_its_end_and_read_hardly_more_than_once(
    container: str, media_type: str, options: dict[str, str]
) -> None:
    file: SparseFilm = film(container, size_bytes=100 * MIB, minutes=2, options=options, amplitude=0.0)

    whole, gates = examined(file)

    assert [modality.value for modality in whole.modalities] == ["vision"]
    assert any(gate.outcome == "warn" and "silent" in gate.reason for gate in gates.gates if gate.reason)
    assert file.read_bytes <= 1.1 * file.size


# In Matroska only reading on finds sound that begins in the midst of the last, long cluster.
@pytest.mark.parametrize(
    ("container", "media_type", "max_mib"), [("matroska", "video/x-matroska", 220), ("mp4", "video/mp4", 50)]
)
def test_sound_that_lies_behind_all_pictures_is_found(container: str, media_type: str, max_mib: int) -> None:
    file = film(container, size_bytes=200 * MIB, minutes=2, sound_last=True)

    found = probe(file, media_type)  # type: ignore[arg-type]
    probed_bytes = file.read_bytes
    file.forget_reads()
    whole, _ = examined(file)

    assert found.audio is not None
    assert probed_bytes <= 8 * MIB
    assert {"speech", "vision"} <= set(whole.modalities)
    assert file.read_bytes <= max_mib * MIB


@pytest.mark.parametrize(("codec", "container"), [("libmp3lame", "mp3"), ("aac", "adts"), ("flac", "flac")])
def test_long_sound_is_sampled(codec: str, container: str) -> None:
    piece = media.audio(media.tone(20_000), codec=codec, container=container)
    # Most of it is repeated: what follows a stream's first packets is as good as any other.
    file = media.CountingFile(piece * (70 * MIB // len(piece) + 1))

    whole, _ = examined(file)

    assert [modality.value for modality in whole.modalities] == ["speech"]
    assert file.read_bytes <= 1.1 * len(file.getvalue())
