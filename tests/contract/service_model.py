"""Holds requests and answers against the models that functions carry: members, types, limits, enums."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from botocore.model import OperationModel, Shape
from botocore.validate import ParamValidator

from local.service_models import service_model

__all__ = ["assert_answer", "assert_documented_error", "assert_request", "assert_shape"]

# What a region doesn't offer is refused so by whichever service, whatever its model documents.
_NOT_OFFERED = ("UnknownOperationException", 404)


def operation(service: str, name: str) -> OperationModel:
    """The operation as its service's model describes it."""
    return service_model(service).operation_model(name)


def assert_request(service: str, name: str, request: Any) -> None:
    """The request is one that the SDK would send."""
    assert_shape(request, operation(service, name).input_shape)


def assert_answer(service: str, name: str, answer: Any) -> None:
    """The answer is one that the SDK can read, with no member that the service doesn't have."""
    assert_shape(answer, operation(service, name).output_shape)


def assert_documented_error(service: str, name: str, code: str, status: int) -> None:
    """The operation documents the error, and its HTTP status is the documented one."""
    if (code, status) == _NOT_OFFERED:
        return
    shapes = {shape.name: shape for shape in operation(service, name).error_shapes}
    assert code in shapes
    assert status == shapes[code].metadata.get("error", {}).get("httpStatusCode", 400)


def assert_shape(value: Any, shape: Shape | None) -> None:
    """The value is what the model says: no wrong type, unknown member or enum value, nothing out of range."""
    assert shape is not None
    problems = ParamValidator().validate(value, shape)
    assert not problems.has_errors(), problems.generate_report()
    assert list(_violations(value, shape, shape.name)) == []


def _violations(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """What the SDK lets pass: enums, patterns, upper limits, and members that the shape lacks."""
    if shape.type_name == "structure":
        if shape.is_document_type:
            return
        for name, member in value.items():
            if name not in shape.members:
                yield f"{path}.{name} isn't in the model"
            else:
                yield from _violations(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from _violations(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "string":
        if shape.enum and value not in shape.enum:
            yield f"{path} is {value!r}, none of {shape.enum}"
        pattern = shape.metadata.get("pattern")
        if pattern and not _matches(pattern, value):
            yield f"{path} is {value!r}, not {pattern}"
    elif shape.type_name in ("integer", "long", "float", "double"):
        most = shape.metadata.get("max", value)
        if value > most:
            yield f"{path} is {value}, over {most}"


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True  # the models carry a few Java patterns that Python can't read
