"""The machine that makes what is asked for: valid, bounded, and public only once a person approved."""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from braid.domain.asset.crashes import CRASHES
from braid.domain.generation.outcomes import DraftOutcome

REPOSITORY = Path(__file__).resolve().parents[2]
TEXT = (REPOSITORY / "statemachines" / "generate_content.asl.json").read_text("utf-8")
STATES: dict[str, Any] = json.loads(TEXT)["States"]
ANALYSIS: dict[str, Any] = json.loads(
    (REPOSITORY / "statemachines" / "analyze_asset.asl.json").read_text("utf-8")
)["States"]
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
FUNCTIONS = {name: state for name, state in STATES.items() if "FunctionName" in state.get("Parameters", {})}
OWN = {
    name: re.sub(r"\W|Generation|FunctionArn", "", state["Parameters"]["FunctionName"]).lower()
    for name, state in FUNCTIONS.items()
    if "Generation" in state["Parameters"]["FunctionName"]
}
# Every way that ends well goes through these, in this order.
WAY = [
    *("Check Prompt", "Estimate", "Generate", "Process Output", "Mark Draft", "Check Output"),
    *("Ask Reviewer", "Publish Draft", "Announce"),
]
MAX_ENTERED = 10


def ways(name: str = "Check Prompt", before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every way without an error."""
    state = STATES[name]
    assert name not in before, f"a loop through {name}"
    path = (*before, name)
    onward = {
        state.get("Next"),
        state.get("Default"),
        *(choice["Next"] for choice in state.get("Choices", [])),
    }
    if not (onward := {way for way in onward if way}):
        yield path
    for way in sorted(onward):
        yield from ways(way, path)


def test_every_way_prices_marks_checks_and_asks_before_it_publishes() -> None:
    for way in ways():
        assert [name for name in way if name in WAY] == WAY
        assert len(way) <= MAX_ENTERED + 1


def test_nothing_but_a_persons_answer_leads_to_publishing() -> None:
    leading = {
        name
        for name, state in STATES.items()
        for following in (
            state.get("Next"),
            state.get("Default"),
            *(choice["Next"] for choice in state.get("Choices", [])),
            *(catcher["Next"] for catcher in state.get("Catch", [])),
        )
        if following == "Publish Draft"
    }
    assert leading == {"Ask Reviewer"}


def test_a_person_is_asked_as_for_an_answer() -> None:
    ours, theirs = STATES["Ask Reviewer"], ANALYSIS["Ask Reviewer"]
    for member in ("Resource", "Parameters", "TimeoutSeconds", "Retry", "Catch"):
        assert ours[member] == theirs[member]


@pytest.mark.parametrize("name", ["Record Rejection", "Record Failure", "Asset Failed", "Failure Unrecorded"])
def test_it_ends_as_an_analysis_does(name: str) -> None:
    assert STATES[name] == ANALYSIS[name]


@pytest.mark.parametrize("name", OWN)
def test_what_a_state_passes_is_what_its_handler_reads(name: str) -> None:
    handler = importlib.import_module(f"lambdas.generation.handler_{OWN[name]}")
    request = (
        getattr(handler, "Request", None) or importlib.import_module("lambdas.generation.step").StepRequest
    )
    fields = dataclasses.fields(request)
    passed = {member.removesuffix(".$") for member in FUNCTIONS[name]["Parameters"]["Payload"]}
    needed = {
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    assert needed <= passed <= {field.name for field in fields}


def test_what_a_reviewer_is_asked_with_is_what_the_state_holds() -> None:
    members = {member.removesuffix(".$") for member in FUNCTIONS["Check Output"]["ResultSelector"]}
    assert members == {field.name for field in dataclasses.fields(DraftOutcome)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_errors_are_retried_by_name_and_caught(name: str) -> None:
    state = FUNCTIONS[name]
    named = {error for retrier in state["Retry"] for error in retrier["ErrorEquals"]}
    assert "States.ALL" not in named
    assert named >= {"Lambda.TooManyRequestsException", *(set(CRASHES) - {"States.Timeout"})}
    assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
    assert isinstance(state["TimeoutSeconds"], int)
    assert state["Comment"]


def test_only_a_video_and_money_are_waited_for() -> None:
    waiting = {
        name: {error for retrier in state["Retry"] for error in retrier["ErrorEquals"]}
        & {"PendingError", "NoRoomError"}
        for name, state in FUNCTIONS.items()
    }
    assert {name: found for name, found in waiting.items() if found} == {
        "Collect Output": {"PendingError"},
        "Estimate": {"NoRoomError"},
    }


def test_a_filter_refuses_the_request_and_is_never_tried_again() -> None:
    for name in ("Check Prompt", "Generate", "Collect Output", "Check Output"):
        catchers = FUNCTIONS[name]["Catch"]
        assert catchers[0] == {
            "ErrorEquals": ["InvalidAssetError"],
            "ResultPath": "$.failure",
            "Next": "Record Rejection",
        }


@pytest.mark.parametrize("is_substituted", [False, True], ids=["as it is", "substituted"])
def test_the_linter_accepts_it(tmp_path: Path, is_substituted: bool) -> None:
    linter = REPOSITORY / "node_modules" / ".bin" / "asl-validator"
    if not linter.exists():
        pytest.skip("asl-validator isn't installed here (make setup-dev)")
    arn = "arn:aws:lambda:us-east-1:111122223333:function:f"
    definition = tmp_path / "machine.asl.json"
    definition.write_text(PLACEHOLDER.sub(arn, TEXT) if is_substituted else TEXT, "utf-8")
    done = subprocess.run(
        [linter, "--json-path", str(definition)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
