"""Human review: who is told, who asks, who decides, and what calls when a deadline is over."""

from __future__ import annotations

import json
from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant, granted_role
from stacks.constructs.inbox import Inbox
from stacks.constructs.step_lambda import StepLambda
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.machines import machine_arn
from stacks.storage_stack import Storage

__all__ = ["ReviewFunctions"]


class ReviewFunctions:
    """Topic, functions and the deadline's role; ``ask`` is the workflow's, ``decide`` the command's."""

    def __init__(
        self,
        stack: cdk.Stack,
        *,
        config: DeploymentConfig,
        storage: Storage,
        functions: FunctionFactory,
        inbox: Inbox,
        machine_names: Sequence[str],
    ) -> None:
        access = Access(storage)
        records = {"ASSETS_TABLE": storage.assets_table_name}
        group = scheduler.CfnScheduleGroup(stack, "Deadlines", name=config.deployment_name)
        deadline_settings = {"SCHEDULE_GROUP": group.ref}
        # By their names: the machines themselves come after the functions that they call.
        machine_arns = tuple(machine_arn(stack, name) for name in machine_names)
        deadlines = stack.format_arn(
            service="scheduler", resource="schedule", resource_name=f"{config.deployment_name}/*"
        )
        named = "A deadline is named after its asset; all of them lie in the deployment's own group"
        # The version before put deadlines into the account's default group, and one may be a month away.
        groups = [
            stack.format_arn(service="scheduler", resource="schedule-group", resource_name=name)
            for name in (config.deployment_name, "default")
        ]
        self.topic = self._topic(stack, config)
        self.decide: StepLambda = functions.make(
            "ReviewDecide",
            folder="review",
            verb="decide",
            description="Takes a reviewer's decision, or the deadline's, and lets the execution go on",
            timeout_seconds=60,
            memory_mb=512,
            environment={
                **records,
                **deadline_settings,
                "RESULTS_BUCKET": storage.results_bucket_name,
                "FOUR_EYES": json.dumps(config.generation_four_eyes),
            },
            grants=[
                access.change_records(),
                access.read_results("assets"),
                access.write_results("assets"),
                Grant(("scheduler:DeleteSchedule",), (deadlines,), because=named),
                Grant(("states:SendTaskSuccess",), machine_arns),
                inbox.send_to_dead_letters(),
            ],
        )
        # Scheduler hands a deadline over and looks no further: what the function fails at, Lambda tries twice
        # more and then leaves here. Whoever decides through the command waits for the answer and is told.
        lambda_.EventInvokeConfig(
            stack,
            "MissedDeadlines",
            function=self.decide.function,
            on_failure=destinations.SqsDestination(inbox.dead_letters),
        )
        caller = granted_role(
            stack,
            "ReviewDeadlines",
            service="scheduler.amazonaws.com",
            description=f"Lets a review's deadline call {config.deployment_name}-review-decide",
            grants=[Grant(("lambda:InvokeFunction",), (self.decide.function.function_arn,))],
            # https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
            only_for={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnEquals": {"aws:SourceArn": groups},
            },
        )
        self.ask: StepLambda = functions.make(
            "ReviewAsk",
            folder="review",
            verb="ask",
            description="Lets an asset wait for a reviewer, tells people, and sets the deadline",
            timeout_seconds=120,
            memory_mb=512,
            environment={
                **records,
                **deadline_settings,
                "RESULTS_BUCKET": storage.results_bucket_name,
                "DECIDE_FUNCTION_ARN": self.decide.function.function_arn,
                "SCHEDULER_ROLE_ARN": caller.role_arn,
                "REVIEW_TOPIC_ARN": self.topic.topic_arn,
            },
            grants=[
                access.change_records(),
                access.read_results("assets", "work"),
                access.write_results("assets"),
                access.list_results(),
                Grant(("scheduler:CreateSchedule", "scheduler:UpdateSchedule"), (deadlines,), because=named),
                Grant(
                    ("iam:PassRole",),
                    (caller.role_arn,),
                    conditions={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
                ),
                Grant(("sns:Publish",), (self.topic.topic_arn,)),
                Grant(("states:SendTaskFailure",), machine_arns),
            ],
        )

    def _topic(self, stack: cdk.Stack, config: DeploymentConfig) -> sns.Topic:
        """It costs nothing until somebody is told; a message names the asset, never its content."""
        topic = sns.Topic(
            stack,
            "ReviewTopic",
            topic_name=f"{config.deployment_name}-reviews",
            display_name="Braid reviews",
            enforce_ssl=True,
        )
        if config.review_email:
            mail = topic.add_subscription(subscriptions.EmailSubscription(config.review_email))
            cdk.Validations.of(mail).acknowledge(
                cdk.Acknowledgment(
                    id="Serverless::Serverless-SNSRedrivePolicy",
                    reason="What awaits review is listed by `braid review list`, whether a mail came or not",
                )
            )
        return topic
