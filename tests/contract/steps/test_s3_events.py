"""Dispatch over the events that S3 really sends: one execution per version, however often it is told."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from braid.aws import executions
from braid.domain.asset.asset import AssetRef, AssetStatus, Source, execution_name
from braid.domain.asset.rerun import Rerun, Reuse, StartAt, rerun_message
from braid.domain.errors import InvalidInputError, ThrottledError
from braid.domain.wire import decode
from braid.store.records import RecordClosing
from lambdas.dispatch import handler_dispatch as dispatch_handler
from lambdas.dispatch.events import read_arrival
from tests.contract.conftest import Storage
from tests.doubles.lambda_context import CONTEXT

AT = "2026-11-20T10:11:12.000Z"
SNAPSHOT = "test_s3_notifications_eventbridge.snapshot.json"


def _events(value: Any) -> Iterator[dict[str, Any]]:
    """Every EventBridge event in a snapshot."""
    if isinstance(value, dict):
        if "detail-type" in value and "detail" in value:
            yield value
        else:
            for inner in value.values():
                yield from _events(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _events(inner)


@pytest.fixture(scope="module")
def real_events(shared_data: Path) -> list[dict[str, Any]]:
    snapshot = json.loads((shared_data / "aws-events" / "localstack" / SNAPSHOT).read_text("utf-8"))
    return list(_events(snapshot))


def _created(key: str, version_id: str | None = "v1", bucket: str = "b") -> dict[str, Any]:
    event: dict[str, Any] = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2026-11-20T10:11:12Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {"key": key, "size": 4, "etag": "8d77", "sequencer": "0066"},
            "reason": "PutObject",
        },
    }
    if version_id is not None:
        event["detail"]["object"]["version-id"] = version_id
    return event


def test_real_events_read_or_are_refused_by_kind(real_events: list[dict[str, Any]]) -> None:
    created = [event for event in real_events if event["detail-type"] == "Object Created"]
    others = [event for event in real_events if event["detail-type"] != "Object Created"]
    assert created
    assert others
    for event in created:
        event["detail"]["object"].setdefault("version-id", "v1")  # those buckets kept no versions
        arrival = read_arrival(json.dumps(event))
        assert arrival.source.key == event["detail"]["object"]["key"]
        assert arrival.arrived_at == event["time"]
    for event in others:
        with pytest.raises(InvalidInputError, match="no 'Object Created' event"):
            read_arrival(json.dumps(event))


def test_a_bucket_without_versions_is_told_so(real_events: list[dict[str, Any]]) -> None:
    event = _created("inbox/a.txt", version_id=None)
    for value in (None, "null", ""):
        event["detail"]["object"]["version-id"] = value
        with pytest.raises(InvalidInputError, match="must have versioning enabled"):
            read_arrival(json.dumps(event))


def test_keys_are_never_decoded(shared_data: Path) -> None:
    keys = json.loads((shared_data / "aws-s3" / "localstack" / "special-keys.json").read_text("utf-8"))
    for key in [*keys, "talk+slides 50%25.mp4", "ü 日本.txt"]:
        arrival = read_arrival(json.dumps(_created(f"inbox/{key}")))
        assert arrival.source == Source("b", f"inbox/{key}", "v1")
        assert (arrival.asset is None) == key.endswith("/"), key


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", '{"detail-type": "Object Created"}', "not json"])
def test_what_is_no_event_is_refused(body: str) -> None:
    with pytest.raises(InvalidInputError):
        read_arrival(body)


class Executions:
    """Step Functions as far as starting goes: a name can be used once."""

    def __init__(self) -> None:
        self.inputs: dict[str, dict[str, Any]] = {}
        self.failing: set[str] = set()

    def start(self, _arn: str, asset: AssetRef, reuse: Reuse | None, **_: Any) -> bool:
        name = execution_name(asset.asset_id, asset.attempt)
        if asset.source.key in self.failing:
            raise ThrottledError("states:StartExecution: ThrottlingException: Rate exceeded")
        if name in self.inputs:
            return False
        self.inputs[name] = {"asset": asset} if reuse is None else {"asset": asset, "reuse": reuse}
        return True


@dataclass(frozen=True)
class Queues:
    """What the handler sends to: its own queue, and the one for what nobody can handle."""

    sqs: Any
    own: str
    dead: str

    def parked(self) -> list[tuple[str, str | None]]:
        """Body and reason of every message that nobody can handle."""
        asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        found = self.sqs.receive_message(QueueUrl=self.dead, **asked).get("Messages", [])
        return sorted(
            (each["Body"], each.get("MessageAttributes", {}).get("reason", {}).get("StringValue"))
            for each in found
        )

    def waiting(self) -> int:
        """How many messages of its own will come later."""
        name = "ApproximateNumberOfMessagesDelayed"
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.own, AttributeNames=[name])["Attributes"]
        return int(attributes[name])


@pytest.fixture
def queues(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Queues:
    sqs = storage.client("sqs")
    own, dead = (sqs.create_queue(QueueName=f"dispatch-{uuid.uuid4().hex}")["QueueUrl"] for _ in range(2))
    monkeypatch.setenv("QUEUE_URL", own)
    monkeypatch.setenv("DEAD_LETTERS_URL", dead)
    monkeypatch.setenv("MAX_ASSETS_AT_ONCE", "100000")
    monkeypatch.setenv("MAX_USD_PER_DAY", "0")
    return Queues(sqs, own, dead)


@pytest.fixture
def started(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> Executions:
    executions_of_test = Executions()
    monkeypatch.setenv("STATE_MACHINE_ARN", "arn:aws:states:us-east-1:000000000000:stateMachine:m")
    monkeypatch.setenv("POSTS_MACHINE_ARN", "arn:aws:states:us-east-1:000000000000:stateMachine:posts")
    monkeypatch.setenv("OF_FOLDER", "{}")
    monkeypatch.setattr(dispatch_handler, "start_execution", executions_of_test.start)
    return executions_of_test


@pytest.fixture
def dispatch(storage: Storage, started: Executions) -> Callable[..., list[str]]:
    """Runs the handler over a batch; gives the message ids that go back to the queue."""

    def run(*bodies: Any) -> list[str]:
        texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
        records = [{"messageId": f"m{number}", "body": text} for number, text in enumerate(texts)]
        answer = dispatch_handler.handler({"Records": records}, CONTEXT)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    return run


def test_an_asset_asked_for_again_starts_its_next_attempt(
    storage: Storage, started: Executions, dispatch: Callable[..., list[str]], folder: str
) -> None:
    asset = storage.drop(f"{folder}/talk.mp4")
    assert dispatch(_created(asset.source.key, asset.source.version_id, storage.inbox)) == []
    storage.records.close(asset, RecordClosing(AssetStatus.FAILED, "it broke", None, "arn:1"), now=AT)
    again = replace(asset, attempt=2)
    reuse = Reuse(StartAt.FUSION, 1)
    message = rerun_message(Rerun(again, reuse), now=AT)
    assert dispatch(message, message) == [], "a message comes twice, its attempt once"
    assert started.inputs[execution_name(asset.asset_id, 2)] == {"asset": again, "reuse": reuse}
    assert storage.record(asset.asset_id)["attempt"] == "2"
    assert dispatch(_created(asset.source.key, asset.source.version_id, storage.inbox)) == []
    assert len([name for name in started.inputs if name.startswith(asset.asset_id)]) == 2


@pytest.mark.parametrize(
    ("attempt", "of_attempt", "told"), [(1, 1, "second attempt"), (2, 2, "earlier attempt alone")]
)
def test_a_rerun_that_makes_no_sense_is_parked(
    queues: Queues,
    dispatch: Callable[..., list[str]],
    storage: Storage,
    folder: str,
    attempt: int,
    of_attempt: int,
    told: str,
) -> None:
    asset = replace(storage.drop(f"{folder}/talk.mp4"), attempt=attempt)
    assert dispatch(rerun_message(Rerun(asset, Reuse(StartAt.FUSION, of_attempt)), now=AT)) == []
    ((_, reason),) = queues.parked()
    assert reason is not None
    assert told in reason


def test_each_asset_gets_a_record_and_one_execution(
    storage: Storage, started: Executions, dispatch: Callable[..., list[str]], folder: str
) -> None:
    event = _created(f"{folder}/a.txt")
    assert dispatch(event, event) == []
    assert dispatch({**event, "id": "told again"}) == []
    assert len(started.inputs) == 1
    asset = next(iter(started.inputs.values()))["asset"]
    record = storage.record(asset.asset_id)
    assert record["status"] == "PROCESSING"
    assert record["received_at"] == "2026-11-20T10:11:12Z"


def test_two_versions_are_two_assets_in_any_order(
    started: Executions, dispatch: Callable[..., list[str]], folder: str
) -> None:
    first, second = (_created(f"{folder}/a.txt", version) for version in ("v1", "v2"))
    assert dispatch(second, first, second) == []
    assert sorted(entry["asset"].source.version_id for entry in started.inputs.values()) == ["v1", "v2"]


def test_what_starts_nothing_is_done_with(
    started: Executions, dispatch: Callable[..., list[str]], folder: str
) -> None:
    quiet = ["/", "/.DS_Store", "/Thumbs.db", "/x.bundle/a.jpg", "/x.bundle/deep/manifest.json"]
    assert dispatch(*(_created(folder + name) for name in quiet)) == []
    assert started.inputs == {}
    assert dispatch(_created(f"{folder}/x.bundle/manifest.json")) == []
    assert len(started.inputs) == 1


def test_a_bad_message_is_parked_at_once_and_alone(
    started: Executions, queues: Queues, dispatch: Callable[..., list[str]], folder: str
) -> None:
    good, unversioned = _created(f"{folder}/a.txt"), _created(f"{folder}/b.txt", version_id=None)
    assert dispatch("garbage", good, unversioned, {"detail-type": "Object Created", "detail": 7}) == []
    assert len(started.inputs) == 1
    parked = queues.parked()
    assert len(parked) == 3
    assert ("garbage", "the message is not JSON: ‹garbage›") in parked
    assert any("must have versioning enabled" in str(reason) for _, reason in parked)


def test_what_finds_no_place_is_sent_again_to_come_later(
    storage: Storage,
    started: Executions,
    queues: Queues,
    dispatch: Callable[..., list[str]],
    folder: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit = storage.counts.read("2026-11-20").processing + 1
    monkeypatch.setenv("MAX_ASSETS_AT_ONCE", str(limit))
    first, second = _created(f"{folder}/a.txt"), _created(f"{folder}/b.txt")
    assert dispatch(first, second) == []
    (begun,) = (given["asset"] for given in started.inputs.values())
    assert queues.waiting() == 1
    assert queues.parked() == []
    closing = RecordClosing(AssetStatus.FAILED, "it broke", "s3://r", "arn:1")
    assert storage.records.close(begun, closing, now="2026-11-20T10:00:00.000Z")
    assert dispatch(second) == []
    assert len(started.inputs) == 2
    for given in started.inputs.values():
        storage.records.close(given["asset"], closing, now="2026-11-20T10:00:00.000Z")


def test_a_place_is_given_back_where_the_start_fails(
    storage: Storage, started: Executions, dispatch: Callable[..., list[str]], folder: str
) -> None:
    before = storage.counts.read("2026-11-20").processing
    started.failing = {f"{folder}/a.txt"}
    assert dispatch(_created(f"{folder}/a.txt")) == []
    assert storage.counts.read("2026-11-20").processing == before


def test_a_throttled_start_is_sent_again_and_uses_up_no_try(
    started: Executions, queues: Queues, dispatch: Callable[..., list[str]], folder: str
) -> None:
    """Five tries of the queue are over in half an hour, and a throttle may last for hours."""
    event, other = _created(f"{folder}/a.txt"), _created(f"{folder}/b.txt")
    started.failing = {f"{folder}/a.txt"}
    assert dispatch(event, other) == []
    assert queues.waiting() == 1
    started.failing = set()
    assert dispatch(event) == []
    assert len(started.inputs) == 2


def test_the_execution_is_a_pure_function_of_the_asset(storage: Storage) -> None:
    """The real call: the same asset twice is one execution, and its input reads back."""
    trust = {"Version": "2012-10-17", "Statement": []}
    role = executions.client("iam").create_role(
        RoleName="dispatched", AssumeRolePolicyDocument=json.dumps(trust)
    )
    definition = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
    sfn = executions.client("stepfunctions")
    machine = sfn.create_state_machine(
        name="dispatched", definition=json.dumps(definition), roleArn=role["Role"]["Arn"]
    )
    arn = machine["stateMachineArn"]
    asset = AssetRef(f"a-{uuid.uuid4().hex[:20]}", 1, "general", Source("b", "inbox/ü 日本.txt", "v1"))
    assert executions.start_execution(arn, asset)
    assert not executions.start_execution(arn, asset)
    listed = sfn.list_executions(stateMachineArn=arn)["executions"]
    assert [execution["name"] for execution in listed] == [f"{asset.asset_id}-1"]
    described = sfn.describe_execution(executionArn=listed[0]["executionArn"])
    assert decode(AssetRef, json.loads(described["input"])["asset"]) == asset
