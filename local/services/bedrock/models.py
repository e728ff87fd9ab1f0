"""Which model identifiers Bedrock takes, and how it refuses the others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local.services.protocol import ServiceError

__all__ = ["Model", "find_foundation_model_id", "find_model"]


@dataclass(frozen=True)
class Model:
    """A live model: what it reads, how much of it, and how much it writes at most."""

    model_id: str
    reads_images: bool
    context_tokens: int
    max_output_tokens: int
    needs_profile: bool = False


# As of November 2026; https://docs.aws.amazon.com/nova/latest/userguide/what-is-nova.html
_LIVE = {
    model.model_id: model
    for model in (
        Model("amazon.nova-micro-v1:0", reads_images=False, context_tokens=128_000, max_output_tokens=10_000),
        Model("amazon.nova-lite-v1:0", reads_images=True, context_tokens=300_000, max_output_tokens=10_000),
        Model("amazon.nova-pro-v1:0", reads_images=True, context_tokens=300_000, max_output_tokens=10_000),
        # No on-demand throughput of its own: only through an inference profile.
        Model(
            "amazon.nova-2-lite-v1:0",
            reads_images=True,
            context_tokens=1_000_000,
            max_output_tokens=65_535,
            needs_profile=True,
        ),
        Model(
            "anthropic.claude-haiku-4-5-20251001-v1:0",
            reads_images=True,
            context_tokens=200_000,
            max_output_tokens=64_000,
            needs_profile=True,
        ),
    )
}
# https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html
_RETIRED = frozenset(
    {
        "amazon.nova-premier-v1:0",
        "amazon.nova-canvas-v1:0",
        "amazon.nova-sonic-v1:0",
        "amazon.nova-reel-v1:0",
        "amazon.nova-reel-v1:1",
    }
)
_EMBEDDING_MODELS = frozenset(
    {
        "amazon.titan-embed-text-v1",
        "amazon.titan-embed-text-v2:0",
        "amazon.titan-embed-image-v1",
        "amazon.nova-2-multimodal-embeddings-v1:0",
    }
)
_NOT_FOR_CONVERSE = re.compile(r"amazon\.(?:titan-embed|nova-2-multimodal-embeddings|rerank)")
# A profile's prefix names the regions that it may be called from.
_CALLED_FROM = {
    "us": ("us-", "ca-"),
    "eu": ("eu-",),
    "apac": ("ap-",),
    "jp": ("ap-northeast-",),
    "au": ("ap-southeast-",),
    "global": ("",),
}
_PROFILE = re.compile(rf"(?P<geography>{'|'.join(_CALLED_FROM)})\.(?P<model_id>.+)")
_ARN = re.compile(
    r"arn:aws(?:-[^:]+)?:bedrock:(?P<region>[a-z0-9-]*):(?P<account>\d*):"
    r"(?P<kind>foundation-model|inference-profile|[a-z-]+)/(?P<name>.+)"
)


def find_model(identifier: str, region: str, *, custom: bool = False) -> Model:
    """The model behind a model id, an inference profile's id or the ARN of either, as called from a region.

    ``custom``: it is the base of a custom model, which needs no profile and may name its context (``:300k``).
    Raises ``ServiceError``: ValidationException for what isn't an identifier of a model that converses here,
    ResourceNotFoundException for a model past its end of life and for resources that this account lacks.
    """
    name = re.sub(r":\d+k$", "", _name(identifier)) if custom else _name(identifier)
    profile = _PROFILE.fullmatch(name)
    if profile is not None:
        if not region.startswith(_CALLED_FROM[profile["geography"]]):
            raise _invalid_identifier()
        name = profile["model_id"]
    _refuse_retired(name)
    if _NOT_FOR_CONVERSE.match(name):
        raise ServiceError(
            "ValidationException",
            "This action doesn't support the model that you provided. Try again with a supported text or "
            "chat model.",
        )
    model = _LIVE.get(name)
    if model is None or (
        profile is not None and profile["geography"] == "global" and not model.needs_profile
    ):
        raise _invalid_identifier()
    if model.needs_profile and profile is None and not custom:
        raise ServiceError(
            "ValidationException",
            f"Invocation of model ID {name} with on-demand throughput isn’t supported. Retry your request "
            "with the ID or ARN of an inference profile that contains this model.",
        )
    return model


def find_foundation_model_id(identifier: str, region: str) -> str:
    """The id of the live model of any kind behind an identifier: what InvokeModel may be asked for.

    Raises ``ServiceError`` as ``find_model`` does.
    """
    name = _name(identifier)
    _refuse_retired(name)
    return name if name in _EMBEDDING_MODELS else find_model(identifier, region).model_id


def _name(identifier: str) -> str:
    """The model's or profile's id, of itself or of its ARN."""
    arn = _ARN.fullmatch(identifier)
    if arn is None:
        return identifier
    if arn["kind"] not in ("foundation-model", "inference-profile"):
        raise ServiceError(
            "ResourceNotFoundException",
            f"Could not resolve the {arn['kind']} from {identifier}.",
            status=404,
        )
    return arn["name"]


def _refuse_retired(name: str) -> None:
    if name in _RETIRED:
        raise ServiceError(
            "ResourceNotFoundException",
            "This model version has reached the end of its life. Please refer to the AWS documentation for "
            "more details.",
            status=404,
        )


def _invalid_identifier() -> ServiceError:
    return ServiceError("ValidationException", "The provided model identifier is invalid.")
