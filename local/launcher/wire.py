"""Between HTTP and the members of a service model, both ways, by the models that functions carry.

Two protocols are enough: ``json`` (Rekognition, Comprehend, Textract, Transcribe, Translate) and
``rest-json`` (Bedrock runtime, Polly).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import unquote

from botocore.model import OperationModel, ServiceModel, Shape, StructureShape
from botocore.parsers import ResponseParserError, create_parser
from botocore.validate import ParamValidator

from local.foreign_json import parse_json
from local.service_models import service_model

HttpResponse = tuple[int, dict[str, str], bytes]

_COUNTED = frozenset({"string", "blob", "list", "map"})


class WireError(Exception):
    """A request that the service model doesn't know; ``code`` and ``status`` are AWS's."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class Wire:
    """One service's wire format, by its botocore name such as ``rekognition``."""

    def __init__(self, service: str) -> None:
        self.model = service_model(service)
        self.protocol = self.model.resolved_protocol
        if self.protocol not in ("json", "rest-json"):
            raise ValueError(f"{service} speaks {self.protocol}; only json and rest-json are hosted")
        self._routes = [] if self.protocol == "json" else _routes(self.model)

    def parse(
        self, method: str, path: str, headers: Mapping[str, str], query: Mapping[str, Any], body: bytes
    ) -> tuple[OperationModel, dict[str, Any]]:
        """The operation and its request members: blobs as bytes, timestamps as datetime.

        Raises ``WireError`` for an unknown operation, malformed JSON, or members that break the model.
        """
        operation, labels = self._operation(method, path, headers)
        members = dict(labels)
        shape = operation.input_shape
        if shape is not None:
            members.update(self._parsed_body(shape, body))
            for name, member in shape.members.items():
                key = member.serialization.get("name", name)
                if member.serialization.get("location") == "querystring" and key in query:
                    members[name] = _scalar(member, _first(query[key]))
                elif member.serialization.get("location") == "header" and key.lower() in headers:
                    members[name] = _scalar(member, headers[key.lower()])
            problems = violations(members, shape, limits=True)
            if problems:
                raise WireError("ValidationException", "; ".join(problems))
        return operation, members

    def operation_of(self, method: str, path: str, headers: Mapping[str, str]) -> str | None:
        """The name of the operation that a request asks for; nothing where the service model has none."""
        try:
            return self._operation(method, path, headers)[0].name
        except WireError:
            return None

    def respond(self, operation: OperationModel, output: Mapping[str, Any]) -> HttpResponse:
        """The success response for members as the service model names them.

        Raises ``ValueError`` listing what breaks the model: that is a defect of the service.
        """
        shape = operation.output_shape
        headers = {"Content-Type": self._content_type}
        if shape is None:
            return 200, headers, b"{}"
        problems = violations(output, shape, limits=False)
        if problems:
            raise ValueError(f"{operation.name} answered against its service model: " + "; ".join(problems))
        payload = shape.serialization.get("payload")
        content = {}
        for name, value in output.items():
            member = shape.members[name]
            if member.serialization.get("location") == "header":
                headers[member.serialization.get("name", name)] = str(value)
            elif name != payload and value is not None:
                content[member.serialization.get("name", name)] = to_json(member, value)
        if payload is None:
            return 200, headers, json.dumps(content).encode()
        member, value = shape.members[payload], output.get(payload, b"")
        if member.type_name == "blob":
            return 200, headers, bytes(value)
        return 200, headers, json.dumps(to_json(member, value)).encode()

    def error(self, code: str, message: str, status: int) -> HttpResponse:
        """An error response that every SDK turns into the exception ``code``.

        Where the service model states the error's HTTP status, that is the one.
        """
        headers = {"Content-Type": self._content_type, "x-amzn-ErrorType": code}
        for shape in self.model.error_shapes:
            if shape.name == code:
                status = shape.metadata.get("error", {}).get("httpStatusCode", status)
        return status, headers, json.dumps({"__type": code, "message": message}).encode()

    @property
    def _content_type(self) -> str:
        if self.protocol == "json":
            return f"application/x-amz-json-{self.model.metadata.get('jsonVersion', '1.1')}"
        return "application/json"

    def _operation(
        self, method: str, path: str, headers: Mapping[str, str]
    ) -> tuple[OperationModel, dict[str, str]]:
        if self.protocol == "json":
            name = headers.get("x-amz-target", "").rpartition(".")[2]
            if name in self.model.operation_names:
                return self.model.operation_model(name), {}
            raise WireError("UnknownOperationException", f"unknown operation '{name}'", 404)
        for route_method, pattern, name in self._routes:
            match = pattern.fullmatch(path)
            if route_method == method and match:
                return self.model.operation_model(name), {k: unquote(v) for k, v in match.groupdict().items()}
        raise WireError("UnknownOperationException", f"unknown operation {method} {path}", 404)

    def _parsed_body(self, shape: StructureShape, body: bytes) -> dict[str, Any]:
        """The body's members; botocore reads a response by a shape, and a request is read the same way."""
        payload = shape.serialization.get("payload")
        if payload and shape.members[payload].type_name == "blob":
            return {payload: body}
        try:
            parse_json(body or b"{}")  # botocore takes broken JSON for an error message
            answer = {"body": body or b"{}", "headers": {}, "status_code": 200}
            parsed: dict[str, Any] = create_parser(self.protocol).parse(answer, shape)
        except (ResponseParserError, ValueError, TypeError, AttributeError) as error:
            raise WireError("SerializationException", f"malformed request: {error}") from error
        parsed.pop("ResponseMetadata", None)
        return parsed


