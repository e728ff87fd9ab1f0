"""What is asked of a file, and what it turned out to be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from braid.domain.asset.asset import Modality

__all__ = ["Examined", "Limits", "mebibytes"]


@dataclass(frozen=True)
class Limits:
    """The deployment's limits."""

    max_object_bytes: int
    max_duration_seconds: int
    max_pages: int
    max_text_characters: int
    max_image_pixels: int


@dataclass(frozen=True)
class Examined:
    """What a file turned out to be; the measures are set where they make sense."""

    media_type: str
    modalities: tuple[Modality, ...]
    duration_ms: int | None = None
    width_px: int | None = None
    height_px: int | None = None
    page_count: int | None = None
    audio_codec: str | None = None
    video_codec: str | None = None
    sound_track: int | None = None
    sound_channel: int | None = None

    def restricted(self, modalities: tuple[Modality, ...]) -> Examined:
        """The same file heard, seen or read only as its role in a bundle wants."""
        return replace(self, modalities=tuple(m for m in self.modalities if m in modalities))


def mebibytes(size_bytes: int) -> str:
    """A size as people read it in a reason."""
    return f"{size_bytes / 1024**2:,.1f} MiB"
