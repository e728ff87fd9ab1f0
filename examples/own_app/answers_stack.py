"""A function of yours that hears "Asset Processed": rule, queue with dead letters, function."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

__all__ = ["AnswersStack"]

_FUNCTIONS = str(Path(__file__).with_name("functions"))
_TRIES = 5


class AnswersStack(cdk.Stack):
    """What an event announces is kept for four days, tried five times, and then lies in the dead letters."""

    def __init__(
        self, scope: Construct, construct_id: str, *, results_bucket_name: str, env: cdk.Environment
    ) -> None:
        super().__init__(scope, construct_id, env=env)
        dead = sqs.Queue(self, "DeadLetters", enforce_ssl=True, retention_period=cdk.Duration.days(14))
        queue = sqs.Queue(
            self,
            "Answers",
            enforce_ssl=True,
            visibility_timeout=cdk.Duration.minutes(3),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=_TRIES),
        )
        events.Rule(
            self,
            "AssetProcessed",
            event_pattern=events.EventPattern(source=["braid"], detail_type=["Asset Processed"]),
            targets=[targets.SqsQueue(queue)],
        )
        function = lambda_.Function(
            self,
            "OnAnswer",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="on_answer.handler",
            code=lambda_.Code.from_asset(_FUNCTIONS),
            timeout=cdk.Duration.seconds(30),
            memory_size=256,
            tracing=lambda_.Tracing.ACTIVE,
        )
        function.add_event_source(sources.SqsEventSource(queue, report_batch_item_failures=True))
        documents = f"arn:{cdk.Aws.PARTITION}:s3:::{results_bucket_name}/assets/*"
        function.add_to_role_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=[documents]))