@cache
def wire(service: str) -> Wire:
    """The service's wire format; loading a model takes up to half a second, so it is kept."""
    return Wire(service)


def violations(members: Mapping[str, Any], shape: Shape, *, limits: bool) -> list[str]:
    """What breaks the model: types and required members; with ``limits`` also enums, lengths and patterns."""
    report = ParamValidator().validate(dict(members), shape)
    found = [report.generate_report()] if report.has_errors() else []
    if not found and limits:
        found = list(_beyond_limits(members, shape, ""))
    return found


def to_json(shape: Any, value: Any) -> Any:
    """A member's value as it stands in a JSON body."""
    if getattr(shape, "is_document_type", False):
        return value
    kind = shape.type_name
    if kind == "structure":
        return {
            shape.members[k].serialization.get("name", k): to_json(shape.members[k], v)
            for k, v in value.items()
            if v is not None
        }
    if kind == "list":
        return [to_json(shape.member, item) for item in value]
    if kind == "map":
        return {key: to_json(shape.value, item) for key, item in value.items()}
    if kind == "blob":
        return base64.b64encode(value.encode() if isinstance(value, str) else bytes(value)).decode()
    if kind == "timestamp" and isinstance(value, datetime):
        return value.timestamp()
    return value


def _beyond_limits(value: Any, shape: Any, where: str) -> list[str]:
    kind, facts = shape.type_name, shape.metadata
    found: list[str] = []
    if getattr(shape, "is_document_type", False):
        return found
    if facts.get("enum") and value not in facts["enum"]:
        found.append(f"{where}: '{value}' isn't one of {', '.join(facts['enum'])}")
    size = (
        len(value) if kind in _COUNTED else value if kind in ("integer", "long", "float", "double") else None
    )
    if size is not None and "max" in facts and size > facts["max"]:
        found.append(f"{where}: {size} is over the maximum {facts['max']}")
    if kind == "string" and facts.get("pattern") and not _matches(facts["pattern"], value):
        found.append(f"{where}: '{value}' doesn't match {facts['pattern']}")
    if kind == "structure":
        for name, item in value.items():
            found += _beyond_limits(item, shape.members[name], f"{where}.{name}")
    elif kind == "list":
        for index, item in enumerate(value):
            found += _beyond_limits(item, shape.member, f"{where}[{index}]")
    return found


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value, re.DOTALL) is not None  # Smithy doesn't anchor patterns
    except re.error:
        return True  # the models carry a few Java patterns that Python can't read


def _routes(model: ServiceModel) -> list[tuple[str, re.Pattern[str], str]]:
    """Method, path pattern and name of each operation; those with more literal text first."""
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        uri = http["requestUri"].partition("?")[0]
        # A label may hold slashes: an ARN arrives decoded.
        pattern = "".join(
            f"(?P<{part[1:-1].rstrip('+')}>.+)" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^}]+\})", uri)
        )
        routes.append((http["method"], re.compile(pattern), name))
    return sorted(routes, key=lambda route: -len(re.sub(r"\(.*?\)", "", route[1].pattern)))


def _first(value: Any) -> str:
    return str(value[0]) if isinstance(value, list) else str(value)


def _scalar(shape: Shape, text: str) -> Any:
    if shape.type_name in ("integer", "long"):
        return int(text)
    return text == "true" if shape.type_name == "boolean" else text
