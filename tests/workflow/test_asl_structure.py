"""The state machine's shape, read from the file: valid, bounded, explained, and every path ends."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.state_table import BEGIN, END, states_of, table

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "statemachines"
TEXT = (FOLDER / "analyze_asset.asl.json").read_text("utf-8")
MACHINE: dict[str, Any] = json.loads(TEXT)
STATES = {name: state for _, name, state in states_of(MACHINE)}
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
MAX_ENTERED = 20


def scopes(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The machine and every branch: where `Next` may point."""
    yield machine
    for state in machine["States"].values():
        for branch in state.get("Branches", []):
            yield from scopes(branch)


def ways_on(state: dict[str, Any], *, failures: bool = True) -> set[str]:
    """The states that may follow."""
    ways = {state.get("Next"), state.get("Default")}
    ways |= {choice["Next"] for choice in state.get("Choices", [])}
    if failures:
        ways |= {catcher["Next"] for catcher in state.get("Catch", [])}
    return {way for way in ways if way}


def without_reviewer(machine: dict[str, Any]) -> dict[str, Any]:
    """The machine as it runs where nobody reviews: its one state more is promised apart."""
    copy: dict[str, Any] = json.loads(json.dumps(machine))
    del copy["States"]["Ask Reviewer"]
    copy["States"]["Needs Review?"]["Choices"] = []
    return copy


def most_entered(machine: dict[str, Any], *, failures: bool) -> int:
    """The largest number of states that one execution can enter, retries aside."""

    def from_here(name: str, path: tuple[str, ...]) -> int:
        assert name not in path, f"a loop through {name}"
        state = machine["States"][name]
        inner = sum(most_entered(branch, failures=failures) for branch in state.get("Branches", []))
        onward = [from_here(way, (*path, name)) for way in ways_on(state, failures=failures)]
        return 1 + inner + max(onward, default=0)

    return from_here(machine["StartAt"], ())


def test_placeholders_stand_inside_strings_and_nowhere_else() -> None:
    assert json.loads(PLACEHOLDER.sub("arn:aws:lambda:us-east-1:111122223333:function:f", TEXT))
    assert all(f'"${{{name}}}"' in TEXT for name in PLACEHOLDER.findall(TEXT))
    assert PLACEHOLDER.findall(TEXT)


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


def test_no_name_is_used_twice() -> None:
    names = [name for _, name, _ in states_of(MACHINE)]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", STATES)
def test_a_state_says_what_it_is_for(name: str) -> None:
    assert len(STATES[name]["Comment"]) > 15
    small_words = {"at", "of"}
    words = name.removesuffix("?").split()
    assert all(word[0].isupper() or word in small_words for word in words)


@pytest.mark.parametrize("name", STATES)
def test_only_what_runs_everywhere_is_used(name: str) -> None:
    state = STATES[name]

    assert state["Type"] in {"Task", "Choice", "Parallel", "Pass", "Succeed", "Fail"}, "no Wait, no Map"
    refused = {"Assign", "HeartbeatSeconds", "HeartbeatSecondsPath", "TimeoutSecondsPath", "QueryLanguage"}
    assert not refused & state.keys()


def test_every_way_leads_to_a_state_of_the_same_scope() -> None:
    for scope in scopes(MACHINE):
        for name, state in scope["States"].items():
            assert ways_on(state) <= scope["States"].keys(), name
        assert scope["StartAt"] in scope["States"]


def test_every_state_is_reached() -> None:
    for scope in scopes(MACHINE):
        reached, waiting = set(), [scope["StartAt"]]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(ways_on(scope["States"][name]))
        assert reached == scope["States"].keys()


@pytest.mark.parametrize("name", STATES)
def test_every_path_ends(name: str) -> None:
    state = STATES[name]
    ends = state.get("End") is True or state["Type"] in {"Succeed", "Fail"}

    assert ends != bool(ways_on(state, failures=False)), "either it ends or it goes on"
    assert state["Type"] != "Choice" or "Default" in state


def test_an_asset_enters_at_most_twenty_states() -> None:
    assert most_entered(without_reviewer(MACHINE), failures=False) <= MAX_ENTERED


def test_a_review_costs_one_state_more() -> None:
    alone = most_entered(without_reviewer(MACHINE), failures=False)

    assert most_entered(MACHINE, failures=False) == alone + 1


def test_a_missing_modality_costs_no_more_than_one_state() -> None:
    (parallel,) = [state for state in STATES.values() if state["Type"] == "Parallel"]

    for branch in parallel["Branches"]:
        without = most_entered(branch, failures=False)
        assert most_entered(branch, failures=True) <= without + 1


def test_a_branch_leaves_its_result_where_the_parallel_takes_it() -> None:
    (parallel,) = [state for state in STATES.values() if state["Type"] == "Parallel"]

    assert list(parallel["ResultSelector"].values()) == [
        f"$[{index}].branch" for index in range(len(parallel["Branches"]))
    ]
    for branch in parallel["Branches"]:
        ends = [state for state in branch["States"].values() if state.get("End")]
        assert ends
        assert all(state["ResultPath"] == "$.branch" for state in ends)


def test_a_failure_never_ends_in_an_unlabelled_success() -> None:
    labelled = {"missing", "unanalyzed"}
    for name, state in STATES.items():
        for catcher in state.get("Catch", []):
            after = STATES[catcher["Next"]]
            if after["Type"] == "Pass" and after.get("ResultPath") == "$.branch":
                assert after["Parameters"]["outcome"] in labelled, name
                assert after["Parameters"]["cause.$"] == "$.failure.Cause"
            else:
                assert after["Type"] in {"Task", "Fail"}, name


def test_the_readme_shows_the_table_of_this_machine() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    shown = readme.split(BEGIN)[1].split(END)[0].strip()

    assert shown == table(MACHINE), "run python tools/state_table.py --write"


def test_the_machine_outlives_its_longest_wait() -> None:
    """A person may take a month; the rest is over within two days."""
    waits = [state["TimeoutSeconds"] for state in STATES.values() if state["Type"] == "Task"]

    assert MACHINE["TimeoutSeconds"] >= max(waits) + 2 * 24 * 3600
