"""What models are called for. Each purpose can be missing without the others, and has its own patience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.aws.clients import client

__all__ = ["ANSWER", "DESCRIPTION", "EMBEDDING", "Purpose"]


@dataclass(frozen=True)
class Purpose:
    """``operation`` is the name under which it is listed as missing.

    ``read_timeout_seconds`` bounds one call and lets it be tried twice at most; ``None`` leaves the bound to
    the state.
    """

    operation: str
    read_timeout_seconds: int | None = None

    def bedrock(self) -> Any:
        """The process's client of Bedrock runtime with that patience."""
        if self.read_timeout_seconds is None:
            return client("bedrock-runtime")
        return client("bedrock-runtime", read_timeout_seconds=self.read_timeout_seconds)


# Twice this is less than a function may take: a model that hangs costs the answer, not the function's life.
ANSWER = Purpose("bedrock:Converse", read_timeout_seconds=400)
# A call takes two seconds at Bedrock and may take a minute on a laptop.
DESCRIPTION = Purpose("bedrock:Converse:descriptions", read_timeout_seconds=120)
EMBEDDING = Purpose("bedrock:InvokeModel:embeddings", read_timeout_seconds=30)
