"""The machine of posts: valid, explained, its one Map over byte ranges, every failure recorded."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import braid.domain.errors
from braid.domain.asset import crashes
from braid.domain.asset.asset import AssetRef, Source
from braid.domain.asset.execution_state import (
    AdmissionOutcome,
    AnswerOutcome,
    ExecutionState,
    FusionOutcome,
    PostsOutcome,
    ReviewOutcome,
)
from braid.domain.asset.spending import state_transitions
from braid.domain.claim_check import Claim
from braid.domain.posts.file import PostsPlanned
from tests.infra.test_functions import LIMITS
from tests.workflow.test_asl_structure import FOLDER, PLACEHOLDER, REPOSITORY, most_entered, scopes, ways_on
from tools.state_table import BEGIN, END, states_of, table

TEXT = (FOLDER / "moderate_posts.asl.json").read_text("utf-8")
MACHINE: dict[str, Any] = json.loads(TEXT)
ASSETS: dict[str, Any] = json.loads((FOLDER / "analyze_asset.asl.json").read_text("utf-8"))
STATES = {name: state for _, name, state in states_of(MACHINE)}
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
FUNCTION_TASKS = {name: state for name, state in TASKS.items() if ":lambda:invoke" in state["Resource"]}
MAP = STATES["Judge Posts"]
CHILD = {"Judge Chunk"}


def function_of(state: dict[str, Any]) -> str:
    """``posts-admit`` of ``${PostsAdmitFunctionArn}``."""
    (placeholder,) = PLACEHOLDER.findall(state["Parameters"]["FunctionName"])
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in placeholder)
    return words.strip("-").removesuffix("-function-arn")


def test_the_linter_accepts_it(tmp_path: Path) -> None:
    linter = REPOSITORY / "node_modules" / ".bin" / "asl-validator"
    if not linter.exists():
        pytest.skip("asl-validator isn't installed here (make setup-dev)")
    definition = tmp_path / "machine.asl.json"
    definition.write_text(PLACEHOLDER.sub("arn:aws:lambda:us-east-1:111122223333:function:f", TEXT), "utf-8")

    done = subprocess.run(
        [linter, "--json-path", str(definition)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_state_says_what_it_is_for_and_is_reached() -> None:
    assert all(len(state["Comment"]) > 15 for state in STATES.values())
    for scope in [*scopes(MACHINE), MAP["ItemProcessor"]]:
        reached, waiting = set(), [scope["StartAt"]]
        while waiting:
            if (name := waiting.pop()) not in reached:
                reached.add(name)
                waiting.extend(ways_on(scope["States"][name]))
        assert reached == scope["States"].keys()


def test_the_map_goes_over_our_list_and_never_over_strangers_lines() -> None:
    reader = MAP["ItemReader"]

    assert reader["Parameters"] == {
        "Bucket.$": "$.admission.posts.bucket",
        "Key.$": "$.admission.posts.chunks_key",
    }
    assert set(MAP["ItemSelector"]) == {"asset.$", "posts.$", "chunk.$"}
    assert MAP["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    granting = (REPOSITORY / "stacks" / "functions" / "posts.py").read_text("utf-8")
    assert f'_MAP_LABEL = "{MAP["Label"]}"' in granting, "the role's grants name it"
    assert not {"ToleratedFailurePercentage", "ToleratedFailureCount"} & MAP.keys(), "no chunk is left out"


def test_what_the_chunks_return_fits_into_a_state() -> None:
    """At most twenty thousand chunks of one number each: far below the 256 KB of a state."""
    selector = STATES["Judge Chunk"]["ResultSelector"]

    assert selector == {"chunk.$": "$.Payload.chunk"}
    assert 13_000 * len('{"chunk":12345},') < 256 * 1024


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_a_timeout_retries_by_name_and_a_catch(name: str) -> None:
    task = TASKS[name]
    retried = {error for rule in task["Retry"] for error in rule["ErrorEquals"]}

    assert isinstance(task["TimeoutSeconds"], int)
    assert not {"States.ALL", "States.TaskFailed"} & retried
    if name not in CHILD:  # what a chunk can't overcome is the Map's to catch
        assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
    known = set(braid.domain.errors.__all__) | set(crashes.CRASHES)
    assert {error for error in retried if "." not in error} <= known


@pytest.mark.parametrize("name", FUNCTION_TASKS)
def test_the_state_outlives_its_function(name: str) -> None:
    timeout_seconds, _, _ = LIMITS[function_of(FUNCTION_TASKS[name])]

    assert FUNCTION_TASKS[name]["TimeoutSeconds"] >= timeout_seconds + 20


@pytest.mark.parametrize("name", sorted(FUNCTION_TASKS.keys() - {"Ask Reviewer"}))
def test_it_retries_as_the_machine_of_assets_does(name: str) -> None:
    usual = ASSETS["States"]["Publish Result"]["Retry"]

    assert FUNCTION_TASKS[name]["Retry"][-len(usual) :] == usual


def test_a_batch_is_waited_for_longer_than_its_job_may_take() -> None:
    (pending,) = (rule for rule in STATES["Ask in Batch"]["Retry"] if rule["ErrorEquals"] == ["PendingError"])
    waited, interval = 0.0, float(pending["IntervalSeconds"])
    for _ in range(pending["MaxAttempts"]):
        waited += min(interval, pending["MaxDelaySeconds"])
        interval *= pending["BackoffRate"]

    assert waited > 25 * 3600


def test_what_breaks_in_a_chunk_breaks_the_map_so_that_a_redrive_goes_on_there() -> None:
    """A caught failure ends in a Fail state, which a redrive would enter again."""
    assert "Catch" not in MAP


def test_whatever_breaks_is_recorded() -> None:
    for name, state in MACHINE["States"].items():
        for catcher in state.get("Catch", []):
            assert catcher["ResultPath"] == "$.failure"
            assert catcher["Next"] in {
                "Record Failure",
                "Record Rejection",
                "Failure Unrecorded",
                "Not Announced",
            }, name


def test_the_ends_are_those_of_the_machine_of_assets() -> None:
    for name in (
        *("Record Rejection", "Record Failure", "Asset Failed", "Failure Unrecorded"),
        *("Announce", "Not Announced"),
    ):
        assert MACHINE["States"][name] == ASSETS["States"][name], name


@pytest.mark.parametrize(
    ("name", "outcome"), [("Admit Posts", AdmissionOutcome), ("Ask Reviewer", ReviewOutcome)]
)
def test_what_travels_on_is_what_later_steps_read(name: str, outcome: type) -> None:
    members = {member.removesuffix(".$") for member in STATES[name]["ResultSelector"]}

    assert members <= {field.name for field in dataclasses.fields(outcome)}


@pytest.mark.parametrize("is_batch", [False, True])
@pytest.mark.parametrize("is_reviewed", [False, True])
def test_transitions_are_those_of_the_definition(is_batch: bool, is_reviewed: bool) -> None:
    claim = Claim("s3://results/key", "application/json", 1, "0" * 64)
    posts = PostsPlanned(claim, "results", "work/chunks.json", 2, 500, is_batch)
    state = ExecutionState(
        AssetRef("a", 1, "moderation", Source("in", "inbox/moderation/posts.jsonl", "1")),
        AdmissionOutcome(True, "", None, {"text": True}, claim, posts=posts),
        fusion=FusionOutcome("enough", "", None, claim),
        answer=AnswerOutcome("", claim),
        review=ReviewOutcome("approve", "me", "", "", "", claim, claim, claim) if is_reviewed else None,
        posts=PostsOutcome("", 2, {}),
    )
    answers = {"Admitted?": True, "Asks in Batch?": is_batch, "Needs Review?": is_reviewed}
    entered, name = 0, MACHINE["StartAt"]
    while name:
        entered += 1
        state_now = MACHINE["States"][name]
        if state_now["Type"] == "Choice":
            name = state_now["Choices"][0]["Next"] if answers[name] else state_now["Default"]
        else:
            name = state_now.get("Next", "")

    assert state_transitions(state) == entered


def test_a_file_enters_few_states_whatever_its_length() -> None:
    assert most_entered(MACHINE, failures=False) <= 11


def test_the_readme_shows_the_table_of_this_machine() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    shown = readme.split(BEGIN)[2].split(END)[0].strip()

    assert shown == table(MACHINE), "run python tools/state_table.py --write"
