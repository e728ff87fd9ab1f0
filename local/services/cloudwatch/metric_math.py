"""Computes metric math over series: what our alarms and dashboards use, and an error for the rest.

Series meet by the time of their periods. Between two series an operator gives a value only where both have
one; a division by zero gives none. A comparison gives 1 or 0.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import pstdev
from typing import TypeAlias

from local.services.cloudwatch.expressions import (
    Call,
    ExpressionError,
    Listed,
    Name,
    Node,
    Number,
    Operation,
    Text,
)
from local.services.cloudwatch.points import Series

__all__ = ["Periods", "Value", "compute"]

Value: TypeAlias = float | Series | list[Series]


@dataclass(frozen=True)
class Periods:
    """The periods that a computation covers: those in ``[start, end)``, of ``seconds`` each."""

    start: float
    end: float
    seconds: float

    def begins(self) -> list[float]:
        """When each begins, the oldest first."""
        count = math.ceil((self.end - self.start) / self.seconds)
        return [self.start + index * self.seconds for index in range(count)]


def compute(node: Node, known: Mapping[str, Value], periods: Periods) -> Value:
    """The value of ``node``; ``known`` has what its names mean. Raises ``ExpressionError``."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        if node.name not in known:
            raise ExpressionError(f"'{node.name}' is no metric or expression of the request")
        return known[node.name]
    if isinstance(node, Listed):
        return [_series(compute(item, known, periods), "a list") for item in node.items]
    if isinstance(node, Operation):
        left, right = (compute(side, known, periods) for side in (node.left, node.right))
        return _pointwise(_OPERATORS[node.sign], left, right)
    if isinstance(node, Text):
        raise ExpressionError(f"the text '{node.value}' has no value")
    return _call(node, known, periods)


def _call(node: Call, known: Mapping[str, Value], periods: Periods) -> Value:
    if node.function == "METRICS":
        return _metrics(node, known)
    if node.function == "FILL":
        return _fill(node, known, periods)
    given = [compute(argument, known, periods) for argument in node.arguments]
    if node.function == "IF":
        return _if(given)
    one = given[0] if len(given) == 1 else None
    if one is None:
        raise ExpressionError(f"{node.function} with {len(given)} values isn't known here")
    if node.function in _REDUCTIONS:
        return _reduced(_REDUCTIONS[node.function], one)
    if node.function in _OF_NUMBERS:
        return _each(one, _OF_NUMBERS[node.function])
    if node.function == "PERIOD":
        return periods.seconds
    if node.function == "TIME_SERIES" and isinstance(one, float):
        return dict.fromkeys(periods.begins(), one)
    if node.function in _OF_SERIES:
        function = _OF_SERIES[node.function]
        return (
            [function(item) for item in one]
            if isinstance(one, list)
            else function(_series(one, node.function))
        )
    raise ExpressionError(f"the function {node.function} isn't known here")


def _metrics(node: Call, known: Mapping[str, Value]) -> list[Series]:
    wanted = node.arguments[0].value if node.arguments and isinstance(node.arguments[0], Text) else ""
    return [value for name, value in known.items() if wanted in name and isinstance(value, dict)]


def _fill(node: Call, known: Mapping[str, Value], periods: Periods) -> Value:
    """Values for the periods that have none: a number, another series', or the last one before (REPEAT)."""
    if len(node.arguments) != 2:
        raise ExpressionError("FILL takes a series and what stands for what is missing")
    given, how = compute(node.arguments[0], known, periods), node.arguments[1]
    if isinstance(how, Name) and how.name == "REPEAT":
        return _each_series(given, lambda series: _repeated(series, periods))
    if isinstance(how, Name) and how.name == "LINEAR":
        raise ExpressionError("FILL with LINEAR isn't known here")
    filler = compute(how, known, periods)
    if isinstance(filler, list):
        raise ExpressionError("FILL takes a number or one series for what is missing")
    usual = dict.fromkeys(periods.begins(), filler) if isinstance(filler, float) else filler
    return _each_series(given, lambda series: dict(sorted({**usual, **series}.items())))


def _repeated(series: Series, periods: Periods) -> Series:
    found: Series = {}
    last: float | None = None
    for begin in periods.begins():
        last = series.get(begin, last)
        if last is not None:
            found[begin] = last
    return found


