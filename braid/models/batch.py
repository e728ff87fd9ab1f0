"""The lines of a Bedrock batch job: a Converse request as Nova's own JSON, and what Nova answered.

A job of the type ``Converse`` refuses every record that names a tool, which is how an answer is asked for;
one of the type ``InvokeModel`` takes them in the model's own form
(https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html). Nova's differs from Converse's in
how bytes are written and where ``topK`` stands
(https://docs.aws.amazon.com/nova/latest/nova2-userguide/request-response-schema.html).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from braid.aws.converse import ConverseResponse, read_converse_response
from braid.domain.errors import InvalidServiceOutputError

__all__ = ["BatchRecord", "batch_line", "read_batch_line"]

OPERATION = "bedrock:ModelInvocationJob"
_MAX_TOLD_CHARACTERS = 300


@dataclass(frozen=True)
class BatchRecord:
    """One line of a job's output: a response, or what was wrong instead."""

    record_id: str
    response: ConverseResponse | None
    error: str = ""


def batch_line(record_id: str, request: Mapping[str, Any]) -> str:
    """The record's line of the input file, for a request as ``build_request`` makes it.

    Cache points, service tiers and guardrails have no place in a batch and are left out.
    """
    config = {
        **request.get("inferenceConfig", {}),
        **request.get("additionalModelRequestFields", {}).get("inferenceConfig", {}),
    }
    native = {
        "system": [block for block in request.get("system", []) if "cachePoint" not in block],
        "messages": request["messages"],
        "inferenceConfig": config,
        "toolConfig": request["toolConfig"],
    }
    line = {"recordId": record_id, "modelInput": _with_text_for_bytes(native)}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def read_batch_line(line: str | bytes) -> BatchRecord:
    """What a line of a job's output says of its record.

    A record that failed, or whose answer can't be read, has an ``error``. Raises InvalidServiceOutputError
    for a line that isn't a record's.
    """
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidServiceOutputError(f"{OPERATION}: a line of the output isn't JSON") from error
    record_id = value.get("recordId") if isinstance(value, Mapping) else None
    if not isinstance(record_id, str):
        raise InvalidServiceOutputError(f"{OPERATION}: a line of the output names no recordId")
    failure = value.get("error")
    if failure is not None:
        members = failure if isinstance(failure, Mapping) else {"errorMessage": failure}
        told = members.get("errorMessage") or members.get("errorCode")
        return BatchRecord(record_id, None, f"{OPERATION}: {told}"[:_MAX_TOLD_CHARACTERS])
    output = value.get("modelOutput")
    if not isinstance(output, Mapping):
        return BatchRecord(record_id, None, f"{OPERATION}: the record has neither modelOutput nor error")
    try:
        # Nova's own answer has Converse's shape but for the metrics.
        return BatchRecord(record_id, read_converse_response({"metrics": {}, **output}))
    except InvalidServiceOutputError as problem:
        return BatchRecord(record_id, None, str(problem)[:_MAX_TOLD_CHARACTERS])


def _with_text_for_bytes(value: Any) -> Any:
    """The value with bytes as base64, which is how InvokeModel's JSON carries them."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {name: _with_text_for_bytes(item) for name, item in value.items()}
    return [_with_text_for_bytes(item) for item in value] if isinstance(value, list) else value
