"""DynamoDB, as the record of an asset relies on it."""

from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError

from tests.local.embedded_aws.harness import Embedded

pytestmark = pytest.mark.patch  # of no module: this is MiniStack's own behaviour


@pytest.fixture(scope="module")
def table(embedded: Embedded) -> str:
    name = f"assets-{uuid.uuid4().hex[:8]}"
    embedded.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "asset_id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "asset_id", "AttributeType": "S"},
            {"AttributeName": "status_day", "AttributeType": "S"},
            {"AttributeName": "updated_at", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-status",
                "KeySchema": [
                    {"AttributeName": "status_day", "KeyType": "HASH"},
                    {"AttributeName": "updated_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def test_only_the_first_put_wins(embedded: Embedded, table: str) -> None:
    client = embedded.client("dynamodb")
    put = {"TableName": table, "ConditionExpression": "attribute_not_exists(asset_id)"}
    client.put_item(**put, Item={"asset_id": {"S": "a"}, "n": {"N": "1"}})
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as refused:
        client.put_item(
            **put,
            Item={"asset_id": {"S": "a"}, "n": {"N": "2"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert refused.value.response["Item"]["n"] == {"N": "1"}


def test_a_status_moves_only_from_where_it_may(embedded: Embedded, table: str) -> None:
    client = embedded.client("dynamodb")
    client.put_item(
        TableName=table, Item={"asset_id": {"S": "b"}, "status": {"S": "RECEIVED"}, "attempt": {"N": "1"}}
    )
    update = {
        "TableName": table,
        "Key": {"asset_id": {"S": "b"}},
        "UpdateExpression": "SET #s = :new, updated_at = :at REMOVE reason ADD moves :one",
        "ConditionExpression": "#s IN (:received, :processing) AND attempt = :attempt",
        "ExpressionAttributeNames": {"#s": "status"},
        "ReturnValues": "ALL_NEW",
    }
    values = {
        ":new": {"S": "SUCCEEDED"}, ":at": {"S": "2026"}, ":one": {"N": "1"}, ":attempt": {"N": "1"},
        ":received": {"S": "RECEIVED"}, ":processing": {"S": "PROCESSING"},
    }  # fmt: skip
    moved = client.update_item(**update, ExpressionAttributeValues=values)["Attributes"]
    assert (moved["status"], moved["moves"]) == ({"S": "SUCCEEDED"}, {"N": "1"})
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        client.update_item(**update, ExpressionAttributeValues=values)


def test_the_index_is_queried_newest_first(embedded: Embedded, table: str) -> None:
    client = embedded.client("dynamodb")
    for n in range(3):
        item = {"asset_id": {"S": f"c{n}"}, "status_day": {"S": "FAILED#1"}, "updated_at": {"S": f"t{n}"}}
        client.put_item(TableName=table, Item=item)
    found = client.query(
        TableName=table,
        IndexName="by-status",
        KeyConditionExpression="status_day = :d",
        ExpressionAttributeValues={":d": {"S": "FAILED#1"}},
        ScanIndexForward=False,
        Limit=2,
        ProjectionExpression="asset_id",
    )
    assert [item["asset_id"]["S"] for item in found["Items"]] == ["c2", "c1"]
    assert found["LastEvaluatedKey"]


def test_a_consistent_read_sees_the_write(embedded: Embedded, table: str) -> None:
    client = embedded.client("dynamodb")
    client.put_item(
        TableName=table, Item={"asset_id": {"S": "d"}, "m": {"M": {"x": {"L": [{"NULL": True}]}}}}
    )
    item = client.get_item(TableName=table, Key={"asset_id": {"S": "d"}}, ConsistentRead=True)["Item"]
    assert item["m"] == {"M": {"x": {"L": [{"NULL": True}]}}}
