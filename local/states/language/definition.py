"""What is wrong with a machine's definition, before anything runs.

Source: https://states-language.net/spec.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local.foreign_json import is_number
from local.states.language import intrinsics, paths
from local.states.language.choices import COMPARISONS

_IN_AND_OUT = frozenset({"InputPath", "OutputPath"})
_ERRORS = frozenset({"Retry", "Catch"})
_RESULT = frozenset({"Parameters", "ResultPath", "ResultSelector"})
_ENDS = frozenset({"Next", "End"})
_MAP = frozenset(
    {
        *("ItemProcessor", "Iterator", "ItemsPath", "ItemSelector", "ItemReader", "ItemBatcher", "Label"),
        *("ResultWriter", "MaxConcurrency", "MaxConcurrencyPath"),
        *(f"ToleratedFailure{what}{path}" for what in ("Count", "Percentage") for path in ("", "Path")),
    }
)
_LIMITS = frozenset({"TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"})
_TIMES = frozenset({"Seconds", "SecondsPath", "Timestamp", "TimestampPath"})
_FIELDS: dict[str, frozenset[str]] = {
    "Pass": _IN_AND_OUT | _ENDS | {"Parameters", "ResultPath", "Result"},
    "Task": _IN_AND_OUT | _ENDS | _RESULT | _ERRORS | _LIMITS | {"Resource", "Credentials"},
    "Choice": _IN_AND_OUT | {"Choices", "Default"},
    "Wait": _IN_AND_OUT | _ENDS | _TIMES,
    "Succeed": _IN_AND_OUT,
    "Fail": frozenset({"Error", "ErrorPath", "Cause", "CausePath"}),
    "Parallel": _IN_AND_OUT | _ENDS | _RESULT | _ERRORS | {"Branches"},
    "Map": _IN_AND_OUT | _ENDS | _RESULT | _ERRORS | _MAP,
}
_OF_EVERY_STATE = frozenset({"Type", "Comment", "QueryLanguage"})
_REQUIRED = {"Task": "Resource", "Choice": "Choices", "Parallel": "Branches"}
_ONE_OF = (
    *(("Error", "ErrorPath"), ("Cause", "CausePath"), ("TimeoutSeconds", "TimeoutSecondsPath")),
    *(
        ("HeartbeatSeconds", "HeartbeatSecondsPath"),
        ("ItemProcessor", "Iterator"),
        ("ItemSelector", "Parameters"),
    ),
    *(("Next", "End"), ("MaxConcurrency", "MaxConcurrencyPath")),
)
_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector")
_MAY_BE_NULL = frozenset({"InputPath", "OutputPath", "ResultPath"})
_MAY_BE_CALLS = frozenset({"ErrorPath", "CausePath"})
_LEAST: dict[str, float] = {"BackoffRate": 1, "IntervalSeconds": 1, "MaxDelaySeconds": 1, "MaxAttempts": 0}
_RULE_NAMES = COMPARISONS | {f"{name}Path" for name in COMPARISONS} | {
    *("IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp", "StringMatches"),
}  # fmt: skip


def problems(text: str) -> list[str]:
    """Sentences on what is wrong, each with its place; empty for a definition that can be run."""
    doubles: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        doubles.extend(sorted({name for name in names if names.count(name) > 1}))
        return dict(pairs)

    try:
        definition = json.loads(text, object_pairs_hook=members)
    except (ValueError, RecursionError) as error:
        return [f"The definition isn't JSON: {error}"]
    if not isinstance(definition, dict):
        return ["The definition isn't a JSON object"]
    if definition.get("QueryLanguage", "JSONPath") != "JSONPath":
        return ["QueryLanguage: the embedded AWS runs JSONPath alone"]
    found = [f"The name '{name}' is there twice" for name in doubles]
    try:
        return found + list(_machine(definition, "The machine", set()))
    except (TypeError, AttributeError, KeyError):
        return [*found, "A list stands where an object belongs, or the other way round"]


def _machine(machine: Mapping[str, Any], where: str, names: set[str]) -> Iterator[str]:
    states = machine.get("States")
    if not isinstance(states, dict) or not states:
        yield f"{where} has no States"
        return
    if machine.get("StartAt") not in states:
        yield f"{where}: StartAt names '{machine.get('StartAt')}', which isn't one of its states"
    if not any(_is_end(state) for state in states.values()):
        yield f"{where} has no state that ends it"
    for name, state in states.items():
        place = f"State '{name}'"
        if name in names:
            yield f"{place} is there twice"
        names.add(name)
        yield from _state(state, place, set(states), names)
    reached = {target for state in states.values() for target in _targets(state)} | {machine.get("StartAt")}
    yield from (f"Nothing leads to the state '{name}'" for name in states if name not in reached)


def _state(state: Any, place: str, siblings: set[str], names: set[str]) -> Iterator[str]:
    kind = state.get("Type") if isinstance(state, dict) else None
    if kind not in _FIELDS:
        yield f"{place} has no known Type"
        return
    allowed = _FIELDS[kind] | _OF_EVERY_STATE
    yield from (f'{place}: a {kind} state has no field "{field}"' for field in state if field not in allowed)
    for pair in _ONE_OF:
        if all(name in state for name in pair):
            yield f"{place} may have only one of {', '.join(pair)}"
    if kind in _REQUIRED and not state.get(_REQUIRED[kind]):
        yield f"{place} has no {_REQUIRED[kind]}"
    if kind == "Wait" and sum(name in state for name in _TIMES) != 1:
        yield f"{place} needs one of {', '.join(sorted(_TIMES))}"
    if allowed >= _ENDS and not (state.get("End") is True or "Next" in state):
        yield f"{place} has neither Next nor End"
    yield from (
        f"{place} leads to '{target}', which isn't there"
        for target in _targets(state)
        if target not in siblings
    )
    yield from _paths(state, place)
    for index, retrier in enumerate(state.get("Retry", ())):
        yield from _retrier(retrier, f"{place}, Retry {index + 1}")
    for index, catcher in enumerate(state.get("Catch", ())):
        yield from _error_list(catcher, f"{place}, Catch {index + 1}")
    for index, rule in enumerate(state.get("Choices", ())):
        yield from _rule(rule, f"{place}, rule {index + 1}")
    for index, branch in enumerate(state.get("Branches", ())):
        yield from _machine(branch, f"{place}, branch {index + 1}", names)
    processor = state.get("ItemProcessor") or state.get("Iterator")
    if processor:
        yield from _machine(processor, f"{place}, its processor", names)
    elif kind == "Map":
        yield f"{place} has no ItemProcessor"


def _paths(state: Mapping[str, Any], place: str) -> Iterator[str]:
    for name, value in state.items():
        if not name.endswith("Path"):
            continue
        if value is None and name in _MAY_BE_NULL:
            continue
        is_right = _is_expression if name in _MAY_BE_CALLS else _is_path
        if not isinstance(value, str) or not is_right(value):
            yield f'{place}: "{name}" is no path'
    for name in _TEMPLATES:
        yield from _template(state.get(name), f"{place}, {name}")
    credentials = state.get("Credentials")
    if credentials is not None and not isinstance(credentials, dict):
        yield f"{place}: Credentials must be an object"
    yield from _template(credentials, f"{place}, Credentials")


def _template(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _template(item, place)
    if isinstance(value, dict):
        for name, inner in value.items():
            if name.endswith(".$") and not (isinstance(inner, str) and _is_expression(inner)):
                yield f'{place}: "{name}" is not a JSONPath or intrinsic function expression'
            yield from _template(inner, place)


def _retrier(retrier: Mapping[str, Any], place: str) -> Iterator[str]:
    yield from _error_list(retrier, place)
    for name, least in _LEAST.items():
        value = retrier.get(name, least)
        if not is_number(value) or value < least:
            yield f"{place}: {name} must be at least {least:g}"
    if "MaxDelaySeconds" in retrier and retrier["MaxDelaySeconds"] <= retrier.get("IntervalSeconds", 1):
        yield f"{place}: MaxDelaySeconds must be more than IntervalSeconds"
    if retrier.get("JitterStrategy", "NONE") not in ("FULL", "NONE"):
        yield f"{place}: JitterStrategy is FULL or NONE"


def _error_list(rule: Mapping[str, Any], place: str) -> Iterator[str]:
    listed = rule.get("ErrorEquals")
    if not isinstance(listed, list) or not listed:
        yield f"{place} has no ErrorEquals"
    elif "States.ALL" in listed and len(listed) > 1:
        yield f"{place}: States.ALL must stand alone"


def _rule(rule: Mapping[str, Any], place: str) -> Iterator[str]:
    inner = [*rule.get("And", ()), *rule.get("Or", ()), *([rule["Not"]] if "Not" in rule else [])]
    for part in inner:
        yield from _rule(part, place)
    compared = [name for name in rule if name in _RULE_NAMES]
    if not inner and (len(compared) != 1 or not _is_path(str(rule.get("Variable")))):
        yield f"{place} needs a Variable and one comparison"


def _targets(state: Any) -> Iterator[str]:
    if not isinstance(state, dict):
        return
    for place in (state, *state.get("Catch", ()), *state.get("Choices", ())):
        yield from (str(place[name]) for name in ("Next", "Default") if name in place)


def _is_end(state: Any) -> bool:
    return isinstance(state, dict) and (state.get("End") is True or state.get("Type") in ("Succeed", "Fail"))


def _parses(parse: Callable[[str], Any], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _is_path(text: str) -> bool:
    return _parses(paths.parse, text[1:] if text.startswith("$$") else text)


def _is_expression(text: str) -> bool:
    return _is_path(text) if text.startswith("$") else _parses(intrinsics.parse, text)
