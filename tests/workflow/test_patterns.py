"""Sequential, parallel, hybrid: the same steps with the same inputs; what each costs in states, in time."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from braid.domain.asset.execution_state import ExecutionState
from braid.domain.asset.spending import state_transitions
from tests.unit.states.world import INVOKE, World, ended
from tests.workflow.test_asl_structure import PLACEHOLDER, REPOSITORY, ways_on
from tools.state_table import states_of
from tools.workflow_patterns import FOLDER, PATTERNS, definition

_PUT_EVENTS = "arn:aws:states:::events:putEvents"
_CLAIM = {"uri": "s3://results/key", "media_type": "application/json", "size_bytes": 1, "sha256": "0" * 64}
_ASSET = {
    "asset_id": "talk-0123456789abcdef0123",
    "attempt": 1,
    "profile": "general",
    "source": {"bucket": "in", "key": "inbox/general/talk.mp4", "version_id": "1"},
}
MODALITIES = ("speech", "vision", "text")


@dataclass
class Steps:
    """Every function's answer, by the placeholder that names it; each takes ``seconds``."""

    modalities: tuple[str, ...] = MODALITIES
    fails: str = ""
    verdict: str = "enough"
    seconds: float = 0.0
    called: Counter[str] = field(default_factory=Counter)
    published: list[Any] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, parameters: dict[str, Any]) -> dict[str, Any]:
        name = parameters["FunctionName"]
        with self.lock:
            self.called[name] += 1
        time.sleep(self.seconds)
        # What steps in where inference fails is the same function, told of the failure.
        if name == self.fails and "failure" not in parameters["Payload"]:
            from local.states.errors import StateError

            raise StateError("AccessDeniedError", json.dumps({"errorMessage": "it isn't allowed"}))
        if name == "Publishing":
            self.published.append(parameters["Payload"]["state"])
        used = dict(parameters["Payload"]["metered"]["used"])
        return {"Payload": {**self._answer(name), "summary": name, "metered": used}}

    def _answer(self, name: str) -> dict[str, Any]:
        if name == "Intake":
            wanted = {modality: modality in self.modalities for modality in MODALITIES}
            return {
                "admitted": True,
                "reason": None,
                "modalities": wanted,
                "budget": {"is_downgraded": False, "review_reason": ""},
                "claim": _CLAIM,
                "start_at": "analysis",
                "reused": None,
            }
        if name == "Fusion":
            return {"verdict": self.verdict, "reason": None, "claim": _CLAIM}
        if name == "Inference":
            return {"claim": _CLAIM, "needs_review": False, "review_reasons": []}
        if name == "Publishing":
            return dict.fromkeys(
                ("asset_id", "status", "source_key", "first_sentence", "report_uri", "result_uri"), "x"
            )
        return {"claim": _CLAIM, "job_name": "j", "language": _CLAIM, "plan": _CLAIM}


def machine(pattern: str) -> dict[str, Any]:
    """The definition with each placeholder as the bare name of its function."""
    text = PLACEHOLDER.sub(lambda match: match[1].removesuffix("FunctionArn"), definition(pattern))
    found: dict[str, Any] = json.loads(text)
    return found


