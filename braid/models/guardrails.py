"""What a model wrote, held to a guardrail: Converse doesn't show guardrails a tool's call."""

from __future__ import annotations

from typing import Any

from braid.aws.bedrock.guardrails import MAX_CHARACTERS, OPERATION, apply_guardrail
from braid.domain.money.accounting import Meter
from braid.models.purposes import ANSWER
from braid.models.question import Guardrail
from braid.models.spending import count, guardrail_usage

__all__ = ["OPERATION", "assess_output"]


def assess_output(
    guardrail: Guardrail, text: str, meter: Meter, *, bedrock: Any = None
) -> dict[str, Any] | None:
    """What the output filters found in ``text`` where they intervene; ``None`` where they let it pass.

    A long text is shown to them in parts. Raises the service errors of ``braid.domain.errors``;
    UnsupportedError where there is no such guardrail.
    """
    bedrock = bedrock or ANSWER.bedrock()
    for begin in range(0, len(text), MAX_CHARACTERS):
        part = text[begin : begin + MAX_CHARACTERS]
        assessment = apply_guardrail(bedrock, guardrail.id, guardrail.version, part)
        count(meter, guardrail_usage(assessment.text_units))
        if assessment.intervention is not None:
            return assessment.intervention
    return None
