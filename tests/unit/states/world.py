"""A world for the interpreter: resources are functions, S3 is a dictionary, waits cost no time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.states.api import Api
from local.states.clock import Clock
from local.states.errors import StateError
from local.states.execution import Execution
from local.states.executions import Executions
from local.states.services import Caller, Machine

REGION = "us-east-1"
PREFIX = f"arn:aws:states:{REGION}:111111111111"
ROLE = "arn:aws:iam::111111111111:role/machine"
FUNCTION = f"arn:aws:lambda:{REGION}:111111111111:function:work"
INVOKE = "arn:aws:states:::lambda:invoke"
SEND = "arn:aws:states:::sqs:sendMessage"
END_SECONDS = 120.0  # a guard against hanging, generous to busy machines

Resource = Callable[[Any], Any]


@dataclass
class World:
    """``resources`` answer by their ARN; ``objects`` lie by (bucket, key)."""

    resources: dict[str, Resource] = field(default_factory=dict)
    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    announced: list[Mapping[str, Any]] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    wait_scale: float = 0.0
    monotonic: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        clock = Clock(chance=lambda: 0.5, wait_scale=self.wait_scale, monotonic=self.monotonic)
        self.executions = Executions(self, clock)
        self.api = Api(self.executions)

    def add(self, definition: Mapping[str, Any], name: str = "machine", *, is_express: bool = False) -> str:
        """Adds a machine; returns its ARN."""
        arn = f"{PREFIX}:stateMachine:{name}"
        self.machines[arn] = Machine(arn, name, definition, ROLE, is_express)
        return arn

    def start(self, definition: Mapping[str, Any], given: Any = None, name: str = "machine") -> Execution:
        """Starts a machine of this definition."""
        arn = self.add(definition, name)
        return self.executions.start(arn, None, json.dumps({} if given is None else given))

    def run(self, definition: Mapping[str, Any], given: Any = None) -> Execution:
        """Runs a machine of this definition to its end."""
        return ended(self.start(definition, given))

    def machine(self, arn: str) -> Machine | None:
        return self.machines.get(arn)

    def call(self, caller: Caller, resource: str, parameters: Any, began: Callable[[], None]) -> Any:
        began()
        return self.resources[resource](parameters)

    def allow(self, caller: Caller, action: str, resource: str) -> None:
        if action in self.denied:
            raise StateError("States.AccessDenied", action)

    def read_object(self, caller: Caller, bucket: str, key: str) -> bytes:
        if (bucket, key) not in self.objects:
            raise StateError("States.ItemReaderFailed", f"no {key}")
        return self.objects[bucket, key]

    def list_objects(self, caller: Caller, bucket: str, prefix: str) -> list[dict[str, Any]]:
        return [
            {"Key": k, "Size": len(v)}
            for (b, k), v in self.objects.items()
            if b == bucket and k.startswith(prefix)
        ]

    def write_object(self, caller: Caller, bucket: str, key: str, body: bytes) -> None:
        self.objects[bucket, key] = body

    def announce(self, detail: Mapping[str, Any]) -> None:
        self.announced.append(detail)


def ended(execution: Execution) -> Execution:
    """Waits for the end of an execution."""
    assert execution.ended.wait(END_SECONDS), f"{execution.name} hangs: {types(execution)}"
    return execution


def types(execution: Execution) -> list[str]:
    """The types of its events."""
    return [event["type"] for event in execution.history.events()]


def machine(**states: Any) -> dict[str, Any]:
    """A machine of these states, the first first."""
    return {"StartAt": next(iter(states)), "States": states}


def task(resource: str = FUNCTION, **fields: Any) -> dict[str, Any]:
    """A Task that ends the machine unless it says what is next."""
    return {"Type": "Task", "Resource": resource, **fields, **({} if "Next" in fields else {"End": True})}


def done(**fields: Any) -> dict[str, Any]:
    """A Pass that ends the machine."""
    return {"Type": "Pass", **fields, "End": True}


def failing(error: str | None, cause: str | None = "why", times: int = 10**6) -> Resource:
    """A resource that fails so many times and then echoes."""
    left = [times]

    def answer(parameters: Any) -> Any:
        if left[0] > 0:
            left[0] -= 1
            raise StateError(error, cause)
        return parameters

    return answer
