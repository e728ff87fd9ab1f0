"""Recordings, pictures and captions of kinds that break readers."""

from __future__ import annotations

from evaluation.real_files import Kind
from evaluation.real_files.captions import CAPTION_KINDS
from evaluation.real_files.pictures import PICTURE_KINDS
from evaluation.real_files.sounds import SOUND_KINDS
from evaluation.real_files.tracks import TRACK_KINDS

__all__ = ["KINDS"]

KINDS: list[Kind] = [*SOUND_KINDS, *TRACK_KINDS, *PICTURE_KINDS, *CAPTION_KINDS]
