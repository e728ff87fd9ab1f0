"""Two gigabytes are probed with a handful of requests, and examined without reading them through."""

from __future__ import annotations

import pytest

from domain.gate_plan import GatePlan
from lambdas.intake.examination import examine
from lambdas.intake.examined import Limits
from lambdas.intake.gates import GateLog
from lambdas.media.probe import probe
from tests.unit.media.large import film

MIB = 1024 * 1024
SIZE_BYTES = 2_000 * MIB
MINUTES = 20
LIMITS = Limits(10 * SIZE_BYTES, 4 * 3600, 1000, 64_000_000)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("container", "media_type", "options", "max_requests", "max_mib"),
    [
        ("mp4", "video/mp4", {}, 4, 4),
        ("mp4", "video/mp4", {"moov_size": "3000000"}, 4, 4),
        ("mov", "video/quicktime", {}, 4, 4),
        ("matroska", "video/x-matroska", {}, 4, 4),
        ("webm", "video/webm", {}, 4, 4),
        ("avi", "video/x-msvideo", {}, 16, 16),
        ("mpegts", "video/mp2t", {}, 16, 16),
    ],
    ids=["mp4, index last", "mp4, index first", "mov", "mkv", "webm", "avi", "mpeg-ts"],
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
    examined = examine(
        file,  # type: ignore[arg-type]
        name="film",
        size_bytes=file.size,
        limits=LIMITS,
        plan=GatePlan(),
        gates=GateLog(),
    )

    assert examined.media_type == media_type
    assert file.read_bytes <= 0.2 * file.size


@pytest.mark.parametrize(
    ("container", "media_type"), [("matroska", "video/x-matroska"), ("webm", "video/webm")]
)
def test_a_recording_without_an_index_is_probed_as_cheaply(container: str, media_type: str) -> None:
    file = film(container, size_bytes=SIZE_BYTES, minutes=60, options={"live": "1"})

    found = probe(file, media_type)  # type: ignore[arg-type]

    assert found.duration_ms == pytest.approx(60 * 60_000, rel=0.03)
    assert len(file.reads) <= 4
    assert file.read_bytes <= 4 * MIB