def _if(given: Sequence[Value]) -> Value:
    """``IF(condition, then, otherwise)``; without ``otherwise`` what isn't true has no value."""
    if len(given) not in (2, 3) or any(isinstance(value, list) for value in given):
        raise ExpressionError("IF takes a condition and one or two values, of which none is a list")
    condition, then = given[:2]
    otherwise = given[2] if len(given) == 3 else None
    if isinstance(condition, float):
        chosen = then if condition else otherwise
        return {} if chosen is None else chosen
    found: Series = {}
    for begin, truth in _series(condition, "IF").items():
        value = _at(then if truth else otherwise, begin)
        if value is not None:
            found[begin] = value
    return found


def _at(value: Value | None, begin: float) -> float | None:
    return value.get(begin) if isinstance(value, dict) else value if isinstance(value, float) else None


def _reduced(function: Callable[[Sequence[float]], float], given: Value) -> Value:
    """A series becomes one number; a list of series becomes one series, over those that have a value."""
    if isinstance(given, float):
        return function([given])
    if isinstance(given, dict):
        return function(list(given.values())) if given else {}
    begins = sorted({begin for series in given for begin in series})
    return {begin: function([s[begin] for s in given if begin in s]) for begin in begins}


def _pointwise(function: Callable[[float, float], float | None], left: Value, right: Value) -> Value:
    if isinstance(left, list) and isinstance(right, list):
        raise ExpressionError("an operator can't stand between two lists of series")
    if isinstance(left, list):
        return [_series(_pointwise(function, item, right), "an operator") for item in left]
    if isinstance(right, list):
        return [_series(_pointwise(function, left, item), "an operator") for item in right]
    if isinstance(left, float) and isinstance(right, float):
        value = function(left, right)
        return {} if value is None else value
    begins = left.keys() if isinstance(left, dict) else _series(right, "an operator").keys()
    found: Series = {}
    for begin in begins:
        a, b = _at(left, begin), _at(right, begin)
        value = None if a is None or b is None else function(a, b)
        if value is not None:
            found[begin] = value
    return found


def _each(given: Value, function: Callable[[float], float]) -> Value:
    if isinstance(given, float):
        return function(given)
    return _each_series(given, lambda series: {begin: function(value) for begin, value in series.items()})


def _each_series(given: Value, function: Callable[[Series], Series]) -> Value:
    if isinstance(given, list):
        return [function(series) for series in given]
    return function(_series(given, "FILL"))


def _series(value: Value, what: str) -> Series:
    if not isinstance(value, dict):
        raise ExpressionError(f"{what} takes series, not {'lists' if isinstance(value, list) else 'numbers'}")
    return value


def _steps(series: Series, function: Callable[[float, float], float]) -> Series:
    """``function`` of the change from one value to the next and of the seconds between them."""
    begins = sorted(series)
    return {b: function(series[b] - series[a], b - a) for a, b in pairwise(begins)}


def _running_sum(series: Series) -> Series:
    total, found = 0.0, {}
    for begin in sorted(series):
        total += series[begin]
        found[begin] = total
    return found


def _power(base: float, exponent: float) -> float | None:
    try:
        value = base**exponent
    except (OverflowError, ZeroDivisionError):
        return None
    return value if isinstance(value, float) and math.isfinite(value) else None


_OPERATORS: Mapping[str, Callable[[float, float], float | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else None,
    "^": _power,
    "<": lambda a, b: float(a < b),
    "<=": lambda a, b: float(a <= b),
    ">": lambda a, b: float(a > b),
    ">=": lambda a, b: float(a >= b),
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "&&": lambda a, b: float(bool(a) and bool(b)),
    "||": lambda a, b: float(bool(a) or bool(b)),
}
_REDUCTIONS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "SUM": lambda values: math.fsum(values),
    "AVG": lambda values: math.fsum(values) / len(values),
    "MIN": min,
    "MAX": max,
    "STDDEV": pstdev,
    "DATAPOINT_COUNT": lambda values: float(len(values)),
}
_OF_NUMBERS: Mapping[str, Callable[[float], float]] = {
    "ABS": abs,
    "CEIL": lambda value: float(math.ceil(value)),
    "FLOOR": lambda value: float(math.floor(value)),
}
_OF_SERIES: Mapping[str, Callable[[Series], Series]] = {
    "DIFF": lambda series: _steps(series, lambda change, _seconds: change),
    "DIFF_TIME": lambda series: _steps(series, lambda _change, seconds: seconds),
    "RATE": lambda series: _steps(series, lambda change, seconds: change / seconds),
    "RUNNING_SUM": _running_sum,
}
