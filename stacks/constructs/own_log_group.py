"""A log group that is deleted with its stack and keeps what it holds for as long as the knob says."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct

__all__ = ["OwnLogGroup"]


class OwnLogGroup(Construct):
    """One writer's log group; ``log_group`` is the L2."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str, retention_days: int) -> None:
        super().__init__(scope, construct_id)
        self.log_group = logs.LogGroup(
            self, "LogGroup", log_group_name=name, removal_policy=cdk.RemovalPolicy.DESTROY
        )
        # The L2 takes names of months and years only; the knob is in days, as CloudFormation has it.
        resource = self.log_group.node.default_child
        assert isinstance(resource, logs.CfnLogGroup)
        resource.retention_in_days = retention_days
