"""Refresh: one function, which EventBridge Scheduler calls once a day."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_scheduler as scheduler

from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant, granted_role
from stacks.constructs.step_lambda import StepLambda
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.storage_stack import Storage

__all__ = ["RefreshFunction"]

_A_DAY = "rate(1 day)"
_FLEXIBLE_MINUTES = 60
_RETRIES = 3


class RefreshFunction:
    """What drifted, which templates fare best, and what is due: the function and its schedule."""

    def __init__(
        self, stack: cdk.Stack, *, config: DeploymentConfig, storage: Storage, functions: FunctionFactory
    ) -> None:
        access = Access(storage)
        self.refresh: StepLambda = functions.make(
            "GenerationRefresh",
            folder="refreshing",
            verb="refresh",
            description="Compares what is made with its baseline, and asks again for what is due",
            timeout_seconds=300,
            memory_mb=512,
            environment={
                "INPUT_BUCKET": storage.input_bucket_name,
                "ASSETS_TABLE": storage.assets_table_name,
                "RESULTS_BUCKET": storage.results_bucket_name,
                "DEPLOYMENT_NAME": config.deployment_name,
            },
            grants=[
                access.list_records(),
                access.read_results("assets", "generation"),
                access.write_results("generation"),
                access.list_results(),
                access.drop_requests("refresh"),
            ],
        )
        group_name = f"{config.deployment_name}-generation"
        group = scheduler.CfnScheduleGroup(stack, "Refreshes", name=group_name)
        function_arn = self.refresh.function.function_arn
        caller = granted_role(
            stack,
            "RefreshCaller",
            service="scheduler.amazonaws.com",
            description=f"Lets the daily schedule call {config.deployment_name}-generation-refresh",
            grants=[Grant(("lambda:InvokeFunction",), (function_arn,))],
            # https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
            only_for={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnEquals": {
                    "aws:SourceArn": stack.format_arn(
                        service="scheduler", resource="schedule-group", resource_name=group_name
                    )
                },
            },
        )
        scheduler.CfnSchedule(
            stack,
            "Refresh",
            group_name=group.ref,
            description="What drifted, and what is due to be made again",
            schedule_expression=_A_DAY,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(
                mode="FLEXIBLE", maximum_window_in_minutes=_FLEXIBLE_MINUTES
            ),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=function_arn,
                role_arn=caller.role_arn,
                input="{}",
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(maximum_retry_attempts=_RETRIES),
            ),
        )
