"""S3 as it answers about versions.

Symptoms: an ``Object Created`` event of a versioned bucket carries no ``version-id``, so that a consumer
reads whatever is newest; a ranged GetObject with a VersionId returns 200 and the whole object, so that a
ranged reader of a 2 GB video downloads it whole; ``aws:kms`` without a key, which the CDK's asset upload
asks for, is refused where AWS takes the account's own S3 key. Upstream: none filed.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, s3

RELIES_ON = (
    "ministack.services.s3:_fire_s3_event(bucket_name, key, event_name, size, etag, deletion_type, "
    "restore_event_data, version_id, sequencer, object_extra, record_extra)",
    "ministack.services.s3:_get_object(bucket_name, key, headers, query_params)",
    "ministack.services.s3:_parse_range(range_header, total)",
    "ministack.services.s3:_resolve_sse_write_headers(headers, bucket_name)",
    "ministack.services.eventbridge:_dispatch_event(event, view)",
)

_KMS_KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"

_version_of_event: ContextVar[str | None] = ContextVar("_version_of_event", default=None)


def apply() -> None:
    """Patches all three."""
    _put_version_into_events()
    _honour_ranges_of_versions()
    _have_a_managed_key()


def _put_version_into_events() -> None:
    stock_fire, stock_dispatch = s3._fire_s3_event, eventbridge._dispatch_event

    def fire(*arguments: Any, **keywords: Any) -> Any:
        token = _version_of_event.set(keywords.get("version_id"))
        try:
            return stock_fire(*arguments, **keywords)
        finally:
            _version_of_event.reset(token)

    def dispatch(event: dict[str, Any], view: Any = None) -> Any:
        version_id = _version_of_event.get()
        if version_id and event.get("Source") == "aws.s3":
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version_id
            event = {**event, "Detail": json.dumps(detail)}
            view = None  # built from the event as it was
        return stock_dispatch(event, view)

    s3._fire_s3_event, eventbridge._dispatch_event = fire, dispatch


def _honour_ranges_of_versions() -> None:
    stock_get = s3._get_object

    def get(bucket: str, key: str, headers: dict[str, str], query: dict[str, Any] | None = None) -> Any:
        answer = stock_get(bucket, key, headers, query)
        wanted = (headers or {}).get("range", "")
        if not wanted or answer[0] != 200 or not (query or {}).get("versionId"):
            return answer
        _, answer_headers, body = answer
        size = len(body)
        bounds = s3._parse_range(wanted, size)
        if bounds is None:
            # Let the stock code write the 416 of the current object's shape.
            unsatisfiable = {"Content-Type": "application/xml", "Content-Range": f"bytes */{size}"}
            return 416, unsatisfiable, b"<Error><Code>InvalidRange</Code></Error>"
        start, end = bounds
        part = body[start : end + 1]
        # A checksum is of the whole object; an SDK that sees one beside a slice refuses the slice.
        kept = {k: v for k, v in answer_headers.items() if not k.lower().startswith("x-amz-checksum")}
        kept.update({"Content-Range": f"bytes {start}-{end}/{size}", "Content-Length": str(len(part))})
        return 206, kept, part

    s3._get_object = get


def _have_a_managed_key() -> None:
    stock = s3._resolve_sse_write_headers

    def resolve(headers: dict[str, str], *rest: Any) -> Any:
        if headers.get("x-amz-server-side-encryption") == "aws:kms":
            key = f"arn:aws:kms:{get_region()}:{get_account_id()}:alias/aws/s3"
            headers = {_KMS_KEY_HEADER: key, **headers}
        return stock(headers, *rest)

    s3._resolve_sse_write_headers = resolve
