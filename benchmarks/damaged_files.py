"""What becomes of damaged files: they are read, or refused with a reason, and never anything else."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

from benchmarks.benchmark import Benchmark, UnmeasurableError, real_material
from benchmarks.pages import RELIABILITY
from benchmarks.rows import Row, at_most
from braid.admission.examination import examine
from braid.admission.examined import Limits
from braid.admission.gates import GateLog
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidAssetError
from braid.domain.profile.sections.gates import GatePlan
from braid.media.content.identify import IMAGE_TYPES, PDF, VIDEO_TYPES
from braid.media.pages import extract_pages
from braid.media.pictures.stills import image_stills
from braid.media.shots.frames import select_keyframes
from braid.media.sound.audio import extract_audio

__all__ = ["DAMAGED_FILES", "MALFORMED_FILES", "outcome_of"]

READ, REFUSED, BROKE = "read", "refused with a reason", "broke otherwise"
_REPOSITORY = Path(__file__).resolve().parents[1]
_SAMPLES = ("talk.mp4", "portrait.jpg", "rental.pdf", "mug.bundle/mug.md")
_SEEDS = range(8)
_LIMITS = Limits(
    max_object_bytes=10**9,
    max_duration_seconds=3600,
    max_pages=100,
    max_text_characters=10**7,
    max_image_pixels=50_000_000,
)


def outcome_of(name: str, data: bytes) -> str:
    """Puts a file through admission and what reads it afterwards: ``READ``, ``REFUSED`` or ``BROKE``."""
    file = io.BytesIO(data)
    try:
        examined = examine(
            file, name=name, size_bytes=len(data), limits=_LIMITS, plan=GatePlan(), gates=GateLog()
        )
        _read(file, examined.media_type, examined.modalities)
    except InvalidAssetError as error:
        return REFUSED if str(error).endswith(".") else BROKE
    except Exception:  # noqa: BLE001  # whatever a decoder may raise is what is counted here
        return BROKE
    return READ


def _read(file: BinaryIO, media_type: str, modalities: Iterable[Modality]) -> None:
    """What the steps after admission take out of the file."""
    if Modality.VISION in modalities and media_type in VIDEO_TYPES:
        select_keyframes(file, media_type)
    elif media_type in IMAGE_TYPES:
        image_stills(file, media_type)
    elif media_type == PDF:
        list(extract_pages(file))
    if Modality.SPEECH in modalities:
        extract_audio(file, media_type, lambda _: nullcontext(io.BytesIO()))


def _cut_off(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data))]


def _beginning_lost(data: bytes, rng: random.Random) -> bytes:
    return data[rng.randrange(1, len(data) // 2) :]


def _bytes_changed(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(max(1, len(data) // 5000)):
        changed[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(changed)


def _block_zeroed(data: bytes, rng: random.Random) -> bytes:
    length = max(1, len(data) // 20)
    start = rng.randrange(len(data) - length)
    return data[:start] + bytes(length) + data[start + length :]


_DAMAGES: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    "cut off anywhere": _cut_off,
    "up to half lost at the beginning": _beginning_lost,
    "one byte in 5,000 changed": _bytes_changed,
    "one twentieth set to zero": _block_zeroed,
}


def _measure_damaged() -> list[Row]:
    samples = [(name, (_REPOSITORY / "samples" / name).read_bytes()) for name in _SAMPLES]
    rows: list[Row] = []
    for damage, damaged in _DAMAGES.items():
        rows += _counted(
            damage,
            (
                (name, damaged(data, random.Random(f"{damage} {name} {seed}")))
                for name, data in samples
                for seed in _SEEDS
            ),
        )
    return rows


def _measure_malformed() -> list[Row]:
    folder = real_material()
    files = sorted(path for path in (folder / "media-malformed").rglob("*") if path.is_file())
    if not files:
        raise UnmeasurableError(f"{folder} has no files in media-malformed")
    by_source: dict[str, list[Path]] = {}
    for path in files:
        by_source.setdefault(path.parent.name, []).append(path)
    rows: list[Row] = []
    for source, paths in by_source.items():
        rows += _counted(source, ((path.name, path.read_bytes()) for path in paths))
    return rows


def _counted(name: str, files: Iterable[tuple[str, bytes]]) -> Iterator[Row]:
    outcomes = Counter(outcome_of(file, data) for file, data in files)
    yield Row(name, "files", outcomes.total())
    yield Row(name, READ, outcomes[READ])
    yield Row(name, REFUSED, outcomes[REFUSED])
    yield Row(name, BROKE, outcomes[BROKE], bound=at_most(0))


DAMAGED_FILES = Benchmark(
    name="damaged-files",
    page=RELIABILITY,
    title="Damaged files",
    about=(
        f"The samples `{'`, `'.join(_SAMPLES)}`, each damaged {len(_SEEDS)} times in each way, put through"
        " admission and what takes pictures, sound and pages out of them. Refused: with a reason for whoever"
        " dropped the file."
    ),
    subject="Damage",
    measure=_measure_damaged,
    packages=("av", "pillow", "pypdfium2"),
)
MALFORMED_FILES = Benchmark(
    name="malformed-files",
    page=RELIABILITY,
    title="Malformed files of other projects",
    about=(
        "Files on which decoders once failed, from the test suites of the projects named, put through"
        " the same steps (`media-malformed` in the folder named by `BRAID_TEST_DATA`)."
    ),
    subject="From",
    measure=_measure_malformed,
    packages=("av", "pillow", "pypdfium2"),
)
