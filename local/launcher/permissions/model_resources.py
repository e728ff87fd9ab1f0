"""On which models and guardrails IAM asks about a request to Bedrock."""

from __future__ import annotations

import re
from urllib.parse import unquote

__all__ = ["guardrail_arn", "model_arns", "model_of_path"]

_MODEL_PATH = re.compile(r"^/model/(?P<model>.+)/[a-z-]+$")
_GUARDRAIL_PATH = re.compile(r"^/guardrail/(?P<guardrail>.+)/version/[^/]+/apply$")
# https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
_PROFILE = re.compile(r"^(?P<area>us-gov|us|eu|apac|au|ca|jp|global)\.(?P<model>[a-z0-9-]+\..+)$")


def model_arns(model_id: str, region: str, account_id: str) -> tuple[str, ...]:
    """The ARNs on which a caller of this model id, profile id or ARN needs permission, the model's last.

    >>> model_arns("us.amazon.nova-lite-v1:0", "us-east-1", "1")[0]
    'arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-lite-v1:0'
    """
    if model_id.startswith("arn:"):
        profile = model_id.rpartition(":inference-profile/")[2]
        known = _PROFILE.match(profile) if ":inference-profile/" in model_id else None
        behind = (f"arn:aws:bedrock:{region}::foundation-model/{known['model']}",) if known else ()
        return (model_id, *behind)
    known = _PROFILE.match(model_id)
    if known is None:
        return (f"arn:aws:bedrock:{region}::foundation-model/{model_id}",)
    return (
        f"arn:aws:bedrock:{region}:{account_id}:inference-profile/{model_id}",
        f"arn:aws:bedrock:{region}::foundation-model/{known['model']}",
    )


def model_of_path(path: str) -> str | None:
    """The model id or ARN in a bedrock-runtime path, slashes of an ARN included."""
    match = _MODEL_PATH.match(unquote(path))
    return match["model"] if match else None


def guardrail_arn(path: str, region: str, account_id: str) -> str | None:
    """The guardrail that a bedrock-runtime path applies, by its id or its ARN."""
    match = _GUARDRAIL_PATH.match(unquote(path))
    if match is None:
        return None
    named = match["guardrail"]
    return named if named.startswith("arn:") else f"arn:aws:bedrock:{region}:{account_id}:guardrail/{named}"
