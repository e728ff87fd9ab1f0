"""What reads messages between services, lists of other tools, and lines of logs."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
from collections.abc import Callable
from typing import Any

from braid.domain.asset.failure import Failure
from braid.domain.errors import InvalidInputError
from braid.runtime.ended import read_ended
from cli.errors import CommandError
from cli.repair.dead_letters import DeadLetterQueue, read_letter
from cli.repair.inventory import read_manifest, read_rows
from cli.showing.function_logs import read_events
from cli.tuning.report_file import read_curve
from evaluation.fuzzing.target import Form, Target, of_json, of_text
from lambdas.closing.deaths import read_death
from lambdas.dispatch.events import read_arrival
from lambdas.erasing.deletions import read_deletion
from lambdas.tuning.runs.teardown import plain_reason

__all__ = ["MESSAGES"]

_ASSET_ID = "mug-c379120f43f552a0d1cf"
_OBJECT = {"key": "inbox/general/mug.jpg", "size": 1, "version-id": "v1"}
_CREATED = {
    "detail-type": "Object Created",
    "source": "aws.s3",
    "time": "2026-11-29T10:00:00Z",
    "detail": {"bucket": {"name": "input"}, "object": _OBJECT, "reason": "PutObject"},
}
_DELETED = {
    **_CREATED,
    "detail-type": "Object Deleted",
    "detail": {"bucket": {"name": "input"}, "object": _OBJECT, "deletion-type": "Permanently Deleted"},
}
_SOURCE = {"bucket": "input", "key": "inbox/general/mug.jpg", "version_id": "v1"}
_ASSET = {"asset_id": _ASSET_ID, "attempt": 2, "profile": "general", "source": _SOURCE}
_RERUN = {
    "source": "braid",
    "detail-type": "Asset Rerun",
    "time": "2026-11-29T10:00:00Z",
    "detail": {"asset": _ASSET, "reuse": None},
}
_PROCESSED = {"source": "braid", "detail-type": "Asset Processed", "detail": {"asset_id": _ASSET_ID}}
_DIED = {
    "detail-type": "Step Functions Execution Status Change",
    "source": "aws.states",
    "detail": {
        "executionArn": f"arn:aws:states:us-east-1:1:execution:m:{_ASSET_ID}-1",
        "name": f"{_ASSET_ID}-1",
        "status": "FAILED",
        "startDate": 1_700_000_000_000,
        "input": json.dumps({"asset": _ASSET}),
        "error": "States.Timeout",
        "cause": json.dumps({"errorMessage": "why", "errorType": "X"}),
        "redriveCount": 0,
    },
}
_DEAD = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": _DIED}
_INVENTORY = {
    "sourceBucket": "input",
    "destinationBucket": "arn:aws:s3:::lists",
    "fileFormat": "CSV",
    "fileSchema": "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size",
    "files": [{"key": "a.csv.gz", "MD5checksum": "0" * 32}],
}
_ROWS = gzip.compress(
    b'"input","inbox/general/a%20b.jpg","v1","true","false","12"\n"input","x","v","true","true",""\n'
)
_LOG_LINE = {
    "level": "ERROR",
    "message": "it failed",
    "timestamp": "2026-11-29 10:00:00,000+0000",
    "asset_id": _ASSET_ID,
}


def _bytes(*values: Any) -> Callable[[], list[bytes]]:
    return lambda: [json.dumps(value).encode() for value in values]


def _letter(text: str) -> None:
    read_letter({"MessageId": "m", "ReceiptHandle": "h", "Body": text}, DeadLetterQueue("q", "q"))


def _death(event: Any) -> None:
    if isinstance(event, dict):  # EventBridge sends objects alone
        read_death(event)


def _rows(data: bytes) -> None:
    columns = [name.strip() for name in str(_INVENTORY["fileSchema"]).split(",")]
    with contextlib.suppress(CommandError):
        list(read_rows(io.BytesIO(data), columns, "input", "a.csv.gz"))
    with contextlib.suppress(CommandError):
        list(read_rows(io.BytesIO(gzip.compress(data)), columns, "input", "a.csv.gz"))


def _log(text: str) -> None:
    events = [
        {
            "timestamp": 1_700_000_000_000,
            "message": text,
            "eventId": "1",
            "ingestionTime": 0,
            "logStreamName": "s",
        }
    ]
    list(read_events(events, "fusion", _ASSET_ID))


def _failure(text: str) -> None:
    plain_reason(text)
    Failure("X", text).detail  # noqa: B018  # what is computed from it


MESSAGES: tuple[Target, ...] = (
    Target("arrival", Form.JSON, of_text(read_arrival), _bytes(_CREATED, _RERUN), (InvalidInputError,)),
    Target("deletion", Form.JSON, of_text(read_deletion), _bytes(_DELETED), (InvalidInputError,)),
    Target("ended", Form.JSON, of_text(read_ended), _bytes(_PROCESSED, _DIED), (InvalidInputError,)),
    Target("death", Form.JSON, of_json(_death), _bytes(_DIED), (InvalidInputError,)),
    Target(
        "failure-reason",
        Form.JSON,
        of_text(_failure),
        _bytes({"Error": "X", "Cause": '{"errorMessage": "y"}'}),
    ),
    Target("dead-letter", Form.JSON, of_text(_letter), _bytes(_CREATED, _RERUN, _DEAD, _DIED)),
    Target(
        "inventory-manifest",
        Form.JSON,
        lambda data: read_manifest(data, "input"),
        _bytes(_INVENTORY),
        (CommandError,),
    ),
    Target("inventory-rows", Form.TEXT, _rows, lambda: [_ROWS, gzip.decompress(_ROWS)]),
    Target("log-line", Form.JSON, of_text(_log), _bytes(_LOG_LINE, {**_LOG_LINE, "exception": "Traceback"})),
    Target(
        "loss-curve", Form.TEXT, read_curve, lambda: [b"step,epoch,loss\n1,0,2.5\n2,0,1.5\n"], (CommandError,)
    ),
)
