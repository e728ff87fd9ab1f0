"""Small state machines, written state by state."""

from __future__ import annotations

from typing import Any

INVOKE = "arn:aws:states:::lambda:invoke"


def machine(**states: Any) -> dict[str, Any]:
    """A machine of these states, the first first; underscores in their names are spaces."""
    named = {name.replace("_", " "): state for name, state in states.items()}
    return {"StartAt": next(iter(named)), "States": named}


def task(function: str, payload: Any = None, **fields: Any) -> dict[str, Any]:
    """A Lambda task that ends the machine unless it says what is next."""
    end = {} if "Next" in fields else {"End": True}
    parameters = {"FunctionName": function, "Payload": payload or {}}
    return {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": parameters,
        "TimeoutSeconds": 20,
        **fields,
        **end,
    }


def done(**fields: Any) -> dict[str, Any]:
    """A Pass that ends the machine."""
    return {"Type": "Pass", **fields, "End": True}


def branch(**states: Any) -> dict[str, Any]:
    """One branch of a Parallel."""
    return machine(**states)


def parallel(*branches: Any, **fields: Any) -> dict[str, Any]:
    """A Parallel that ends the machine unless it says what is next."""
    end = {} if "Next" in fields else {"End": True}
    return {"Type": "Parallel", "Branches": list(branches), **fields, **end}
