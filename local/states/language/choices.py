"""The rules of a Choice state.

A comparison with a value of another type is false; a Variable that leads nowhere is an error, except for
IsPresent. Source: https://states-language.net/spec.html#choice-state
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from local.foreign_json import is_number
from local.states.clock import parse_timestamp
from local.states.errors import StateError, runtime_error
from local.states.language import paths

_OF_THE_RULE = "of the choice rule "
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}


def _is_timestamp(value: Any) -> bool:
    return parse_timestamp(value) is not None


_TYPES: dict[str, Callable[[Any], bool]] = {
    "String": lambda value: isinstance(value, str),
    "Numeric": is_number,
    "Boolean": lambda value: isinstance(value, bool),
    "Timestamp": _is_timestamp,
}
_IS: dict[str, Callable[[Any], bool]] = {
    "IsNull": lambda value: value is None,
    "IsString": _TYPES["String"],
    "IsNumeric": is_number,
    "IsBoolean": _TYPES["Boolean"],
    "IsTimestamp": _is_timestamp,
}
COMPARISONS = frozenset(
    {f"{kind}{order}" for kind in ("String", "Numeric", "Timestamp") for order in _ORDERS} | {"BooleanEquals"}
)


def next_state(state: Mapping[str, Any], data: Any, context: Any) -> str:
    """The state that the first matching rule names; raises ``States.NoChoiceMatched`` without a Default."""
    for rule in state["Choices"]:
        if matches(rule, data, context):
            return str(rule["Next"])
    if "Default" not in state:
        raise StateError("States.NoChoiceMatched", "No choice rule matched and there is no Default")
    return str(state["Default"])


def matches(rule: Mapping[str, Any], data: Any, context: Any) -> bool:
    """Whether the rule holds for the data."""
    if "And" in rule:
        return all(matches(inner, data, context) for inner in rule["And"])
    if "Or" in rule:
        return any(matches(inner, data, context) for inner in rule["Or"])
    if "Not" in rule:
        return not matches(rule["Not"], data, context)
    variable = str(rule.get("Variable"))
    if "IsPresent" in rule:
        return _is_present(variable, data, context) is bool(rule["IsPresent"])
    value = paths.find(variable, data, context, _OF_THE_RULE)
    for name, wanted in rule.items():
        if name in _IS:
            return _IS[name](value) is bool(wanted)
        if name == "StringMatches":
            return isinstance(value, str) and _pattern(str(wanted)).fullmatch(value) is not None
        comparison = name.removesuffix("Path")
        if comparison in COMPARISONS:
            if name.endswith("Path"):
                wanted = paths.find(wanted, data, context, _OF_THE_RULE)  # what the path names
            return _compare(comparison, value, wanted)
    raise runtime_error(f"A choice rule has no comparison: {', '.join(rule)}")


def _compare(comparison: str, value: Any, wanted: Any) -> bool:
    kind = next(name for name in _TYPES if comparison.startswith(name))
    if not (_TYPES[kind](value) and _TYPES[kind](wanted)):
        return False
    if kind == "Timestamp":
        value, wanted = parse_timestamp(value), parse_timestamp(wanted)
    return _ORDERS[comparison.removeprefix(kind)](value, wanted)


def _is_present(variable: str, data: Any, context: Any) -> bool:
    try:
        paths.find(variable, data, context, _OF_THE_RULE)
    except StateError:
        return False
    return True


@lru_cache(maxsize=256)
def _pattern(wanted: str) -> re.Pattern[str]:
    """``*`` is any text; ``\\*`` is a star, ``\\\\`` a backslash."""
    parts = re.findall(r"\\[*\\]|\*|[^*\\]+|\\", wanted)
    return re.compile("".join(".*" if part == "*" else re.escape(part[-1:] if part[0] == "\\" else part)
                              for part in parts), re.DOTALL)  # fmt: skip
