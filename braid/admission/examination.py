"""Examines one file: its type by content, its measures, the quality gates, and how it can speak."""

from __future__ import annotations

from typing import BinaryIO

from braid.admission.examined import Examined, Limits, mebibytes
from braid.admission.extensions import mismatch
from braid.admission.gates import GateLog
from braid.admission.office import check_office
from braid.admission.page_limit import check_pages
from braid.admission.texts import MAX_TEXT_BYTES, examine_text
from braid.domain.asset.asset import Modality
from braid.domain.profile.sections.gates import GatePlan
from braid.media.content.identify import (
    AUDIO_TYPES,
    IMAGE_TYPES,
    MAIL,
    PDF,
    TEXT_TYPES,
    VIDEO_TYPES,
    identify,
)

__all__ = ["examine"]


def examine(
    file: BinaryIO, *, name: str, size_bytes: int, limits: Limits, plan: GatePlan, gates: GateLog
) -> Examined:
    """Says what ``file`` is, reading as little of it as that takes, and holds it against ``plan``.

    Raises ``InvalidAssetError`` with a reason for its owner where it can't be analysed; ``gates`` holds
    everything measured until then.
    """
    _check_size(size_bytes, limits, gates)
    with gates.guard("type"):
        media_type = identify(file)
    gates.media_type = media_type
    _tell_type(name, media_type, gates)
    # The libraries that read a kind are loaded for it alone: they are half of a cold start.
    if media_type in VIDEO_TYPES | AUDIO_TYPES:
        from braid.admission.recordings import examine_recording

        examined = examine_recording(file, media_type, limits, plan, gates)
    elif media_type in IMAGE_TYPES:
        from braid.admission.pictures import examine_picture

        examined = examine_picture(file, media_type, limits, plan, gates)
    elif media_type == PDF:
        examined = _examine_pdf(file, limits, plan, gates)
    elif media_type in TEXT_TYPES:
        examined = examine_text(file, media_type, size_bytes, limits, plan, gates)
    elif media_type == MAIL:
        examined = _examine_mail(size_bytes, gates)
    else:
        examined = _examine_office(file, media_type, gates)
    return examined


def _check_size(size_bytes: int, limits: Limits, gates: GateLog) -> None:
    if size_bytes == 0:
        gates.reject("size", 0, "bytes", "The file is empty (0 bytes). Upload it again.")
    if size_bytes > limits.max_object_bytes:
        gates.reject(
            "size",
            size_bytes,
            "bytes",
            f"The file has {mebibytes(size_bytes)}; the limit is {mebibytes(limits.max_object_bytes)}."
            " Shorten or compress it.",
        )
    gates.passed("size", size_bytes, "bytes")


def _tell_type(name: str, media_type: str, gates: GateLog) -> None:
    extension = mismatch(name, media_type)
    if extension is None:
        gates.passed("type", media_type)
    else:
        gates.warn(
            "type",
            media_type,
            "",
            f"The name ends in .{extension}, but the content is {media_type} and was read as that.",
        )


def _examine_pdf(file: BinaryIO, limits: Limits, plan: GatePlan, gates: GateLog) -> Examined:
    from braid.media.pages import probe_pdf

    with gates.guard("document"):
        found = probe_pdf(file)
    check_pages(found.page_count, limits, plan, gates)
    return Examined(media_type=PDF, modalities=(Modality.VISION, Modality.TEXT), page_count=found.page_count)


def _examine_mail(size_bytes: int, gates: GateLog) -> Examined:
    if size_bytes > MAX_TEXT_BYTES:
        gates.reject(
            "mail size",
            size_bytes,
            "bytes",
            f"The mail has {mebibytes(size_bytes)}; the limit is {mebibytes(MAX_TEXT_BYTES)}."
            " Save it without its attachments and upload them as files of their own.",
        )
    gates.passed("mail size", size_bytes, "bytes")
    return Examined(media_type=MAIL, modalities=(Modality.TEXT,))


def _examine_office(file: BinaryIO, media_type: str, gates: GateLog) -> Examined:
    with gates.guard("document"):
        unpacked_bytes = check_office(file)
    gates.passed("unpacked", unpacked_bytes, "bytes")
    return Examined(media_type=media_type, modalities=(Modality.TEXT,))
