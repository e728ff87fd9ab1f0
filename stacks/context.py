"""Reads a deployment's knobs out of the CDK context, and says all at once what is wrong with them."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from typing import Any, get_type_hints

from stacks.knobs import Knob

__all__ = ["KnobError", "knob_values", "renamed_knobs"]


class KnobError(ValueError):
    """Some knobs are wrong; ``problems`` holds one line for each, written for whoever set them."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        lines = "\n".join(f"  - {problem}" for problem in problems)
        count = "1 knob is" if len(problems) == 1 else f"{len(problems)} knobs are"
        super().__init__(f'{count} wrong (see "context" in cdk.json, and -c on the command line):\n{lines}')


def knob_values(cls: type, context: Mapping[str, Any]) -> dict[str, Any]:
    """The value of each knob of ``cls``, by the knob's name.

    Keys with ``:`` or ``@`` are CDK's own; every other one must be a knob, and every knob must be there.
    Raises ``KnobError`` with everything that is wrong.
    """
    given = {key: value for key, value in context.items() if not _belongs_to_cdk(key)}
    knobs = {field.name: Knob.of(field) for field in dataclasses.fields(cls)}
    given = _by_new_names(given, knobs)
    types = get_type_hints(cls)
    problems = [_unknown(key, list(knobs)) for key in sorted(given.keys() - knobs.keys())]
    values: dict[str, Any] = {}
    for name, known in knobs.items():
        if name not in given:
            problems.append(f"{name} is missing: {known.says}, {known.allows}")
            continue
        try:
            values[name] = known.read(given[name], types[name])
        except ValueError as error:
            problems.append(f"{name} {error}: {known.says}")
    if problems:
        raise KnobError(problems)
    return values


def renamed_knobs(cls: type, context: Mapping[str, Any]) -> list[str]:
    """What whoever wrote the context should rename in it."""
    knobs = {field.name: Knob.of(field) for field in dataclasses.fields(cls)}
    return [
        f"{knob.formerly} is called {name} now" for name, knob in knobs.items() if knob.formerly in context
    ]


def _by_new_names(given: Mapping[str, Any], knobs: Mapping[str, Knob]) -> dict[str, Any]:
    """What stands under an old name, as the new one; it wins over the default that cdk.json has for that."""
    new = {knob.formerly: name for name, knob in knobs.items() if knob.formerly and knob.formerly in given}
    kept = {key: value for key, value in given.items() if key not in new}
    return kept | {new[key]: given[key] for key in new}


def _belongs_to_cdk(key: str) -> bool:
    return ":" in key or key.startswith("@") or key in {"aws-cdk", "cli-telemetry"}


def _unknown(name: str, known: list[str]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"{name} is unknown" + (f"; did you mean {nearest[0]}?" if nearest else "")
