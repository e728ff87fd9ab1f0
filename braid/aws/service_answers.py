"""Strict reading of what a service answers: every member is read, or listed with the reason why not.

An adapter declares the members of each shape once (``Members``) and reads through ``ServiceAnswer``. An
answer with other members is refused with ``InvalidServiceOutputError``, which names the operation that it
looks like an answer of: a parser can be handed the wrong file, and a new botocore can bring new members.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore.session
from botocore.model import ListShape, ServiceModel, Shape, StructureShape

from braid.domain.errors import InvalidServiceOutputError

__all__ = ["Members", "ServiceAnswer", "looks_like"]

_ENVELOPE = "ResponseMetadata"  # boto3's own, beside what the service answered
_ROUNDING = 0.001  # services compute in 32-bit floats: 100.00001 is a hundred


@dataclass(frozen=True)
class Members:
    """The members of one shape: ``read`` become ours, ``unread`` are known and left, each with the reason."""

    read: tuple[str, ...]
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> frozenset[str]:
        """Every member that may be there."""
        return frozenset(self.read) | self.unread.keys()


class ServiceAnswer:
    """One object of an operation's answer; what doesn't fit raises ``InvalidServiceOutputError``."""

    def __init__(self, operation: str, value: Any, members: Members, path: str) -> None:
        self.operation = operation
        self._path = path
        if not isinstance(value, Mapping):
            raise self.refusal(f"{path} must be an object, not {value!r:.80}")
        if unknown := sorted(str(name) for name in value.keys() - members.known):
            raise self.refusal(f"{path} has {', '.join(unknown)}, which this version doesn't know")
        self._members = value

    @classmethod
    def whole(cls, operation: str, response: Mapping[str, Any], members: Members) -> ServiceAnswer:
        """The answer of ``operation`` (``rekognition:DetectLabels``) as boto3 returns it.

        Raises ``InvalidServiceOutputError`` where it is an answer of another operation, and says of which.
        """
        value = {name: item for name, item in response.items() if name != _ENVELOPE}
        try:
            answer = cls(operation, value, members, "the answer")
        except InvalidServiceOutputError as error:
            raise _mistaken(operation, value, str(error)) from error
        if not value.keys() & set(members.read):
            raise _mistaken(operation, value, f"{operation}: the answer lacks {', '.join(members.read)}")
        return answer

    def refusal(self, problem: str) -> InvalidServiceOutputError:
        """The error that says what is wrong with this answer."""
        return InvalidServiceOutputError(f"{self.operation}: {problem}")

    def __contains__(self, name: str) -> bool:
        return self._members.get(name) is not None

    def text(self, name: str) -> str:
        """A string."""
        value = self._members.get(name)
        if not isinstance(value, str):
            raise self.refusal(f"{self._path}.{name} must be a string, not {value!r:.80}")
        return value

    def number(self, name: str) -> float:
        """A number as it is."""
        value = self._members.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.refusal(f"{self._path}.{name} must be a number, not {value!r:.80}")
        return float(value)

    def integer(self, name: str) -> int:
        """A whole number."""
        value = self._members.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refusal(f"{self._path}.{name} must be a whole number, not {value!r:.80}")
        return value

    def ratio(self, name: str, *, of: float = 1.0) -> float:
        """A number between 0 and ``of`` as one between 0 and 1: the service counts to 100, we don't."""
        value = self.number(name) / of
        if not -_ROUNDING <= value <= 1 + _ROUNDING:
            raise self.refusal(f"{self._path}.{name} must be between 0 and {of:g}, not {value * of:g}")
        return round(min(1.0, max(0.0, value)), 6)

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        """A string of a closed set; a value that the set lacks is refused, never guessed at."""
        value = self.text(name)
        if value not in allowed:
            raise self.refusal(f"{self._path}.{name} must be one of {', '.join(allowed)}, not {value!r:.80}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; an absent one is empty."""
        value = self._members.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refusal(f"{self._path}.{name} must be a list of strings, not {value!r:.80}")
        return tuple(value)

    def object(self, name: str, members: Members) -> ServiceAnswer:
        """A nested object."""
        return ServiceAnswer(self.operation, self._members.get(name), members, f"{self._path}.{name}")

    def objects(self, name: str, members: Members) -> list[ServiceAnswer]:
        """A list of nested objects; an absent one is empty, as services leave empty lists out."""
        value = self._members.get(name)
        if value is None:
            value = []
        if not isinstance(value, list):
            raise self.refusal(f"{self._path}.{name} must be a list, not {value!r:.80}")
        return [
            ServiceAnswer(self.operation, item, members, f"{self._path}.{name}[{index}]")
            for index, item in enumerate(value)
        ]


def looks_like(service: str, answer: Mapping[str, Any]) -> tuple[str, ...]:
    """The service's operations whose output has room for ``answer``: those that fit through and through,
    else those that fit by their outermost members, else none."""
    outer = {
        name: shape
        for name, shape in _outputs(service).items()
        if answer and answer.keys() <= shape.members.keys()
    }
    return tuple(name for name, shape in outer.items() if _fits(shape, answer)) or tuple(outer)


@functools.cache
def _outputs(service: str) -> Mapping[str, StructureShape]:
    """The output of each of the service's operations that has one."""
    loader = botocore.session.get_session().get_component("data_loader")
    model = ServiceModel(loader.load_service_model(service, "service-2"))
    return {
        name: shape
        for name in model.operation_names
        if isinstance(shape := model.operation_model(name).output_shape, StructureShape) and shape.members
    }


def _fits(shape: Shape, value: Any) -> bool:
    if isinstance(shape, StructureShape):
        return isinstance(value, Mapping) and all(
            name in shape.members and _fits(shape.members[name], item) for name, item in value.items()
        )
    if isinstance(shape, ListShape):
        return isinstance(value, list) and all(_fits(shape.member, item) for item in value)
    return not isinstance(value, Mapping | list)


def _mistaken(operation: str, value: Mapping[str, Any], problem: str) -> InvalidServiceOutputError:
    service, name = operation.split(":")
    others = [other for other in looks_like(service, value) if other != name]
    if not others:
        return InvalidServiceOutputError(problem)
    return InvalidServiceOutputError(
        f"{problem}. It looks like an answer of {' or '.join(others[:3])}, not of {name}"
    )
