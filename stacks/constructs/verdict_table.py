"""The table of verdicts on posts that were judged before: a cache, which goes with its stack."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.constructs.grants import Grant

__all__ = ["VerdictTable"]


class VerdictTable(Construct):
    """Paid by the request. Items expire by themselves, and hold no word of a post."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="verdict_key", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        cdk.Validations.of(self._table).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions-DDB3", reason="A cache: what is lost is asked again, for cents a thousand"
            )
        )

    @property
    def name(self) -> str:
        """The table's name."""
        return self._table.table_name

    def read(self) -> Grant:
        """Verdicts by their keys."""
        return Grant(("dynamodb:BatchGetItem",), (self._table.table_arn,))

    def read_and_write(self) -> Grant:
        """Verdicts by their keys, and new ones."""
        return Grant(("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"), (self._table.table_arn,))
