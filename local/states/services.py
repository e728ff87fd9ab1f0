"""What the interpreter needs of the world around it, to be given by whoever embeds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Machine:
    """A state machine as an execution keeps it: an update doesn't change what already runs."""

    arn: str
    name: str
    definition: Mapping[str, Any]
    role_arn: str
    is_express: bool = False


@dataclass(frozen=True)
class Caller:
    """For whom a state calls: the execution's name, the machine's role, and the name of the execution that
    people know: a child of a Map Run works for the one whose Map it is."""

    execution: str
    role_arn: str
    works_for: str


class Services(Protocol):
    """Every method raises ``StateError`` with the error's name as Step Functions gives it."""

    def machine(self, arn: str) -> Machine | None:
        """The machine of this ARN, its version's or alias's; None when there is none."""

    def call(self, caller: Caller, resource: str, parameters: Any, began: Callable[[], None]) -> Any:
        """What the resource answers. ``began`` is called when the work begins: limits count from then."""

    def allow(self, caller: Caller, action: str, resource: str) -> None:
        """Raises when the caller's role may not do this."""

    def read_object(self, caller: Caller, bucket: str, key: str) -> bytes:
        """An object's content."""

    def list_objects(self, caller: Caller, bucket: str, prefix: str) -> list[dict[str, Any]]:
        """The objects below a prefix, as ``s3:listObjectsV2`` gives them to a Map."""

    def write_object(self, caller: Caller, bucket: str, key: str, body: bytes) -> None:
        """Puts an object."""

    def announce(self, detail: Mapping[str, Any]) -> None:
        """Publishes a change of an execution's status; never raises."""
