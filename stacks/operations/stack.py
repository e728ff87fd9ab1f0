"""What tells people that something failed: the topic of all alarms, and a dashboard where one is wanted.

The alarms themselves stand in the stacks of what they watch and know the topic by its name, so that this
stack can come and go by itself. Once a day a function looks for what no event tells.
"""

from __future__ import annotations

import json
from datetime import date

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.config import DeploymentConfig
from stacks.constructs.failure_alarms import FailureAlarms, alarm_name, alarm_topic_name
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.models import models_in_use
from stacks.operations.alarms import FAILURES, failures_of
from stacks.operations.dashboard import dashboard_body
from stacks.storage_stack import Storage

__all__ = ["OperationsStack"]


class OperationsStack(cdk.Stack):
    """It holds no data."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: DeploymentConfig,
        storage: Storage,
        env: cdk.Environment,
        today: date,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Braid, operations: tells people what fails. Holds no data.",
        )
        self._config = config
        topic = self._topic()
        self._watch(storage, today)
        FailureAlarms(self, "OwnAlarms", config=config, failures=failures_of("operations"))
        if config.operations_dashboard:
            self._dashboard()
        cdk.CfnOutput(
            self, "AlarmTopicArn", value=topic.topic_arn, description="Tells its subscribers what fails"
        )

    def _watch(self, storage: Storage, today: date) -> None:
        access = Access(storage)
        watching = FunctionFactory(self, config=self._config).make(
            "Watching",
            folder="watching",
            verb="watch",
            description="Looks once a day for models that end soon and quality that moves away",
            timeout_seconds=300,
            memory_mb=512,
            environment={
                "RESULTS_BUCKET": storage.results_bucket_name,
                "ASSETS_TABLE": storage.assets_table_name,
                "MODEL_IDS": json.dumps(sorted(models_in_use(self._config, today))),
            },
            grants=[
                access.query_records(),
                access.read_results("assets", "quality"),
                access.write_results("quality"),
                access.list_results(),
            ],
        )
        daily = events.Rule(
            self,
            "Daily",
            description="Starts the look for what no event tells",
            schedule=events.Schedule.cron(hour="5", minute="0"),
            targets=[targets.LambdaFunction(watching.function)],
        )
        cdk.Validations.of(daily).acknowledge(
            cdk.Acknowledgment(
                id="Serverless::Serverless-EventBusDLQ",
                reason="The next day's look sees all that this one missed; an alarm tells when it fails",
            )
        )

    def _topic(self) -> sns.Topic:
        topic = sns.Topic(
            self,
            "Alarms",
            topic_name=alarm_topic_name(self._config),
            display_name="Braid alarms",
            enforce_ssl=True,
        )
        # A policy of its own takes the place of the default one, which lets the account's services publish.
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsMayTell",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        if self._config.operations_email:
            mail = topic.add_subscription(subscriptions.EmailSubscription(self._config.operations_email))
            cdk.Validations.of(mail).acknowledge(
                cdk.Acknowledgment(
                    id="Serverless::Serverless-SNSRedrivePolicy",
                    reason="A mail that can't be delivered leaves the alarm as it is, for whoever looks",
                )
            )
        return topic

    def _dashboard(self) -> None:
        config = self._config
        stands = {
            "pipeline": True,
            "operations": True,
            "search": config.search,
            "tuning": config.tuning,
            "generation": config.generation,
            "data-catalog": config.data_catalog,
            "erasing": config.delete_with_source,
        }
        failures = [
            (failure, self._alarm_arn(alarm_name(config, failure)))
            for failure in FAILURES
            if stands[failure.stack]
        ]
        body = dashboard_body(failures, title=config.deployment_name, region=self.region)
        cloudwatch.CfnDashboard(
            self,
            "Dashboard",
            dashboard_name=config.deployment_name,
            dashboard_body=self.to_json_string(body),
        )

    def _alarm_arn(self, name: str) -> str:
        return self.format_arn(
            service="cloudwatch",
            resource="alarm",
            resource_name=name,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
