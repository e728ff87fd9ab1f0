"""S3 Vectors through the port: deployed by CloudFormation, asked by boto3, decided by IAM."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.embedded_aws.harness import Embedded
from tests.local.embedded_aws.test_iam_enforcement import call, statement

pytestmark = pytest.mark.patch("ministack/vector_stores.py", "permissions/iam.py", "gateway.py")

TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Vectors": {"Type": "AWS::S3Vectors::VectorBucket", "Properties": {}},
        "Words": {
            "Type": "AWS::S3Vectors::Index",
            "Properties": {
                "VectorBucketArn": {"Fn::GetAtt": ["Vectors", "VectorBucketArn"]},
                "IndexName": "text.titan.2",
                "DataType": "float32",
                "Dimension": 2,
                "DistanceMetric": "cosine",
                "MetadataConfiguration": {
                    "NonFilterableMetadataKeys": ["shown"],
                    "TextSearchConfigurations": [{"MetadataKey": "terms"}],
                },
            },
        },
    },
    "Outputs": {"BucketArn": {"Value": {"Ref": "Vectors"}}, "IndexArn": {"Value": {"Ref": "Words"}}},
}


@pytest.fixture
def index_arn(embedded: Embedded) -> Iterator[str]:
    name, cloudformation = f"vectors-{time.time_ns()}", embedded.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(TEMPLATE))
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
    assert outputs["IndexArn"] == f"{outputs['BucketArn']}/index/text.titan.2"
    yield outputs["IndexArn"]
    cloudformation.delete_stack(StackName=name)
    with pytest.raises(ClientError, match="NotFoundException"):
        embedded.client("s3vectors").get_index(indexArn=outputs["IndexArn"])


def test_a_deployed_index_is_the_one_of_the_template(embedded: Embedded, index_arn: str) -> None:
    index = embedded.client("s3vectors").get_index(indexArn=index_arn)["index"]

    assert (index["indexName"], index["dimension"], index["distanceMetric"]) == ("text.titan.2", 2, "cosine")
    assert index["metadataConfiguration"]["nonFilterableMetadataKeys"] == ["shown"]


def test_what_a_role_may_ask_of_an_index(embedded: Embedded, index_arn: str) -> None:
    vectors = [{"key": "a", "data": {"float32": [1.0, 0.0]}, "metadata": {"terms": "red"}}]
    putting = statement("s3vectors:PutVectors", index_arn)
    querying = statement("s3vectors:QueryVectors", index_arn)
    getting = statement("s3vectors:GetVectors", index_arn)
    asked: dict[str, Any] = {"indexArn": index_arn, "topK": 1, "queryVector": {"float32": [1.0, 0.0]}}

    def asks(operation: str, *grants: dict[str, Any], **arguments: Any) -> str | int:
        return call(embedded, "s3vectors", operation, *grants, **arguments)

    assert asks("put_vectors", putting, indexArn=index_arn, vectors=vectors) == 200
    elsewhere = statement("s3vectors:PutVectors", f"{index_arn}-2")
    assert asks("put_vectors", elsewhere, indexArn=index_arn, vectors=vectors) == "AccessDeniedException"
    assert asks("query_vectors", querying, **asked) == 200
    assert asks("query_vectors", querying, **asked, returnMetadata=True) == "AccessDeniedException"
    assert asks("query_vectors", querying, getting, **asked, filter={"terms": "red"}) == 200


def test_an_index_that_can_not_change_in_place_says_so(embedded: Embedded) -> None:
    name, cloudformation = f"vectors-{time.time_ns()}", embedded.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(TEMPLATE))
    changed = json.loads(json.dumps(TEMPLATE))
    changed["Resources"]["Words"]["Properties"]["Dimension"] = 3
    cloudformation.update_stack(StackName=name, TemplateBody=json.dumps(changed))
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]

    assert any("give it another name" in event.get("ResourceStatusReason", "") for event in events)
    cloudformation.delete_stack(StackName=name)
