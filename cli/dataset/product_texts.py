"""Descriptions of products that were drawn, worded by the deployment's own model of texts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

from braid.domain.datasets.products import SYSTEM, TOOL, Product, question, worded
from cli.target import Target

__all__ = ["text_model", "word_products"]

_TOOL_NAME = "write_entry"
_MAX_TOKENS = 300
# What says that this model, here, doesn't word products; a throttle or an outage says nothing of the kind.
_UNABLE = frozenset(
    {
        *("AccessDeniedException", "ValidationException", "ResourceNotFoundException"),
        *("ModelErrorException", "ModelNotReadyException"),
    }
)


def text_model(target: Target) -> str:
    """The smallest model that the deployment asks."""
    found = target.lambda_.get_function_configuration(FunctionName=target.trial_function)
    ids: dict[str, str] = json.loads(found["Environment"]["Variables"]["MODEL_IDS"])
    return ids["micro"]


def word_products(
    products: Iterable[Product], model_id: str, bedrock: Any
) -> tuple[list[Product], str | None]:
    """Each product in the model's words, or in ours; and why the model couldn't be asked, if it couldn't."""
    done: list[Product] = []
    unable: str | None = None
    for product in products:
        answer: dict[str, Any] = {}
        if unable is None:
            try:
                answer = _asked(product, model_id, bedrock)
            except ClientError as error:
                if error.response["Error"].get("Code") not in _UNABLE:
                    raise
                unable = error.response["Error"].get("Message") or error.response["Error"]["Code"]
        taken = {each.title.lower() for each in done}
        done.append(worded(product, answer.get("title"), answer.get("description"), taken))
    return done, unable


def _asked(product: Product, model_id: str, bedrock: Any) -> dict[str, Any]:
    answer = bedrock.converse(
        modelId=model_id,
        system=[{"text": SYSTEM}],
        messages=[{"role": "user", "content": [{"text": question(product)}]}],
        inferenceConfig={"maxTokens": _MAX_TOKENS, "temperature": 0.7},
        toolConfig={
            "tools": [{"toolSpec": {"name": _TOOL_NAME, "inputSchema": {"json": TOOL}}}],
            "toolChoice": {"tool": {"name": _TOOL_NAME}},
        },
    )
    for block in answer["output"]["message"]["content"]:
        written = block.get("toolUse", {}).get("input")
        if isinstance(written, dict):
            return written
    return {}
