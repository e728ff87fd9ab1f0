"""Classes of operations × faults × first, middle and last call: which cases there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from evaluation.faults.classes import CLASSES, POSTS, TUNING, OperationClass, Target

__all__ = ["FAULTS", "POSITIONS", "Case", "cases"]

POSITIONS = ("first", "middle", "last")


@dataclass(frozen=True)
class _Fault:
    """How a call is struck; ``passes`` where the asset is to end whole because it goes away in time."""

    members: Callable[[Target, str], dict[str, Any]]
    passes: bool
    lasts_long: bool = False
    needs_function: bool = False  # there is a process, or an answer on the wire
    kills: bool = False


def _error(which: str, target: Target, _position: str, **members: Any) -> dict[str, Any]:
    code, status = getattr(target, which)
    return {"error_code": code, "status": status, **members}


def _death(name: str, _target: Target, _position: str, **members: Any) -> dict[str, Any]:
    return {"kill": name, "count": 1, **members}


def _damage(_target: Target, position: str) -> dict[str, Any]:
    return {"corrupt": dict(zip(POSITIONS, ("truncate", "null", "wrong_type"), strict=True))[position]}


FAULTS: Mapping[str, _Fault] = {
    "throttled twice": _Fault(partial(_error, "throttle", count=2), passes=True),
    "throttled for a quarter of an hour": _Fault(partial(_error, "throttle"), passes=True, lasts_long=True),
    "5xx for ever": _Fault(partial(_error, "failure"), passes=False),
    "denied": _Fault(partial(_error, "denial"), passes=False),
    "timed out": _Fault(
        partial(_death, "Sandbox.Timedout", does_work=True), passes=True, needs_function=True, kills=True
    ),
    "malformed": _Fault(_damage, passes=False, needs_function=True),
    "killed": _Fault(partial(_death, "Runtime.OutOfMemory"), passes=True, needs_function=True, kills=True),
}


@dataclass(frozen=True)
class Case:
    """One fault at one position of one class of operations."""

    number: int
    class_name: str
    fault_name: str
    position: str

    @property
    def name(self) -> str:
        """What its file is called, which no other's name begins with."""
        return f"case-{self.number:03}"

    @property
    def operations(self) -> OperationClass:
        """What is struck at one of its calls."""
        return CLASSES[self.class_name]

    @property
    def target(self) -> Target:
        """Whose calls are struck."""
        targets = self.operations.targets
        return targets[POSITIONS.index(self.position) % len(targets)]

    def after(self, calls: int) -> int:
        """How many calls pass, where something to which nothing happens makes so many."""
        if self.target.after is not None:
            return self.target.after
        return {"first": 0, "middle": calls // 2, "last": max(0, calls - 1)}[self.position]


def cases() -> list[Case]:
    """All cases that make sense, in a fixed order.

    What lasts long takes minutes of botocore's own waits: posts and tuning meet it once a class.
    """
    found = [
        Case(number, *which)
        for number, which in enumerate(
            (class_name, fault_name, position)
            for class_name in CLASSES
            for fault_name in FAULTS
            for position in POSITIONS
        )
    ]
    return [case for case in found if _makes_sense(case)]


def _makes_sense(case: Case) -> bool:
    fault = FAULTS[case.fault_name]
    is_of_files = case.operations.kind not in (POSTS, TUNING)
    return (case.target.is_called_by_function or not fault.needs_function) and (
        is_of_files or not fault.lasts_long or case.position == "middle"
    )
