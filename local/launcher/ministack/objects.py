"""S3 and the event bus as the AI services see them: every access is authorised as the caller.

Calls MiniStack's functions and replaces none.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from contextvars import copy_context
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from ministack.core.responses import request_scope
from ministack.services import eventbridge, s3

from local.launcher.permissions.iam import caller_denial, role_denial
from local.services.protocol import Caller, ServiceError

RELIES_ON = (
    "ministack.core.responses:request_scope(account_id, region)",
    "ministack.services.eventbridge:_put_events(data, allow_aws_source)",
    "ministack.services.s3:handle_request",
)


class S3Objects:
    """Reads and writes objects in this process, as AWS's services do.

    With the caller's permissions, or with those of ``role_arn``, which the service assumes.
    """

    def __init__(self, role_arn: str | None = None) -> None:
        self._role_arn = role_arn

    def as_role(self, role_arn: str) -> S3Objects:
        """See ``local.services.protocol.Objects``."""
        return S3Objects(role_arn)

    def keys(self, caller: Caller, bucket: str, prefix: str) -> list[str]:
        """See ``local.services.protocol.Objects``."""
        query = {"list-type": ["2"], "prefix": [prefix]}
        listed = ElementTree.fromstring(
            self._call(caller, "s3:ListBucket", "GET", bucket, "", {}, b"", query)
        )
        return [str(element.text) for element in listed.iter() if element.tag.rpartition("}")[2] == "Key"]

    def read(self, caller: Caller, bucket: str, key: str, version_id: str | None = None) -> bytes:
        """See ``local.services.protocol.Objects``."""
        action = "s3:GetObjectVersion" if version_id else "s3:GetObject"
        query = {"versionId": [version_id]} if version_id else {}
        return self._call(caller, action, "GET", bucket, key, {}, b"", query)

    def write(self, caller: Caller, bucket: str, key: str, body: bytes, media_type: str) -> None:
        """See ``local.services.protocol.Objects``."""
        headers = {"content-type": media_type, "content-length": str(len(body))}
        self._call(caller, "s3:PutObject", "PUT", bucket, key, headers, body, {})

    def _call(
        self,
        caller: Caller,
        action: str,
        method: str,
        bucket: str,
        key: str,
        headers: dict[str, str],
        body: bytes,
        query: dict[str, list[str]],
    ) -> bytes:
        with request_scope(caller.account_id, caller.region):
            reason = self._denial(caller, action, f"arn:aws:s3:::{bucket}" + (f"/{key}" if key else ""))
            if reason is not None:
                raise ServiceError("AccessDeniedException", reason)
            path = f"/{bucket}/{key}"
            answer = _finish_at_once(s3.handle_request(method, path, headers, body, query, internal=True))
        status, _, content = answer
        if status >= 300:
            code, message = _s3_error(content)
            raise ServiceError(code, f"{message} (s3://{bucket}/{quote(key)})")
        return bytes(content)

    def _denial(self, caller: Caller, action: str, arn: str) -> str | None:
        if self._role_arn is not None:
            return role_denial(self._role_arn, "service", action, arn)
        return caller_denial(caller.access_key_id, action, "s3", (arn,))


class DefaultBus:
    """Publishes events whose source is AWS itself; from outside they are refused, as on AWS.

    ``job_ended`` is told the names in what is published about jobs.
    """

    def __init__(self, job_ended: Callable[[list[str]], None]) -> None:
        self._job_ended = job_ended

    def put(self, caller: Caller, source: str, detail_type: str, detail: Mapping[str, Any]) -> None:
        """See ``local.services.protocol.Events``."""
        entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
        with request_scope(caller.account_id, caller.region):
            eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
        if detail_type.endswith("Job State Change"):
            self._job_ended([str(value) for name, value in detail.items() if name.endswith("Name")])


def _finish_at_once(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs MiniStack's S3, which is async only in name, in this thread and with this thread's context."""
    return copy_context().run(asyncio.run, work)


def _s3_error(body: bytes) -> tuple[str, str]:
    root = ElementTree.fromstring(body)
    return root.findtext("Code") or "InternalError", root.findtext("Message") or ""
