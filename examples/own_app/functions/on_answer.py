"""Hears of each asset that ended, reads its answer, and says its first sentence in the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3

__all__ = ["handler"]


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Messages of a queue; those that fail are told one by one and come again, the others don't."""
    failed = []
    for message in event["Records"]:
        try:
            _take(json.loads(message["body"])["detail"])
        except Exception:  # noqa: BLE001  # whatever it was, the message comes again, and then waits for a person
            print(f"message {message['messageId']} can't be worked on; it comes again")
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}


def _take(detail: Mapping[str, Any]) -> None:
    """What you do with an answer comes here. It may be told twice: ``asset_id`` and ``attempt`` say so."""
    result = _read(detail["result_uri"])
    claim = result["results"].get("answer")
    sections = sorted(_read(claim["uri"])) if claim else []
    told = {"asset_id": detail["asset_id"], "attempt": result["attempt"], "status": result["status"]}
    print(json.dumps({**told, "answer_has": sections}))


def _read(uri: str) -> dict[str, Any]:
    place = urlsplit(uri)
    body = boto3.client("s3").get_object(Bucket=place.netloc, Key=place.path[1:])["Body"]
    read: dict[str, Any] = json.load(body)
    return read
