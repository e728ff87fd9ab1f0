"""What a local AI service looks like to the launcher that hosts it.

A service speaks AWS shapes only: an operation takes the request members that botocore's service model
names and returns the response members. The launcher parses and serialises the wire, authenticates the
caller, asks IAM for the operation itself, keeps the call log and injects faults. A service never sees HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from local.foreign_json import parse_json


@dataclass(frozen=True)
class Caller:
    """Who calls: the identity that the request was signed with."""

    access_key_id: str
    account_id: str
    region: str


class ServiceError(Exception):
    """A documented error of the service; ``code`` is its AWS name, e.g. ``InvalidParameterException``."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object that a body holds. Raises ``ServiceError`` ValidationException for anything else."""
    try:
        asked = parse_json(body)
    except ValueError as error:
        raise ServiceError("ValidationException", "The body isn't JSON.") from error
    if not isinstance(asked, dict):
        raise ServiceError("ValidationException", "The body isn't a JSON object.")
    return asked


def not_offered(message: str) -> ServiceError:
    """What a service answers that has no engine here: AWS says so of what a region doesn't offer.

    Not a denial: nobody could allow it, and an alarm on denied requests has nothing to say about it.
    """
    return ServiceError("UnknownOperationException", message, status=404)


class Objects(Protocol):
    """S3 as a service sees it: every access is authorised as the caller, as AWS does."""

    def read(self, caller: Caller, bucket: str, key: str, version_id: str | None = None) -> bytes:
        """The object's bytes. Raises ``ServiceError`` AccessDeniedException, NoSuchKey or NoSuchBucket."""
        ...

    def write(self, caller: Caller, bucket: str, key: str, body: bytes, media_type: str) -> None:
        """Stores the object. Raises ``ServiceError`` AccessDeniedException or NoSuchBucket."""
        ...

    def keys(self, caller: Caller, bucket: str, prefix: str) -> list[str]:
        """The keys below ``prefix``, at most 1,000. Raises ``ServiceError`` as ``read`` does."""
        ...

    def as_role(self, role_arn: str) -> Objects:
        """The same S3, authorised as a role that the service assumes instead of as the caller."""
        ...


class Events(Protocol):
    """The default event bus, for events whose source is AWS itself."""

    def put(self, caller: Caller, source: str, detail_type: str, detail: Mapping[str, Any]) -> None:
        """Publishes one event, e.g. source ``aws.transcribe``."""
        ...


class Roles(Protocol):
    """Programs that a service runs in somebody's name, such as a job's."""

    def environment(self, role_arn: str, session_name: str) -> Mapping[str, str]:
        """The environment in which a program's AWS clients reach this AWS as that role, and nothing else."""
        ...


Operation = Callable[[Mapping[str, Any], Caller], Mapping[str, Any]]


@dataclass(frozen=True)
class Service:
    """One hosted service.

    ``name`` is botocore's client name (``rekognition``, ``comprehend``, ``textract``, ``transcribe``,
    ``bedrock-runtime``, ``bedrock``); ``operations`` maps names as in the service model (``DetectLabels``,
    ``Converse``) to functions. Operations run in a thread each and may block. Blobs are ``bytes``,
    timestamps are ``datetime``, path members such as ``modelId`` are request members like any other.
    An operation that isn't listed answers with the service's own "not supported here" error, or, where the
    service only ``adds`` to one that MiniStack has, as MiniStack does. ``limit_jobs`` sets how many of its
    jobs may run at once, None meaning the number of a new account; a service without jobs hasn't it.
    """

    name: str
    operations: Mapping[str, Operation]
    adds: bool = False
    limit_jobs: Callable[[int | None], None] | None = None
