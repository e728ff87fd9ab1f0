"""Whole machines: retries, limits, branches, Maps, Map Runs and redrives."""

from __future__ import annotations

import json
import threading
import time
from itertools import pairwise
from typing import Any

import pytest

from local.states.clock import parse_timestamp
from local.states.errors import RequestError, StateError
from local.states.execution import Execution
from local.states.language.retries import RetryPlan
from tests.unit.states.world import (
    FUNCTION,
    INVOKE,
    PREFIX,
    SEND,
    World,
    done,
    ended,
    failing,
    machine,
    task,
    types,
)

RETRY = [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}, {"ErrorEquals": ["Down"], "MaxAttempts": 1}]


def test_each_retrier_counts_its_own_errors() -> None:
    plan = RetryPlan(RETRY)
    found = [
        plan.next_delay(StateError(error), 0) for error in ("Busy", "Down", "Busy", "Busy", "Down", "Other")
    ]
    assert [delay is not None for delay in found] == [True, True, True, False, False, False]
    assert plan.count == 3


def test_the_retry_count_is_told() -> None:
    counts: list[int] = []

    def busy_twice(parameters: Any) -> Any:
        counts.append(parameters["count"])
        if len(counts) < 3:
            raise StateError("Busy")
        return parameters

    state = task(Parameters={"count.$": "$$.State.RetryCount", "at.$": "$$.State.EnteredTime"}, Retry=RETRY)
    execution = World({FUNCTION: busy_twice}).run(machine(A=state))
    assert (execution.status, counts) == ("SUCCEEDED", [0, 1, 2])


def test_the_time_of_entry_stays_through_retries() -> None:
    seen: list[str] = []

    def busy(parameters: Any) -> Any:
        seen.append(parameters)
        raise StateError("Busy")

    once = [{**RETRY[0], "MaxAttempts": 1}]
    World({FUNCTION: busy}, wait_scale=1.0).run(machine(A=task(InputPath="$$.State.EnteredTime", Retry=once)))
    assert len(seen) == 2
    assert len(set(seen)) == 1


def test_the_time_of_entry_is_as_if_shortened_waits_were_whole() -> None:
    seen: list[float] = []

    def busy(parameters: Any) -> Any:
        seen.append(parse_timestamp(parameters) or 0.0)
        raise StateError("Busy")

    execution = World({FUNCTION: busy}).run(machine(A=task(InputPath="$$.State.EnteredTime", Retry=RETRY)))
    waits = [round(earlier - later, 1) for earlier, later in pairwise(seen)]
    assert waits == [1.0, 2.0]
    assert max(execution.waits.values()) >= 3.0


def test_a_caught_error_lies_beside_the_input() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "B"}]
    execution = World({FUNCTION: failing("Odd")}).run(machine(A=task(Catch=catch), B=done()), {"x": 1})
    assert execution.output == {"x": 1, "failure": {"Error": "Odd", "Cause": "why"}}


@pytest.mark.parametrize("seconds", ["1e999", "NaN", "true", '"5"'])
def test_what_is_no_number_of_seconds_is_not_waited_for(seconds: str) -> None:
    waits = machine(A={"Type": "Wait", "SecondsPath": "$.seconds", "End": True})
    execution = World({}).run(waits, json.loads(f'{{"seconds": {seconds}}}'))
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert "cannot be parsed as a long value" in str(execution.cause)


def test_a_failing_branch_ends_the_waits_of_its_siblings() -> None:
    waits = machine(W={"Type": "Wait", "Seconds": 300, "End": True})
    fails = machine(F={"Type": "Fail", "Error": "Own"})
    world = World(wait_scale=1.0)
    execution = world.run(machine(P={"Type": "Parallel", "Branches": [waits, fails], "End": True}))
    assert (execution.status, execution.error) == ("FAILED", "Own")
    assert types(execution)[-3:] == ["WaitStateAborted", "ParallelStateFailed", "ExecutionFailed"]


