"""Prints the table of statemachines/README.md from the state machine's definition and the stack's functions.

Run ``python tools/state_table.py --write`` after changing the ASL; a test compares both.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from braid.domain.asset.crashes import CRASHES

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "statemachines"
BEGIN, END = "<!-- state table: begin -->", "<!-- state table: end -->"
# The machines whose tables the README shows, in its order.
MACHINES = ("analyze_asset", "moderate_posts", "customize_model", "generate_content")

State = dict[str, Any]

# What the README explains once; the table then says the short word.
GROUPS = {
    ("Lambda.TooManyRequestsException",): "busy",
    (
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.ClientExecutionTimeoutException",
    ): "lambda",
    CRASHES: "crash",
    ("States.ALL",): "any",
}

USUAL = (
    "busy 240",
    "lambda 4",
    "ThrottledError 960",
    "ServiceUnavailableError 60",
    "InvalidServiceOutputError 1",
    "crash 1",
)


def states_of(machine: State, depth: int = 0) -> Iterator[tuple[int, str, State]]:
    """Every state in reading order with its depth; a Parallel's branches and a Map's states follow it."""
    for name, state in machine["States"].items():
        yield depth, name, state
        processor = state.get("ItemProcessor")
        for branch in [*state.get("Branches", []), *([processor] if processor else [])]:
            yield from states_of(branch, depth + 1)


def handler_files() -> dict[str, str]:
    """The handler's file, below ``lambdas/``, by the id of the function that ``stacks/`` makes of it."""
    files = {}
    for path in sorted((ROOT / "stacks").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            given = {
                word.arg: word.value.value for word in node.keywords if isinstance(word.value, ast.Constant)
            }
            if {"folder", "verb"} <= given.keys():
                files[str(node.args[0].value)] = f"{given['folder']!s}/handler_{given['verb']!s}.py"
    return files


def table(machine: State) -> str:
    """The table in Markdown."""
    handlers = handler_files()
    rows = [("State", "Type", "Handler", "Input", "Output", "Retry", "Caught", "Timeout"), ("---",) * 8]
    for depth, name, state in states_of(machine):
        rows.append(
            (
                "· " * depth + f"**{name}**",
                state["Type"],
                _handler(state, handlers),
                _input(state),
                _output(state),
                _retries(state),
                ", ".join(f"{_errors(c)} → {c['Next']}" for c in state.get("Catch", [])),
                f"{state['TimeoutSeconds']} s" if "TimeoutSeconds" in state else "",
            )
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _handler(state: State, handlers: dict[str, str]) -> str:
    called = re.fullmatch(r"\$\{(\w+)FunctionArn\}", state.get("Parameters", {}).get("FunctionName", ""))
    return f"`{handlers[called[1]]}`" if called else ""


def _retries(state: State) -> str:
    found = [f"{_errors(retrier)} {retrier['MaxAttempts']}" for retrier in state.get("Retry", [])]
    if found[-len(USUAL) :] == list(USUAL):
        found[-len(USUAL) :] = ["usual"]
    return ", ".join(found)


def _input(state: State) -> str:
    if "Parameters" in state:
        taken = state["Parameters"].get("Payload") or state["Parameters"].get("Entries", [{}])[0]
        return ", ".join(key.removesuffix(".$") for key in taken) if state["Type"] == "Task" else ""
    return ", ".join(sorted({f"`{choice['Variable']}`" for choice in state.get("Choices", [])}))


def _output(state: State) -> str:
    if "ErrorPath" in state:
        return f"error `{state['ErrorPath']}`, cause `{state['CausePath']}`"
    if "Choices" in state:
        ways = [f"{choice['Next']} if {_condition(choice)}" for choice in state["Choices"]]
        return ", ".join([*ways, f"else {state['Default']}"])
    selected = state.get("ResultSelector") or state.get("Result") or {}
    if state["Type"] == "Pass" and "Parameters" in state:
        selected = state["Parameters"]
    names = ", ".join(key.removesuffix(".$") for key in selected)
    path = state.get("ResultPath")
    parts = [f"`{path}`: {names}"] if path and names else []
    if "OutputPath" in state:
        parts.append(f"leaves only `{state['OutputPath']}`")
    return "; ".join(parts)


def _condition(choice: State) -> str:
    (value,) = (choice[key] for key in choice if key.endswith("Equals"))
    return json.dumps(value).strip('"')


def _errors(rule: State) -> str:
    named = tuple(rule["ErrorEquals"])
    for members, word in GROUPS.items():
        if set(members) <= set(named):
            others = [name for name in named if name not in members]
            return " and ".join([*others, word])
    return " and ".join(named)


def main(arguments: list[str]) -> None:
    """Prints the tables, or with ``--write`` puts them into the README."""
    parser = argparse.ArgumentParser(
        "python -m tools.state_table", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--write", action="store_true", help="put the tables into the README")
    write: bool = parser.parse_args(arguments).write
    tables = [table(json.loads((FOLDER / f"{name}.asl.json").read_text("utf-8"))) for name in MACHINES]
    if not write:
        sys.stdout.write("\n\n".join(tables) + "\n")
        return
    readme = FOLDER / "README.md"
    text = readme.read_text("utf-8")
    pieces = [text.split(BEGIN)[0]]
    for found, rest in zip(tables, text.split(BEGIN)[1:], strict=True):
        pieces.append(f"{BEGIN}\n{found}\n{END}{rest.split(END)[1]}")
    readme.write_text("".join(pieces), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
