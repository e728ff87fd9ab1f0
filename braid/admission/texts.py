"""Texts: whether every character of them can be read, and whether there are any."""

from __future__ import annotations

from typing import BinaryIO

from braid.admission.examined import Examined, Limits, mebibytes
from braid.admission.gates import GateLog
from braid.domain.asset.asset import Modality
from braid.domain.profile.sections.gates import GatePlan
from braid.media.content.encoding import DecodedText, read_text

__all__ = ["MAX_TEXT_BYTES", "examine_text", "too_long"]

# Text is read whole, here and by the steps behind.
MAX_TEXT_BYTES = 20 * 1024 * 1024


def examine_text(
    file: BinaryIO, media_type: str, size_bytes: int, limits: Limits, plan: GatePlan, gates: GateLog
) -> Examined:
    """Decodes all of it: an encoding that was told by the beginning may fail later on."""
    if size_bytes > MAX_TEXT_BYTES:
        gates.reject(
            "text size",
            size_bytes,
            "bytes",
            f"The text has {mebibytes(size_bytes)}; the limit for text is {mebibytes(MAX_TEXT_BYTES)}."
            " Split it into parts.",
        )
    file.seek(0)
    with gates.guard("encoding"):
        decoded = read_text(file.read())
    _tell_encoding(decoded, gates)
    characters = len("".join(decoded.text.split()))
    if characters > limits.max_text_characters:
        gates.reject("text", characters, "characters", too_long(characters, limits.max_text_characters))
    gates.judge(
        "text",
        characters,
        "characters",
        plan.text_characters,
        low=f"The text has {characters} characters without white space, too few to say anything about.",
        high=f"The text has {characters:,} characters. Split it into parts.",
    )
    return Examined(media_type=media_type, modalities=(Modality.TEXT,))


def too_long(characters: int, limit: int) -> str:
    """Why a text over the deployment's limit is refused: every character costs, at each operation."""
    return f"The text has {characters:,} characters; the limit is {limit:,}. Split it and upload its parts."


def _tell_encoding(decoded: DecodedText, gates: GateLog) -> None:
    if decoded.damage:
        gates.warn("encoding", decoded.encoding, "", decoded.damage)
    else:
        gates.passed("encoding", decoded.encoding)
