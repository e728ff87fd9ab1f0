"""What must survive is encrypted, private, versioned where versions are read, and doesn't pile up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import Synthesis, synthesize

BUCKETS = ("InputBucket", "ResultsBucket")


def bucket(synthesis: Synthesis, name: str) -> dict[str, Any]:
    """The whole resource of one bucket."""
    (found,) = [r for key, r in synthesis.of_type("AWS::S3::Bucket").items() if key.startswith(name)]
    return dict(found)


def table(synthesis: Synthesis, name: str) -> dict[str, Any]:
    """The whole resource of one table."""
    (found,) = [r for key, r in synthesis.of_type("AWS::DynamoDB::Table").items() if key.startswith(name)]
    return dict(found)


def rules(synthesis: Synthesis, name: str) -> dict[str, Any]:
    """The lifecycle rules of one bucket by id."""
    found = bucket(synthesis, name)["Properties"]["LifecycleConfiguration"]["Rules"]
    return {rule["Id"]: rule for rule in found if rule["Status"] == "Enabled"}


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_private_encrypted_and_kept(for_aws: Synthesis, name: str) -> None:
    resource = bucket(for_aws, name)
    properties = resource["Properties"]

    (encryption,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == (
        "RetainExceptOnCreate",
        "Retain",
    )


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_refuses_plain_http(for_aws: Synthesis, name: str) -> None:
    (policy,) = [
        properties
        for properties in for_aws.properties_of_type("AWS::S3::BucketPolicy")
        if properties["Bucket"]["Ref"].startswith(name)
    ]
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert statement["Effect"] == "Deny"
    assert statement["Action"] == "s3:*"
    assert statement["Principal"] == {"AWS": "*"}
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2


def test_the_input_bucket_keeps_versions_for_a_while_and_tells_eventbridge(for_aws: Synthesis) -> None:
    properties = bucket(for_aws, "InputBucket")["Properties"]

    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }
    old = rules(for_aws, "InputBucket")["old-versions"]
    assert old["NoncurrentVersionExpiration"] == {"NoncurrentDays": for_aws.config.noncurrent_version_days}
    assert "ExpirationInDays" not in old, "current versions belong to whoever dropped them"


def test_work_expires_and_results_stay(for_aws: Synthesis) -> None:
    expiring = {
        rule["Prefix"]: rule["ExpirationInDays"]
        for rule in rules(for_aws, "ResultsBucket").values()
        if "ExpirationInDays" in rule
    }

    assert expiring == {"work/": for_aws.config.work_retention_days}


@pytest.mark.parametrize("name", BUCKETS)
def test_unfinished_uploads_go(for_aws: Synthesis, name: str) -> None:
    rule = rules(for_aws, name)["unfinished-uploads"]

    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert "Prefix" not in rule


def test_the_table(for_aws: Synthesis) -> None:
    resource = table(for_aws, "AssetsTable")
    properties = resource["Properties"]

    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["KeySchema"] == [{"AttributeName": "asset_id", "KeyType": "HASH"}]
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in properties["GlobalSecondaryIndexes"]
    }
    assert indexes == {"by-status": ["status_day", "updated_at"], "by-kind": ["kind", "updated_at"]}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] is True
    assert "TimeToLiveSpecification" not in properties
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"


def test_data_can_be_let_go_and_access_logged_by_knobs(tmp_path: Path) -> None:
    synthesis = synthesize(
        tmp_path,
        {"retain_data": "false", "point_in_time_recovery": "false", "access_log_bucket_name": "our-logs"},
    )
    assets = table(synthesis, "AssetsTable")

    assert assets["DeletionPolicy"] == "Delete"
    assert assets["Properties"]["DeletionProtectionEnabled"] is False
    assert assets["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}
    for name in BUCKETS:
        resource = bucket(synthesis, name)
        assert resource["DeletionPolicy"] == "Delete"
        assert resource["Properties"]["LoggingConfiguration"] == {
            "DestinationBucketName": "our-logs",
            "LogFilePrefix": f"braid-dev-storage/{name}/",
        }


def test_a_bucket_of_the_users_own_is_used_and_left_as_it_is(tmp_path: Path) -> None:
    synthesis = synthesize(tmp_path, {"input_bucket_name": "our-own-files"})

    buckets = synthesis.of_type("AWS::S3::Bucket")
    assert [name for name in buckets if name.startswith("InputBucket")] == []
    (rule,) = [
        each
        for each in synthesis.of_type("AWS::Events::Rule").values()
        if each["Properties"]["EventPattern"].get("source") == ["aws.s3"]
    ]
    assert rule["Properties"]["EventPattern"]["detail"]["bucket"] == {"name": ["our-own-files"]}
    assert "arn:" in str(synthesis.pipeline)
    assert ":s3:::our-own-files/inbox/*" in str(synthesis.pipeline)
    assert synthesis.pipeline["Outputs"]["InputBucketName"]["Value"] == "our-own-files"