def test_an_abort_ends_everything_at_once() -> None:
    inner = machine(W={"Type": "Wait", "Seconds": 300, "End": True})
    state = {"Type": "Map", "ItemProcessor": inner, "End": True}
    world = World(wait_scale=1.0)
    execution = world.start(machine(M=state), [1, 2, 3])
    _until(lambda: types(execution).count("WaitStateEntered") == 3)
    world.executions.stop(execution.arn, "Own", "by hand")
    assert (execution.status, execution.error, types(execution)[-1]) == ("ABORTED", "Own", "ExecutionAborted")
    time.sleep(0.05)
    assert types(execution)[-1] == "ExecutionAborted", "nobody writes after the end"


def test_a_heartbeat_keeps_a_task_alive() -> None:
    seconds, looks, tokens = [0.0], list[float](), list[str]()

    def monotonic() -> float:
        looks.append(seconds[0])
        return seconds[0]

    world = World({SEND: lambda token: tokens.append(token)}, monotonic=monotonic)
    state = task(f"{SEND}.waitForTaskToken", InputPath="$$.Task.Token", HeartbeatSeconds=60)
    execution = world.start(machine(A=state))
    _until(lambda: tokens)
    for _ in range(5):
        seconds[0] += 40
        world.executions.tokens.beat(tokens[0])
        _until(lambda: looks[-2:] == [seconds[0]] * 2)  # the beat looked, and the state that it woke
    world.executions.tokens.succeed(tokens[0], '"done"')
    assert ended(execution).output == "done"


def test_a_missed_heartbeat_may_be_caught_by_either_name() -> None:
    for name in ("States.HeartbeatTimeout", "States.Timeout"):
        catch = [{"ErrorEquals": [name], "Next": "B"}]
        state = task(f"{SEND}.waitForTaskToken", HeartbeatSeconds=0.1, Catch=catch)
        assert World({SEND: lambda _: {}}).run(machine(A=state, B=done())).status == "SUCCEEDED"


def test_a_token_is_answered_once() -> None:
    tokens: list[str] = []
    world = World({SEND: lambda token: tokens.append(token)})
    execution = world.start(machine(A=task(f"{SEND}.waitForTaskToken", InputPath="$$.Task.Token")))
    _until(lambda: tokens)
    world.api.send_task_success({"taskToken": tokens[0], "output": "1"})
    assert ended(execution).output == 1
    for send in (world.api.send_task_heartbeat, world.api.send_task_failure):
        with pytest.raises(RequestError):
            send({"taskToken": tokens[0]})


def test_an_inline_map_selects_and_counts() -> None:
    selector = {"index.$": "$$.Map.Item.Index", "value.$": "$$.Map.Item.Value", "all.$": "$.all"}
    state = {"Type": "Map", "ItemsPath": "$.rows", "ItemSelector": selector, "MaxConcurrency": 2,
             "ItemProcessor": machine(A=done(Parameters={"got.$": "$", "name.$": "$$.Map.Item.Value"})),
             "ResultPath": "$.mapped", "End": True}  # fmt: skip
    execution = World().run(machine(M=state), {"rows": ["a", "b", "c"], "all": 3})
    assert execution.output["mapped"][2] == {"got": {"index": 2, "value": "c", "all": 3}, "name": "c"}
    assert len(execution.output["mapped"]) == 3


def distributed(processor: Any, **fields: Any) -> dict[str, Any]:
    """A machine of one distributed Map over JSON lines."""
    config = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSONL"},
        "Parameters": {"Bucket": "in", "Key.$": "$.key"},
    }
    state = {
        "Type": "Map",
        "ItemReader": reader,
        "ItemProcessor": {**config, **processor},
        "Label": "Posts",
        **fields,
    }
    return machine(M={**state, "End": True})


POSTS = "\n".join(json.dumps({"id": n, "text": f"post {n}"}) for n in range(7)) + "\n"
OUTPUTS = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out", "Prefix": "posts"}}


