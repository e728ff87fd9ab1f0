"""A tuned model that a profile names: what calls name, and what it was made of (`braid models --json`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["TunedModel"]

_ARN = re.compile(
    r"arn:aws:bedrock:[a-z0-9-]+:\d{12}:(custom-model-deployment|provisioned-model)/[a-z0-9]{12}"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class TunedModel:
    """``model`` is the ARN of a deployment or of provisioned throughput, ``base`` its base model's id.

    ``data_sha256`` and ``recipe_sha256`` are those of the run that made it: each answer carries them.
    """

    model: str
    data_sha256: str
    recipe_sha256: str
    base: str = "amazon.nova-lite-v1:0"

    def problems(self) -> Iterator[str]:
        """What is wrong with it, in words."""
        if not _ARN.fullmatch(self.model):
            yield (
                "inference.tuned.model must be the ARN of a custom model deployment or of provisioned"
                f" throughput, as `braid models` prints it, not {self.model!r}"
            )
        for name in ("data_sha256", "recipe_sha256"):
            if not _SHA256.fullmatch(getattr(self, name)):
                yield f"inference.tuned.{name} must be 64 hex digits, as `braid models --json` prints them"
