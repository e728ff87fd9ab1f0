"""Whether an audio description is spoken: the ``[audio_description]`` section of ``profile.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["AudioDescriptionPlan"]

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_VOICE = re.compile(r"[A-Za-z]{1,40}")


@dataclass(frozen=True)
class AudioDescriptionPlan:
    """``spoken`` makes a sound track, ``descriptions.mp3``, of the lines of ``checks.fits_gaps``; ``None``
    leaves that to the deployment.

    ``voices`` are voices of Amazon Polly by language (``en``, ``pt-BR``), in place of those of
    ``registry/voices.toml``.
    """

    spoken: bool | None = None
    voices: Mapping[str, str] = field(default_factory=dict)

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        for language, voice in self.voices.items():
            if not _LANGUAGE.fullmatch(language):
                yield f"audio_description.voices has {language!r}, no language code such as en or pt-BR"
            if not _VOICE.fullmatch(voice):
                yield f"audio_description.voices.{language} must be a voice's id such as Joanna"