def test_lines_in_batches_with_results_in_s3() -> None:
    batcher = {"MaxItemsPerBatch": 3, "BatchInput": {"run.$": "$$.Execution.Name"}}
    world = World(
        {FUNCTION: lambda batch: [post["id"] for post in batch["Items"]]}, {("in", "k"): POSTS.encode()}
    )
    config = {"OutputType": "JSONL", "Transformation": "FLATTEN"}
    execution = world.run(
        distributed(machine(T=task()), ItemBatcher=batcher, ResultWriter={**OUTPUTS, "WriterConfig": config}),
        {"key": "k"},
    )
    place = execution.output["ResultWriterDetails"]
    manifest = json.loads(world.objects[place["Bucket"], place["Key"]])
    (file,) = manifest["ResultFiles"]["SUCCEEDED"]
    assert [int(line) for line in world.objects["out", file["Key"]].split()] == list(range(7))
    assert types(execution)[2:7] == [
        "MapStateStarted",
        "MapRunStarted",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
    ]
    (run,) = world.api.list_map_runs({"executionArn": execution.arn})["mapRuns"]
    described = world.api.describe_map_run({"mapRunArn": run["mapRunArn"]})
    assert (described["itemCounts"]["succeeded"], described["executionCounts"]["total"]) == (7, 3)
    assert described["itemCounts"]["resultsWritten"] > 0
    children = world.api.list_executions({"mapRunArn": run["mapRunArn"]})["executions"]
    assert len(children) == 3
    callers = [world.executions.get(child["executionArn"]).caller for child in children]
    assert {caller.works_for for caller in callers} == {execution.name}
    assert execution.name not in {caller.execution for caller in callers}
    assert all(child["stateMachineArn"] == f"{PREFIX}:stateMachine:machine/Posts" for child in children)
    (batch,) = [json.loads(world.executions.get(c["executionArn"]).input_text) for c in children
                if '"id":6' in world.executions.get(c["executionArn"]).input_text]  # fmt: skip
    assert batch == {"BatchInput": {"run": execution.name}, "Items": [{"id": 6, "text": "post 6"}]}


@pytest.mark.parametrize(
    ("tolerated", "status"),
    [
        ({}, "FAILED"),
        ({"ToleratedFailurePercentage": 10}, "FAILED"),
        ({"ToleratedFailurePercentage": 15}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 100}, "SUCCEEDED"),
        ({"ToleratedFailureCount": 0}, "FAILED"),
        ({"ToleratedFailureCount": 1}, "SUCCEEDED"),
    ],
)
def test_how_many_items_may_fail(tolerated: dict[str, Any], status: str) -> None:
    def work(post: Any) -> Any:
        if post["id"] == 3:
            raise StateError("Odd", "post 3")
        return post["id"]

    world = World({FUNCTION: work}, {("in", "k"): POSTS.encode()})
    execution = world.run(distributed(machine(T=task()), ResultWriter=OUTPUTS, **tolerated), {"key": "k"})
    assert execution.status == status
    if status == "FAILED":
        assert execution.error == "States.ExceedToleratedFailureThreshold"
        assert types(execution)[-3:] == ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]
    else:
        files = json.loads(world.objects["out", execution.output["ResultWriterDetails"]["Key"]])[
            "ResultFiles"
        ]
        (failed,) = json.loads(world.objects["out", files["FAILED"][0]["Key"]])
        assert (failed["Error"], failed["Status"], json.loads(failed["Input"])["id"]) == ("Odd", "FAILED", 3)


def test_a_line_that_is_no_json_fails_the_reader() -> None:
    world = World({}, {("in", "k"): b'{"id": 1}\n{broken\n'})
    execution = world.run(distributed(machine(T=done())), {"key": "k"})
    assert execution.error == "States.ItemReaderFailed"
    assert "line 2" in (execution.cause or "")


def test_a_map_run_without_a_grant() -> None:
    world = World({}, {("in", "k"): POSTS.encode()}, denied={"states:StartExecution"})
    assert world.run(distributed(machine(T=done())), {"key": "k"}).error == "States.AccessDenied"


def redriven(world: World, execution: Execution) -> Execution:
    """Redrives a failed execution and waits for its new end."""
    world.api.redrive_execution({"executionArn": execution.arn})
    return ended(execution)


