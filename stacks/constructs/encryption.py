"""One key of the user's for everything that keeps data, and the right to use it for who reads or writes it.

The right follows from what a role may do anyway, so that no list of roles can fall behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

__all__ = ["EncryptWith"]

# What a service asks the key for in a caller's name, by the caller's action: reading and writing alike make
# SQS, DynamoDB and SNS open the key that they keep beside the data.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
_DECRYPT, _MAKE = "kms:Decrypt", "kms:GenerateDataKey"
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "s3:GetObject": (_DECRYPT,),
    "s3:GetObjectVersion": (_DECRYPT,),
    # Parts of one upload are opened again when they are put together.
    "s3:PutObject": (_MAKE, _DECRYPT),
    "dynamodb": (_DECRYPT,),
    "sqs:ReceiveMessage": (_DECRYPT,),
    "sqs:SendMessage": (_MAKE, _DECRYPT),
    "sns:Publish": (_MAKE, _DECRYPT),
}


@jsii.implements(cdk.IAspect)
class EncryptWith:
    """Encrypts what stores of the app keep with ``key_arn``, and lets roles that use them use the key."""

    def __init__(self, key_arn: str) -> None:
        self._key_arn = key_arn

    def visit(self, node: IConstruct) -> None:
        """Changes the one resource, if it keeps data or reads it."""
        match node:
            case s3.CfnBucket():
                node.bucket_encryption = _of_bucket(self._key_arn)
            case dynamodb.CfnTable():
                node.sse_specification = dynamodb.CfnTable.SSESpecificationProperty(
                    sse_enabled=True, sse_type="KMS", kms_master_key_id=self._key_arn
                )
            case sqs.CfnQueue():
                node.sqs_managed_sse_enabled = None
                node.kms_master_key_id = self._key_arn
            case sns.CfnTopic():
                node.kms_master_key_id = self._key_arn
            case logs.CfnLogGroup():
                node.kms_key_id = self._key_arn
            case iam.CfnRole():
                self._allow(node)

    def _allow(self, role: iam.CfnRole) -> None:
        stack = cdk.Stack.of(role)
        needed = dict(_uses(stack.resolve(role.policies) or []))
        if not needed:
            return
        statements = [
            iam.PolicyStatement(
                actions=[action for action in (_DECRYPT, _MAKE) if action in actions],
                resources=[self._key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"{service}.{stack.region}.amazonaws.com"}},
            )
            for service, actions in needed.items()
        ]
        key = iam.CfnRole.PolicyProperty(
            policy_name="data-key", policy_document=iam.PolicyDocument(statements=statements)
        )
        assert isinstance(role.policies, list)
        role.policies = [*role.policies, key]


def _of_bucket(key_arn: str) -> s3.CfnBucket.BucketEncryptionProperty:
    by_default = s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
        sse_algorithm="aws:kms", kms_master_key_id=key_arn
    )
    # Else every object is a request to KMS.
    rule = s3.CfnBucket.ServerSideEncryptionRuleProperty(
        bucket_key_enabled=True, server_side_encryption_by_default=by_default
    )
    return s3.CfnBucket.BucketEncryptionProperty(server_side_encryption_configuration=[rule])


def _uses(policies: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, set[str]]]:
    """By service that keeps data, what it needs of the key in this role's name."""
    found: dict[str, set[str]] = {}
    for policy in policies:
        for statement in policy["policyDocument"]["Statement"]:
            given = statement["Action"]
            for action in [given] if isinstance(given, str) else given:
                service = action.partition(":")[0]
                needed = _NEEDED.get(action) or _NEEDED.get(service)
                if needed:
                    found.setdefault(service, set()).update(needed)
    yield from sorted(found.items())