def run(pattern: str, steps: Steps) -> tuple[Any, int, float]:
    """The execution, how many states it entered, and how long it took."""
    found = machine(pattern)
    selected = {
        path.removeprefix("$.Payload.").split(".")[0].split("[")[0]
        for _, _, state in states_of(found)
        for path in map(str, state.get("ResultSelector", {}).values())
        if path.startswith("$.Payload.")
    }

    def invoke(parameters: dict[str, Any]) -> dict[str, Any]:
        answer = steps(parameters)
        return {"Payload": {**dict.fromkeys(selected), **answer["Payload"]}}

    world = World({INVOKE: invoke, _PUT_EVENTS: lambda _: {"FailedEntryCount": 0, "Entries": []}})
    began = time.monotonic()
    execution = ended(world.start(found, {"asset": _ASSET}))
    entered = sum(event["type"].endswith("StateEntered") for event in execution.history.events())
    return execution, entered, time.monotonic() - began


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_files_are_made_of_the_machine_of_assets(pattern: str) -> None:
    found = (FOLDER / f"{pattern}.asl.json").read_text("utf-8")

    assert found == definition(pattern), "run python tools/workflow_patterns.py --write"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_state_is_the_same_step_and_is_reached(pattern: str) -> None:
    found = machine(pattern)
    functions = {
        state["Parameters"]["FunctionName"]
        for _, _, state in states_of(found)
        if ":lambda:invoke" in str(state.get("Resource"))
    }
    shipped = {
        state["Parameters"]["FunctionName"]
        for _, _, state in states_of(machine("hybrid"))
        if ":lambda:invoke" in str(state.get("Resource"))
    }
    reached, waiting = set(), [found["StartAt"]]
    while waiting:
        if (name := waiting.pop()) not in reached:
            reached.add(name)
            waiting.extend(ways_on(found["States"][name]))

    assert functions == shipped
    assert reached == found["States"].keys()


@pytest.mark.parametrize("fails", ["", "TranscriptionStart", "Vision", "Reading", "Inference"])
@pytest.mark.parametrize("modalities", [MODALITIES, ("vision", "text"), ("text",), ("speech",)])
def test_what_is_published_is_the_same_whatever_the_pattern(modalities: tuple[str, ...], fails: str) -> None:
    """Also where a step fails: it costs its modality, or the answer, in each of them alike."""
    found = {}
    for pattern in PATTERNS:
        steps = Steps(modalities, fails)
        execution, _, _ = run(pattern, steps)
        assert execution.status == "SUCCEEDED", (pattern, execution.cause)
        (state,) = steps.published
        for member in ("speech_alone", "vision_alone", "text_alone"):
            assert member not in state
        state["admission"]["metered"] = {}
        found[pattern] = (state, steps.called)

    assert found["sequential"] == found["hybrid"] == found["parallel"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_required_modality_that_is_missing_fails_the_asset_in_each(pattern: str) -> None:
    execution, _, _ = run(pattern, Steps(verdict="required_missing"))

    assert execution.status == "FAILED"


def test_without_evidence_only_parallel_asks_the_model() -> None:
    asked = {}
    for pattern in PATTERNS:
        steps = Steps(verdict="nothing_found")
        run(pattern, steps)
        asked[pattern] = steps.called["Inference"]

    assert asked == {"sequential": 0, "parallel": 1, "hybrid": 0}


@pytest.mark.parametrize("modalities", [MODALITIES, ("text",)])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_receipt_counts_the_states_that_are_entered(pattern: str, modalities: tuple[str, ...]) -> None:
    steps = Steps(modalities)
    _, entered, _ = run(pattern, steps)

    (state,) = steps.published
    more = state["admission"]["metered"].get("states:transition", 0)
    assert state_transitions(ExecutionState.from_wire(state)) + more == entered


def test_sequence_takes_as_long_as_all_branches_and_the_others_as_the_longest() -> None:
    """With every step taking as long: 3 + 3 + 2 of them in a row, or the longest 3."""
    seconds = 0.15
    took = {pattern: run(pattern, Steps(seconds=seconds))[2] for pattern in PATTERNS}

    assert took["sequential"] > took["hybrid"] + 3 * seconds
    assert took["parallel"] < took["sequential"] - 3 * seconds


def test_the_table_of_the_document_is_what_was_counted() -> None:
    """It is measured in a deployment; the states that it counted are those of the files."""
    text = (REPOSITORY / "docs" / "designing.md").read_text("utf-8")
    named = {
        "text": ("text",),
        "picture and text": ("vision", "text"),
        "speech, picture and text": MODALITIES,
    }
    for pattern in PATTERNS:
        for name, modalities in named.items():
            states = run(pattern, Steps(modalities))[1]
            assert f"| {pattern}, {name} | {states} | " in text, (pattern, name, states)


def test_the_shipped_pattern_is_the_machine_itself() -> None:
    assert (FOLDER / "hybrid.asl.json").resolve() == Path(
        REPOSITORY / "statemachines" / "analyze_asset.asl.json"
    )
