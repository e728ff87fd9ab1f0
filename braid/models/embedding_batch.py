"""The lines of a Bedrock batch job that embeds: what a model is asked about each document, and its vector.

A batch asks the model once for each record, so that only what one request can hold is in it: a text, or a
picture with its text where the family takes both.
https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.errors import InvalidServiceOutputError
from braid.domain.json_text import parse_json
from braid.models.batch import OPERATION

__all__ = ["EmbeddingRecord", "embedding_line", "read_embedding_line"]

_MAX_TOLD_CHARACTERS = 300


@dataclass(frozen=True)
class EmbeddingRecord:
    """One line of a job's output: the model's own answer, or what was wrong instead."""

    record_id: str
    answer: Mapping[str, Any] | None
    error: str = ""


def embedding_line(record_id: str, body: Mapping[str, Any]) -> str:
    """The record's line of the input file: the same body that InvokeModel takes."""
    line = {"recordId": record_id, "modelInput": body}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def read_embedding_line(line: str | bytes) -> EmbeddingRecord:
    """What a line of the output says of its record. Raises InvalidServiceOutputError for one that isn't a
    record's."""
    try:
        value = parse_json(line)
    except ValueError as error:
        raise InvalidServiceOutputError(f"{OPERATION}: a line of the output isn't JSON") from error
    record_id = value.get("recordId") if isinstance(value, Mapping) else None
    if not isinstance(record_id, str):
        raise InvalidServiceOutputError(f"{OPERATION}: a line of the output names no recordId")
    output = value.get("modelOutput")
    if isinstance(output, Mapping) and value.get("error") is None:
        return EmbeddingRecord(record_id, output)
    failure = value.get("error")
    members = failure if isinstance(failure, Mapping) else {"errorMessage": failure}
    told = members.get("errorMessage") or members.get("errorCode") or "neither modelOutput nor error"
    return EmbeddingRecord(record_id, None, f"{OPERATION}: {told}"[:_MAX_TOLD_CHARACTERS])
