"""The handlers of the chain: what arrives is written down, so that a test can read it."""

from __future__ import annotations

import json
import os
import sys

import boto3
from chain_layer import GREETING


class NotYetError(Exception):
    """Raised until the state's third attempt."""


def dispatch(event, context):
    """Starts an execution per message, named after the object's version."""
    for record in event["Records"]:
        detail = json.loads(record["body"])["detail"]
        name = "".join(c if c.isalnum() else "-" for c in detail["object"]["version-id"])[-60:]
        boto3.client("stepfunctions").start_execution(
            stateMachineArn=os.environ["STATE_MACHINE_ARN"], name=name, input=json.dumps(detail)
        )
    return {"batchItemFailures": []}


def work(event, context):
    """Reads the object's version in part and says what surrounds the handler."""
    if event.get("attempt", 2) < 2:
        raise NotYetError(f"attempt {event['attempt']}")
    detail = event["detail"]
    bucket, item = detail["bucket"]["name"], detail["object"]
    where = {"Bucket": bucket, "Key": item["key"], "VersionId": item["version-id"]}
    part = boto3.client("s3").get_object(**where, Range="bytes=2-4")
    return {
        "greeting": GREETING,
        "key": item["key"],
        "part": part["Body"].read().decode(),
        "environment": sorted(os.environ),
        "import_path": sys.path,
        "home": os.environ["HOME"],
        "temporary": os.environ["TMPDIR"],
        "request_id": context.aws_request_id,
    }


def forbidden(event, context):
    """Asks for what its role doesn't have."""
    boto3.client("s3").list_buckets()
