"""What an invocation used comes back with its answer, that of earlier steps and tries with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from braid.aws.metering import RequestMeter, requests
from braid.domain.errors import PendingError
from braid.domain.money.metered import MeteredBefore
from braid.runtime.handler import handles
from braid.runtime.metering import used_so_far
from tests.doubles.lambda_context import CONTEXT


@dataclass(frozen=True)
class Settings:
    """None."""


@dataclass(frozen=True)
class Request:
    name: str = ""
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request, failed_try={"s3:GetObject": 2})
def step(request: Request, _settings: Settings) -> dict[str, Any]:
    if request.name == "pending":
        raise PendingError("not yet")
    requests._count("s3:PutObject", 3)
    return {"summary": "done"}


def used(event: dict[str, Any]) -> dict[str, float]:
    answer: dict[str, float] = step(event, CONTEXT)["metered"]
    return answer


def test_a_step_tells_what_it_used() -> None:
    told = used({"metered": {"tries": 0, "used": {}}})

    assert told.pop("lambda:gb_second") > 0
    assert told == {"lambda:request": 1, "s3:PutObject": 3}


def test_what_was_used_before_is_added() -> None:
    told = used({"metered": {"tries": 0, "used": {"s3:PutObject": 1, "dynamodb:read_unit": 0.5}}})

    assert told["s3:PutObject"] == 4
    assert told["dynamodb:read_unit"] == 0.5


def test_tries_before_this_one_are_requests_transitions_and_what_they_ask() -> None:
    told = used({"metered": {"tries": 7, "used": {}}})

    assert (told["lambda:request"], told["states:transition"], told["s3:GetObject"]) == (8, 7, 14)
    assert told["lambda:gb_second"] >= 7 * 0.1 * 0.5


def test_a_try_that_ended_with_an_error_leaves_nothing_to_the_next() -> None:
    with pytest.raises(PendingError):
        step({"name": "pending", "metered": {"tries": 0, "used": {}}}, CONTEXT)

    assert used({"metered": {"tries": 1, "used": {}}})["s3:PutObject"] == 3


def test_only_the_first_invocation_pays_for_the_start() -> None:
    twice_the_memory = replace(CONTEXT, memory_limit_in_mb=1024 * 1024)
    first = step({"metered": {"tries": 0, "used": {}}}, twice_the_memory)["metered"]["lambda:gb_second"]
    second = step({"metered": {"tries": 0, "used": {}}}, twice_the_memory)["metered"]["lambda:gb_second"]

    assert second < first


def test_a_definition_that_does_not_ask_is_answered_as_before() -> None:
    assert step({}, CONTEXT) == {"summary": "done"}


def test_outside_of_an_invocation_nothing_is_used() -> None:
    assert used_so_far() == {}


class Wire:
    """Answers every request of a client without a network."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        response = AWSResponse(request.url, 200, {}, None)
        response._content = self.body
        return response


def watched(service: str, body: bytes) -> tuple[Any, RequestMeter]:
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    made = boto3.client(service, **keys)
    meter = RequestMeter()
    meter.watch(made)
    made.meta.events.register_last("before-send", Wire(body))
    return made, meter


def test_requests_to_s3_are_counted_by_operation_and_what_they_store() -> None:
    s3, meter = watched("s3", b"")

    s3.put_object(Bucket="b", Key="assets/a", Body=b"12345")
    s3.put_object(Bucket="b", Key="work/a", Body=b"12345678")
    s3.head_object(Bucket="b", Key="assets/a")
    s3.delete_object(Bucket="b", Key="assets/a")

    counted = meter.counted()
    assert counted.pop("s3:stored_byte") >= 5
    assert counted == {"s3:PutObject": 2, "s3:HeadObject": 1}


def test_dynamodb_says_what_it_consumed() -> None:
    dynamodb, meter = watched("dynamodb", b'{"ConsumedCapacity": {"CapacityUnits": 2.5}}')

    dynamodb.get_item(TableName="t", Key={"id": {"S": "a"}})
    dynamodb.update_item(TableName="t", Key={"id": {"S": "a"}})

    assert meter.counted() == {"dynamodb:read_unit": 2.5, "dynamodb:write_unit": 2.5}


def test_a_write_to_several_tables_or_items_counts_them_all() -> None:
    body = b'{"ConsumedCapacity": [{"CapacityUnits": 4}, {"CapacityUnits": 2}]}'
    dynamodb, meter = watched("dynamodb", body)

    dynamodb.transact_write_items(TransactItems=[{"Delete": {"TableName": "t", "Key": {"id": {"S": "a"}}}}])

    assert meter.counted() == {"dynamodb:write_unit": 6}
