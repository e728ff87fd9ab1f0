"""The lines of a Bedrock batch job: questions in a model's own JSON, and what the model answered.

A job of the type ``Converse`` refuses every record that names a tool, which is how an answer is asked for;
one of the type ``InvokeModel`` takes them in the model's own form
(https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html). Its dialect writes and reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from braid.aws.bedrock.converse import Reply, read_reply
from braid.domain.errors import InvalidServiceOutputError
from braid.domain.json_text import parse_json
from braid.models.dialects.table import chat_dialect
from braid.models.question import Question
from braid.models.request import converse_request
from braid.models.routing import Route
from braid.models.spending import batch_usage

__all__ = ["BatchRecord", "batch_line", "read_batch_line"]

OPERATION = "bedrock:ModelInvocationJob"
_MAX_TOLD_CHARACTERS = 300


@dataclass(frozen=True)
class BatchRecord:
    """One line of a job's output: a reply with what it cost, or what was wrong instead."""

    record_id: str
    reply: Reply | None
    error: str = ""


def batch_line(record_id: str, question: Question) -> str:
    """The record's line of the input file.

    Cache points, service tiers and guardrails have no place in a batch and are left out.
    """
    native = chat_dialect(question.route.model.dialect).batch_input(
        converse_request(replace(question, guardrail=None))
    )
    line = {"recordId": record_id, "modelInput": native}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def read_batch_line(line: str | bytes, route: Route) -> BatchRecord:
    """What a line of the output of a job for the route's model says of its record.

    A record that failed, or whose answer can't be read, has an ``error``. Raises InvalidServiceOutputError
    for a line that isn't a record's.
    """
    try:
        value = parse_json(line)
    except ValueError as error:
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
        reply = read_reply(chat_dialect(route.model.dialect).batch_output(output))
    except InvalidServiceOutputError as problem:
        return BatchRecord(record_id, None, str(problem)[:_MAX_TOLD_CHARACTERS])
    return BatchRecord(record_id, replace(reply, usage=batch_usage(route.profile_id, reply)))
