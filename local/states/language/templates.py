"""What goes into a state and what comes out of it: paths, payload templates and the place of the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.states.errors import runtime_error
from local.states.language import intrinsics, paths


def select(path: str | None, data: Any, context: Any, field: str) -> Any:
    """What InputPath, OutputPath or another path field selects; null selects an empty object."""
    return {} if path is None else paths.find(path, data, context, f"specified for the field '{field}' ")


def fill(template: Any, data: Any, context: Any) -> Any:
    """A payload template with its ``name.$`` members computed; raises ``States.Runtime``."""
    if isinstance(template, list):
        return [fill(item, data, context) for item in template]
    if not isinstance(template, dict):
        return template
    filled = {}
    for name, value in template.items():
        if not name.endswith(".$"):
            filled[name] = fill(value, data, context)
        elif not isinstance(value, str):
            raise runtime_error(f"The value for the field '{name}' must be a path or an intrinsic function")
        else:
            filled[name[:-2]] = compute(value, data, context, name)
    return filled


def compute(expression: str, data: Any, context: Any, field: str) -> Any:
    """The value of a path or a call of an intrinsic function."""
    if expression.startswith("$"):
        return select(expression, data, context, field)
    purpose = f"specified for the field '{field}' "
    return intrinsics.evaluate(expression, lambda path: paths.find(path, data, context, purpose))


def number(state: Mapping[str, Any], name: str, data: Any, context: Any) -> Any:
    """The value of a field that may instead be given as ``<name>Path``; None without either."""
    if f"{name}Path" in state:
        return select(state[f"{name}Path"], data, context, f"{name}Path")
    return state.get(name)


def given_to(state: Mapping[str, Any], data: Any, context: Any) -> Any:
    """The effective input: InputPath, then Parameters where the state has them."""
    selected = select(state.get("InputPath", "$"), data, context, "InputPath")
    return fill(state["Parameters"], selected, context) if "Parameters" in state else selected


def result_of(state: Mapping[str, Any], data: Any, result: Any, context: Any) -> Any:
    """The state's output: ResultSelector, then the result at its ResultPath in the input, then OutputPath."""
    if "ResultSelector" in state:
        result = fill(state["ResultSelector"], result, context)
    return leave(state, place(state.get("ResultPath", "$"), data, result), context)


def leave(state: Mapping[str, Any], data: Any, context: Any) -> Any:
    """What OutputPath lets out."""
    return select(state.get("OutputPath", "$"), data, context, "OutputPath")


def place(path: str | None, data: Any, result: Any) -> Any:
    """The input with the result at ``path``: null keeps the input, ``$`` keeps the result alone."""
    if path is None:
        return data
    return result if path == "$" else paths.write(path, data, result)
