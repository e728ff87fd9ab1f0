"""What a model wrote or drew, held to a guardrail: Converse doesn't show guardrails a tool's call."""

from __future__ import annotations

from typing import Any

from braid.aws.bedrock.guardrails import (
    MAX_CHARACTERS,
    OPERATION,
    PictureFinding,
    apply_guardrail,
    apply_to_picture,
)
from braid.domain.errors import UnsupportedError
from braid.domain.money.accounting import Meter
from braid.models.purposes import ANSWER
from braid.models.question import Guardrail
from braid.models.spending import count, guardrail_picture_usage, guardrail_usage

__all__ = ["OPERATION", "PictureFinding", "assess_output", "assess_picture"]

_TEXT_UNIT = 1_000  # characters


def assess_output(
    guardrail: Guardrail, text: str, meter: Meter, *, bedrock: Any = None
) -> dict[str, Any] | None:
    """What the output filters found in ``text`` where they intervene; ``None`` where they let it pass.

    A long text is shown to them in parts, smaller ones where the region takes less at once. Raises the
    service errors of ``braid.domain.errors``; UnsupportedError where there is no such guardrail, or it takes
    not even a text unit.
    """
    bedrock = bedrock or ANSWER.bedrock()
    begin, length = 0, MAX_CHARACTERS
    while begin < len(text):
        part = text[begin : begin + length]
        assessment = apply_guardrail(bedrock, guardrail.id, guardrail.version, part)
        if assessment is None:
            if len(part) <= _TEXT_UNIT:
                raise UnsupportedError(f"{OPERATION}: the guardrail takes not even a text unit at once")
            length = -(-len(part) // 2)
            continue
        begin += length
        count(meter, guardrail_usage(assessment.text_units))
        if assessment.intervention is not None:
            return assessment.intervention
    return None


def assess_picture(
    guardrail: Guardrail, jpeg: bytes, meter: Meter, *, bedrock: Any = None
) -> tuple[PictureFinding, ...]:
    """What the content filters see in a picture. Raises as ``assess_output`` does."""
    assessment = apply_to_picture(bedrock or ANSWER.bedrock(), guardrail.id, guardrail.version, jpeg)
    count(meter, guardrail_picture_usage(assessment.pictures))
    return assessment.findings
