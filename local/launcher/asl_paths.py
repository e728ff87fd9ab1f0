"""A path that leads nowhere is an error.

Symptom: ``"id.$": "$.nothing_here"`` becomes null and the execution goes on; AWS fails it with
``States.Runtime``. The same holds for a Choice variable, an InputPath and an OutputPath.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import stepfunctions

RELIES_ON = (
    "ministack.services.stepfunctions:_resolve_params_obj(template, data, ctx)",
    "ministack.services.stepfunctions:_apply_input_path(state_def, data, ctx)",
    "ministack.services.stepfunctions:_apply_output_path(state_def, data, ctx)",
    "ministack.services.stepfunctions:_evaluate_rule(rule, data, ctx)",
    "ministack.services.stepfunctions:_parse_jsonpath_tokens(path)",
    "ministack.services.stepfunctions:_ExecutionError(error, cause)",
)

_SHOWN_CHARACTERS = 500


def apply() -> None:
    """Checks each path before it is resolved."""
    stock_parameters, stock_rule = stepfunctions._resolve_params_obj, stepfunctions._evaluate_rule
    stock_input, stock_output = stepfunctions._apply_input_path, stepfunctions._apply_output_path

    def parameters(template: Any, data: Any, context: Any = None) -> Any:
        if isinstance(template, dict):
            for name, path in template.items():
                if name.endswith(".$") and isinstance(path, str) and path.startswith("$"):
                    require(path, data, context, f"specified for the field '{name}' ")
        return stock_parameters(template, data, context)

    def input_path(state: dict[str, Any], data: Any, context: Any = None) -> Any:
        require(state.get("InputPath"), data, context, "specified for the field 'InputPath' ")
        return stock_input(state, data, context)

    def output_path(state: dict[str, Any], data: Any, context: Any = None) -> Any:
        require(state.get("OutputPath"), data, context, "specified for the field 'OutputPath' ")
        return stock_output(state, data, context)

    def rule(choice: dict[str, Any], data: Any, context: Any = None) -> Any:
        if "IsPresent" not in choice:
            require(choice.get("Variable"), data, context, "of the choice rule ")
        return stock_rule(choice, data, context)

    stepfunctions._resolve_params_obj, stepfunctions._evaluate_rule = parameters, rule
    stepfunctions._apply_input_path, stepfunctions._apply_output_path = input_path, output_path


def require(path: str | None, data: Any, context: Any, purpose: str) -> None:
    """Raises ``States.Runtime`` when the path leads to nothing in the data (or, for ``$$.``, the context)."""
    if path is None or path == "$":
        return
    source, inner = (context or {}, path[1:]) if path.startswith("$$.") else (data, path)
    if not leads_somewhere(inner, source):
        shown = json.dumps(source, default=str, ensure_ascii=False)[:_SHOWN_CHARACTERS]
        cause = f"The JSONPath '{path}' {purpose}could not be found in the input '{shown}'"
        raise stepfunctions._ExecutionError("States.Runtime", cause)


def leads_somewhere(path: str, data: Any) -> bool:
    """Whether the path names something in the data; null counts, and a wildcard always matches."""
    tokens = stepfunctions._parse_jsonpath_tokens(path)
    if tokens is None:
        return False
    for kind, key in tokens:
        if kind == "wildcard":
            return True
        there = isinstance(data, dict) and key in data if kind == "field" else _has_index(data, key)
        if not there:
            return False
        data = data[key]
    return True


def _has_index(data: Any, index: int) -> bool:
    return isinstance(data, list) and index < len(data)