def test_a_redrive_goes_on_at_the_failed_state() -> None:
    world = World({FUNCTION: failing("Odd", times=1), INVOKE: lambda _: "first"})
    execution = world.run(machine(A=task(INVOKE, Next="B"), B=task()))
    before = types(execution)
    redriven(world, execution)
    assert (execution.status, execution.output, execution.redrive_count) == ("SUCCEEDED", "first", 1)
    tried = [f"LambdaFunction{name}" for name in ("Scheduled", "Started", "Succeeded")]
    after = ["ExecutionRedriven", *tried, "TaskStateExited", "ExecutionSucceeded"]
    assert types(execution) == before + after
    events = execution.history.events()
    assert events[len(before)]["executionRedrivenEventDetails"] == {"redriveCount": 1}
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert [detail["status"] for detail in world.announced] == ["RUNNING", "FAILED", "RUNNING", "SUCCEEDED"]


def test_a_redrive_leaves_branches_that_succeeded() -> None:
    calls: list[str] = []
    world = World({FUNCTION: failing("Odd", times=1), INVOKE: lambda _: calls.append("fine") or "fine"})
    branches = [machine(Fine=task(INVOKE)), machine(Bad=task(), Wait=done())]
    gate = threading.Event()
    world.resources[INVOKE] = lambda _: (calls.append("fine"), gate.set(), "fine")[-1]
    stubborn = world.resources[FUNCTION]
    world.resources[FUNCTION] = lambda parameters: (gate.wait(5), time.sleep(0.1), stubborn(parameters))[-1]
    execution = world.run(machine(P={"Type": "Parallel", "Branches": branches, "End": True}), {"x": 1})
    assert execution.status == "FAILED"
    redriven(world, execution)
    assert (execution.output, calls) == (["fine", {"x": 1}], ["fine"])


def test_a_redrive_runs_failed_items_alone() -> None:
    seen: list[int] = []

    def work(post: Any) -> Any:
        seen.append(post["id"])
        if post["id"] == 3 and seen.count(3) == 1:
            raise StateError("Odd")
        return post["id"]

    world = World({FUNCTION: work}, {("in", "k"): POSTS.encode()})
    execution = world.run(distributed(machine(T=task()), MaxConcurrency=1), {"key": "k"})
    assert execution.status == "FAILED"
    redriven(world, execution)
    assert sorted(execution.output) == list(range(7))
    assert (seen[:3], seen.count(3)) == ([0, 1, 2], 2)
    # What comes behind may have begun before the failure was known: it was aborted, and runs again.
    assert [seen.count(done) for done in (0, 1, 2)] == [1, 1, 1]
    assert "MapRunRedriven" in types(execution)


def test_what_cannot_be_redriven() -> None:
    world = World()
    for execution in (world.run(machine(A=done())), world.start(machine(A=task("x")), name="other")):
        if execution.status == "SUCCEEDED":
            with pytest.raises(RequestError) as refused:
                world.executions.redrive(execution.arn)
            assert refused.value.code == "ExecutionNotRedrivable"
        ended(execution)


def test_an_express_machine_answers_at_once() -> None:
    world = World()
    arn = world.add(machine(A=done(Result=1)), is_express=True)
    answer = world.api.start_sync_execution({"stateMachineArn": arn, "input": "{}"})
    assert (answer["status"], answer["output"]) == ("SUCCEEDED", "1")
    assert world.announced == []


def test_a_running_machine_keeps_its_definition() -> None:
    tokens: list[str] = []
    world = World({SEND: lambda token: tokens.append(token)})
    asks = task(f"{SEND}.waitForTaskToken", InputPath="$$.Task.Token", Next="B")
    execution = world.start(machine(A=asks, B=done(Result="old")))
    _until(lambda: tokens)
    world.add(machine(A=done(Result="new")))
    world.executions.tokens.succeed(tokens[0], "{}")
    assert ended(execution).output == "old"


def test_a_machine_has_a_time_limit() -> None:
    waits = {**machine(W={"Type": "Wait", "Seconds": 300, "End": True}), "TimeoutSeconds": 0.2}
    execution = World(wait_scale=1.0).run(waits)
    assert (execution.status, types(execution)[-1]) == ("TIMED_OUT", "ExecutionTimedOut")


def _until(condition: Any) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.01)
