"""Calls local services as a client would, holding requests and responses against botocore's model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.services.protocol import Caller, Service, ServiceError
from tests.contract import service_model

CALLER = Caller("AKIDEXAMPLE", "111122223333", "us-east-1")
_OF_ANY_OPERATION = {"AccessDeniedException", "UnknownOperationException"}


@dataclass
class Folder:
    """Objects in memory; a bucket named ``denied`` refuses the caller."""

    stored: dict[tuple[str, str], bytes] = field(default_factory=dict)
    media_types: dict[tuple[str, str], str] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)  # that a service assumed, one for each call

    def as_role(self, role_arn: str) -> Folder:
        self.roles.append(role_arn)
        return self

    def read(self, caller: Caller, bucket: str, key: str, version_id: str | None = None) -> bytes:
        self._authorise(caller, bucket)
        if (bucket, key) not in self.stored:
            raise ServiceError("NoSuchKey", "The specified key does not exist.", status=404)
        return self.stored[bucket, key]

    def write(self, caller: Caller, bucket: str, key: str, body: bytes, media_type: str) -> None:
        self._authorise(caller, bucket)
        self.stored[bucket, key] = body
        self.media_types[bucket, key] = media_type

    def _authorise(self, caller: Caller, bucket: str) -> None:
        assert caller == CALLER, "services must act as the caller"
        if bucket == "denied":
            raise ServiceError("AccessDeniedException", "the caller may not")


@dataclass
class EventLog:
    """The events that were put, in order: (source, detail type, detail)."""

    events: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def put(self, caller: Caller, source: str, detail_type: str, detail: Mapping[str, Any]) -> None:
        self.events.append((source, detail_type, dict(detail)))


class UndocumentedError(AssertionError):
    """A service answered with an error that its model doesn't name."""


class ServiceClient:
    """Calls the operations of one service."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """The validated response. Raises the operation's ``ServiceError`` if its model documents it."""
        model = service_model.operation(self.service.name, operation)
        service_model.assert_shape(request, model.input_shape)
        # Any operation can be denied, or not be offered in a region, whether its model says so or not.
        documented = {shape.name for shape in model.error_shapes} | _OF_ANY_OPERATION
        try:
            response = dict(self.service.operations[operation](request, CALLER))
        except ServiceError as error:
            if error.code not in documented:
                raise UndocumentedError(f"{operation} doesn't document {error.code}") from error
            raise
        if model.output_shape is None:
            assert response == {}
        else:
            service_model.assert_shape(response, model.output_shape)
        return response
