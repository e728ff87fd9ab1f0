"""Writes statemachines/patterns/ from the machine of assets: its steps in sequence, in parallel, and hybrid.

Run ``python tools/workflow_patterns.py --write`` after changing ``analyze_asset.asl.json``; a test compares.
What the patterns share is thereby the same to the letter: handlers, retries, timeouts, who catches what.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "PATTERNS", "SHIPPED", "definition"]

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "statemachines" / "analyze_asset.asl.json"
FOLDER = ROOT / "statemachines" / "patterns"
# The branches of the Parallel, in its order: the modality and the state that does its part alone.
_BRANCHES = (("speech", "Analyze Speech"), ("vision", "Analyze Vision"), ("text", "Analyze Writing"))
_TOGETHER, _AFTER, _GATHER = "Analyze Modalities", "Fuse Evidence", "Gather Analyses"
_GATE = "Enough Evidence?"
_ONE_LINE = 105
SHIPPED = "hybrid"

Machine = dict[str, Any]


def sequential(machine: Machine) -> Machine:
    """One modality after the other, each in a scope of its own, so that a failure in one costs it alone."""
    states = machine["States"]
    together = states[_TOGETHER]
    rest = {name: state for name, state in states.items() if name != _TOGETHER}
    order = [name for _, name in _BRANCHES]
    alone = {
        name: {
            **together,
            "Comment": f"The {modality} alone; the next modality begins when this one is through",
            "Branches": [branch],
            "ResultSelector": {"branch.$": "$[0].branch"},
            "ResultPath": f"$.{modality}_alone",
            "Next": following,
        }
        for (modality, name), branch, following in zip(
            _BRANCHES, together["Branches"], [*order[1:], _GATHER], strict=True
        )
    }
    gathered = {
        "asset.$": "$.asset",
        "admission.$": "$.admission",
        "modalities": {f"{modality}.$": f"$.{modality}_alone.branch" for modality, _ in _BRANCHES},
    }
    alone[_GATHER] = {
        "Type": "Pass",
        "Comment": "Puts the modalities together as the Parallel of the other patterns does",
        "Parameters": gathered,
        "Next": _AFTER,
    }
    _lead(rest, _TOGETHER, order[0])
    found = {**machine, "Comment": _comment("sequential"), "States": _spliced(rest, alone, before=_AFTER)}
    # Two scopes and the gathering more than one Parallel: the receipt counts them.
    return _with_transitions(found, len(_BRANCHES))


def parallel(machine: Machine) -> Machine:
    """Everything independent at once and then merged: no gate keeps what has no evidence from the model."""
    states = copy.deepcopy(machine["States"])
    gate = states[_GATE]
    enough, *others = gate["Choices"]
    gate["Comment"] = "What must not go on is stopped; without evidence the model is asked all the same"
    gate["Choices"], gate["Default"] = others, enough["Next"]
    return {**machine, "Comment": _comment("parallel"), "States": states}


def hybrid(machine: Machine) -> Machine:
    """What is deployed: independent analyses side by side, gates and everything dependent in sequence."""
    return machine


PATTERNS: dict[str, Callable[[Machine], Machine]] = {
    "sequential": sequential,
    "parallel": parallel,
    "hybrid": hybrid,
}


def definition(pattern: str) -> str:
    """The text of ``<pattern>.asl.json``."""
    text = SOURCE.read_text("utf-8")
    if pattern == SHIPPED:
        return text
    return _written(PATTERNS[pattern](json.loads(text))) + "\n"


def _comment(pattern: str) -> str:
    return f"Turns one asset into evidence and an answer, {pattern}: made from analyze_asset.asl.json"


def _lead(states: Machine, away_from: str, to: str) -> None:
    """Every way that led to the one state leads to the other."""
    for state in states.values():
        for rule in (state, *state.get("Choices", []), *state.get("Catch", [])):
            for member in ("Next", "Default"):
                if rule.get(member) == away_from:
                    rule[member] = to


def _spliced(states: Machine, new: Machine, *, before: str) -> Machine:
    found: Machine = {}
    for name, state in states.items():
        if name == before:
            found |= new
        found[name] = state
    return found


def _with_transitions(machine: Machine, count: int) -> Machine:
    """The first state tells the receipt how many states more, or fewer, the pattern enters."""
    found = copy.deepcopy(machine)
    payload = found["States"][found["StartAt"]]["Parameters"]["Payload"]
    payload["metered"]["used"] = {"states:transition": count}
    return found


def _written(value: Any, depth: int = 0) -> str:
    """JSON as the machine of assets is written: what is short on one line."""
    line = json.dumps(value, ensure_ascii=False)
    is_rule = isinstance(value, dict) and "ErrorEquals" in value and len(value["ErrorEquals"]) != 4
    is_state = isinstance(value, dict) and ("Type" in value or "States" in value)
    if not isinstance(value, dict | list) or is_rule or (len(line) + 2 * depth <= _ONE_LINE and not is_state):
        return line
    pad = "  " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{pad}{json.dumps(name)}: {_written(item, depth + 1)}" for name, item in value.items()]
        return "{\n" + ",\n".join(parts) + "\n" + pad[2:] + "}"
    return "[\n" + ",\n".join(pad + _written(item, depth + 1) for item in value) + "\n" + pad[2:] + "]"


def main(arguments: list[str]) -> None:
    """Prints the names, or with ``--write`` writes the files."""
    parser = argparse.ArgumentParser(
        "python -m tools.workflow_patterns", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--write", action="store_true", help="write the files")
    write: bool = parser.parse_args(arguments).write
    for pattern in PATTERNS:
        if write and pattern != SHIPPED:  # which is a link to the machine itself
            (FOLDER / f"{pattern}.asl.json").write_text(definition(pattern), "utf-8")
        sys.stdout.write(f"{pattern}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
