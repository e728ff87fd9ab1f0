"""Objects that lie under a KMS key of others: whoever reads one has to be allowed to decrypt with it.

Symptom: MiniStack keeps an object's key and shows it, and asks nobody about it, so that a function without
``kms:Decrypt`` reads here what S3 refuses it. Upstream: none filed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import unquote

from ministack.core import iam_actions, iam_evaluator
from ministack.services import s3

RELIES_ON = (
    "ministack.core.iam_evaluator:enforce(access_key_id, iam_action, service, region, resource_arn, "
    "service_context)",
    "ministack.core.iam_actions:extract_resource_arn(service, method, path, headers, body, query_params, "
    "region, account_id)",
    "ministack.services.s3:_buckets",
    "ministack.services.s3:_object_versions",
)

_READS = frozenset({"s3:GetObject", "s3:GetObjectVersion"})
_KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
# The account's own, under which everyone in it reads.
_MANAGED = ":alias/aws/s3"

_key_of_request: ContextVar[str | None] = ContextVar("key_of_request", default=None)


def apply() -> None:
    """Asks about the key after the object itself; ``iam.apply`` comes first."""
    stock_resource, stock_enforce = iam_actions.extract_resource_arn, iam_evaluator.enforce

    def resource(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, *rest: Any
    ) -> Any:
        if service == "s3":
            decrypts = method == "GET" or (method == "HEAD" and "x-amz-checksum-mode" in headers)
            _key_of_request.set(_key_of(path, query) if decrypts else None)
        return stock_resource(service, method, path, headers, body, query, *rest)

    def enforce(access_key_id: str, action: str, service: str, region: str, *rest: Any, **named: Any) -> Any:
        refused = stock_enforce(access_key_id, action, service, region, *rest, **named)
        key = _key_of_request.get() if action in _READS else None
        if refused is not None or key is None or key.endswith(_MANAGED):
            return refused
        through = {"kms:ViaService": f"s3.{region}.amazonaws.com"}
        return stock_enforce(access_key_id, "kms:Decrypt", "kms", region, key, through)

    iam_actions.extract_resource_arn, iam_evaluator.enforce = resource, enforce


def _key_of(path: str, query: Mapping[str, Any]) -> str | None:
    """The key of the version that a path-style request reads."""
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    version = query.get("versionId")
    version_id = version[0] if isinstance(version, list) else version
    if version_id:
        versions = s3._object_versions.get((bucket, key), [])
        stored = next((each for each in versions if each["version_id"] == version_id), None)
    else:
        stored = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)
    return ((stored or {}).get("preserved_headers") or {}).get(_KEY_HEADER)
