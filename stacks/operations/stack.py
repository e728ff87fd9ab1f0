"""What tells people that something failed: the topic of all alarms, and a dashboard where one is wanted.

The alarms themselves stand in the stacks of what they watch and know the topic by its name, so that this
stack can come and go by itself.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.config import DeploymentConfig
from stacks.constructs.failure_alarms import alarm_name, alarm_topic_name
from stacks.operations.alarms import FAILURES
from stacks.operations.dashboard import dashboard_body

__all__ = ["OperationsStack"]


class OperationsStack(cdk.Stack):
    """It holds no data."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: DeploymentConfig,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Braid, operations: tells people what failed. Holds no data.",
        )
        self._config = config
        topic = self._topic()
        if config.operations_dashboard:
            self._dashboard()
        cdk.CfnOutput(
            self, "AlarmTopicArn", value=topic.topic_arn, description="Tells its subscribers what fails"
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
            topic.add_subscription(subscriptions.EmailSubscription(self._config.operations_email))
        return topic

    def _dashboard(self) -> None:
        config = self._config
        optional = {
            "search": config.search,
            "tuning": config.tuning,
            "generation": config.generation,
            "data-catalog": config.data_catalog,
        }
        failures = [
            (failure, self._alarm_arn(alarm_name(config, failure)))
            for failure in FAILURES
            if optional.get(failure.stack, True)
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
