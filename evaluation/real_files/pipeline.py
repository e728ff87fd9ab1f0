"""What the steps make of a file: what intake finds, what is sent to be heard, which stills stand for it."""

from __future__ import annotations

import contextlib
import io
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from braid.admission.examination import examine
from braid.admission.examined import Examined, Limits
from braid.admission.gates import GateLog
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidAssetError
from braid.domain.profile.sections.gates import GatePlan
from braid.media.containers.container import open_container
from braid.media.containers.sound_tracks import decode_sound, pick_sound
from braid.media.content.identify import IMAGE_TYPES
from braid.media.pictures.still import StillList
from braid.media.pictures.stills import image_stills
from braid.media.shots.frames import select_keyframes
from braid.media.sound.audio import ExtractedAudio, MediaFormat, extract_audio
from braid.media.sound.mixing import Mixer

__all__ = ["Outcome", "admitted", "heard", "shown"]

_LIMITS = Limits(10**9, 24 * 3600, 1000, 2_000_000, 64_000_000)
_RATE_HZ = 8_000


@dataclass(frozen=True)
class Outcome:
    """What intake found, or ``reason``: why the file is refused; ``warnings`` of gates in their order."""

    examined: Examined | None
    reason: str
    warnings: tuple[str, ...]

    @property
    def modalities(self) -> tuple[Modality, ...]:
        """What is analysed of it; nothing where it is refused."""
        return self.examined.modalities if self.examined else ()


def admitted(name: str, data: bytes) -> Outcome:
    """Examines a file as Admit Asset does."""
    gates = GateLog()
    try:
        file = io.BytesIO(data)
        examined = examine(
            file, name=name, size_bytes=len(data), limits=_LIMITS, plan=GatePlan(), gates=gates
        )
    except InvalidAssetError as error:
        return Outcome(None, str(error), ())
    reasons = tuple(gate.reason or "" for gate in gates.gates if gate.outcome == "warn")
    return Outcome(examined, "", reasons)


def heard(data: bytes, examined: Examined) -> tuple[ExtractedAudio, array[int]]:
    """What Start Transcription sends: its description, and its samples as mono at 8 kHz."""
    written = io.BytesIO()

    @contextlib.contextmanager
    def opened(_: MediaFormat) -> Iterator[BinaryIO]:
        written.seek(0)
        written.truncate()
        yield written

    sent = extract_audio(
        io.BytesIO(data),
        examined.media_type,
        opened,
        track=examined.sound_track,
        channel=examined.sound_channel,
    )
    samples: array[int] = array("h")
    mixer = Mixer(mix="mono", rate_hz=_RATE_HZ)
    with open_container(io.BytesIO(written.getvalue()), sent.media_type) as container:
        for frame in (*decode_sound(container, pick_sound(container)), None):
            for mixed in mixer.convert(frame):
                samples.frombytes(bytes(mixed.planes[0])[: 2 * mixed.samples])
    return sent, samples


def shown(data: bytes, media_type: str) -> tuple[StillList, list[Image.Image]]:
    """The stills that Select Keyframes chooses, and their pictures."""
    file = io.BytesIO(data)
    stills = (
        image_stills(file, media_type) if media_type in IMAGE_TYPES else select_keyframes(file, media_type)
    )
    return stills, [Image.open(io.BytesIO(still.jpeg)).convert("RGB") for still in stills.stills]
