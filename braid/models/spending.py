"""What calls of models cost, under the names of the price book. Calls are counted here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from braid.domain.model_registry import foundation_model_id
from braid.domain.money.accounting import Meter, Usage

if TYPE_CHECKING:  # embedding does without it, and its cold start with it
    from braid.aws.bedrock.converse import Reply

__all__ = [
    "batch_usage",
    "count",
    "embedding_usage",
    "guardrail_picture_usage",
    "guardrail_usage",
    "picture_usage",
    "reply_usage",
]

_SERVICE = "bedrock"


def count(meter: Meter, usage: tuple[Usage, ...]) -> None:
    """Adds ``usage`` to the meter."""
    for used in usage:
        meter.count(used.service, used.operation, used.unit, used.quantity)


def reply_usage(profile_id: str, reply: Reply) -> tuple[Usage, ...]:
    """The tokens of a reply, those that went through the prompt cache, and the guardrail's units.

    A prompt that was refused as too long costs nothing, and is no usage.
    """
    if not reply.is_billed:
        return ()
    operation = f"Converse:{foundation_model_id(profile_id)}"
    if reply.service_tier != "default":
        operation += f":{reply.service_tier}"
    cached = (
        ("cache_read_token", reply.cache_read_tokens),
        ("cache_write_token", reply.cache_write_tokens),
    )
    return (
        *_tokens(operation, reply),
        *(Usage(_SERVICE, operation, unit, quantity) for unit, quantity in cached if quantity),
        *guardrail_usage(reply.guardrail_units),
    )


def batch_usage(profile_id: str, reply: Reply) -> tuple[Usage, ...]:
    """The tokens of a reply in a batch job's output, which has its own price."""
    return _tokens(f"ModelInvocationJob:{foundation_model_id(profile_id)}", reply)


def embedding_usage(model_id: str, token_count: int, *, is_batch: bool = False) -> tuple[Usage, ...]:
    """The tokens that a vector was made of."""
    return (Usage(_SERVICE, f"{_asked_by(is_batch)}:{model_id}", "input_token", token_count),)


def picture_usage(model_id: str, *, is_batch: bool = False) -> tuple[Usage, ...]:
    """The picture that a vector was made of."""
    return (Usage(_SERVICE, f"{_asked_by(is_batch)}:{model_id}", "image", 1),)


def _asked_by(is_batch: bool) -> str:
    return "ModelInvocationJob" if is_batch else "InvokeModel"


def guardrail_usage(text_units: int) -> tuple[Usage, ...]:
    """Units of 1,000 characters that content filters evaluated, if any."""
    return (Usage(_SERVICE, "ApplyGuardrail:content", "text_unit", text_units),) if text_units else ()


def guardrail_picture_usage(pictures: int) -> tuple[Usage, ...]:
    """Pictures that content filters evaluated, if any."""
    return (Usage(_SERVICE, "ApplyGuardrail:content", "image", pictures),) if pictures else ()


def _tokens(operation: str, reply: Reply) -> tuple[Usage, ...]:
    return (
        Usage(_SERVICE, operation, "input_token", reply.input_tokens),
        Usage(_SERVICE, operation, "output_token", reply.output_tokens),
    )
