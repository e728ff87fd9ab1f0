"""What a model wrote, held to the profile's guardrail before anybody sees it.

Converse holds the evidence to it, but not the answer: of a tool's call, which is what an answer is, its
guardrail evaluates nothing
(https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from braid.domain.answer.answer import Answer
from braid.domain.money.accounting import Meter
from braid.domain.profile.sections.guardrail import GuardrailPlan
from braid.models.guardrails import OPERATION, assess_output
from braid.models.purposes import ANSWER
from braid.models.question import Guardrail
from braid.runtime.retries import Availability
from lambdas.inference.escalation import NoAnswer

__all__ = ["filtered", "written"]

_CITATIONS = "evidence_ids"


def filtered(
    answer: Answer, plan: GuardrailPlan, guardrail: Guardrail, meter: Meter, availability: Availability
) -> Answer | NoAnswer:
    """The answer, or nothing where an output filter intervenes; its assessment is kept.

    An answer that only quotes evidence isn't asked about: no model wrote it. A guardrail that can't be asked
    is listed as missing, for which the profile's review rules may want a person.
    """
    if not plan.filters_output or answer.method != "model":
        return answer
    found = None
    with availability.wanted(OPERATION):
        found = assess_output(guardrail, "\n".join(written(answer.answer)), meter)
    if found is None:
        return answer
    return NoAnswer(f"{ANSWER.operation}: a guardrail withheld what the model wrote", answer.route, found)


def written(value: Any) -> Iterator[str]:
    """Every text of an answer, in its order, without the ids that it cites."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            if name != _CITATIONS:
                yield from written(member)
    elif isinstance(value, list):
        for member in value:
            yield from written(member)
