"""The alarms of one stack, made from the table of failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.config import DeploymentConfig
from stacks.machines import machine_arn
from stacks.operations.alarms import Failure, Measure

__all__ = ["FailureAlarms", "alarm_name", "alarm_topic_name"]

_AT_LEAST = "GreaterThanOrEqualToThreshold"


def alarm_topic_name(config: DeploymentConfig) -> str:
    """The topic that alarms tell; its stack and theirs know each other by this name alone."""
    return f"{config.deployment_name}-alarms"


def alarm_name(config: DeploymentConfig, failure: Failure) -> str:
    """The failure's alarm, among those of all deployments of the account."""
    return f"{config.deployment_name}-{failure.name}"


class FailureAlarms(Construct):
    """An alarm for each row. It stands beside what it watches, so that no stack holds another fast.

    ``queues`` are names by their role in the table. An alarm tells the deployment's topic when it begins to
    ring and when all is well again.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: DeploymentConfig,
        failures: Sequence[Failure],
        queues: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._queues = queues or {}
        stack = cdk.Stack.of(self)
        topic_arn = stack.format_arn(service="sns", resource=alarm_topic_name(config))
        for failure in failures:
            cloudwatch.CfnAlarm(
                self,
                "".join(word.title() for word in failure.name.split("-")),
                alarm_name=alarm_name(config, failure),
                alarm_description=f"{failure.says[0].upper()}{failure.says[1:]}. See {failure.runbook}",
                alarm_actions=[topic_arn],
                ok_actions=[topic_arn],
                comparison_operator=_AT_LEAST,
                threshold=failure.threshold,
                evaluation_periods=failure.evaluated,
                datapoints_to_alarm=failure.needed,
                treat_missing_data="notBreaching",
                metrics=self._queries(failure),
            )

    def _queries(self, failure: Failure) -> list[cloudwatch.CfnAlarm.MetricDataQueryProperty]:
        queries = [
            cloudwatch.CfnAlarm.MetricDataQueryProperty(
                id=name,
                metric_stat=cloudwatch.CfnAlarm.MetricStatProperty(
                    metric=cloudwatch.CfnAlarm.MetricProperty(
                        namespace=measure.namespace,
                        metric_name=measure.metric,
                        dimensions=[
                            cloudwatch.CfnAlarm.DimensionProperty(
                                name=measure.dimension, value=self._whose(measure)
                            )
                        ],
                    ),
                    period=failure.period_seconds,
                    stat=measure.statistic,
                ),
                return_data=not failure.expression,
            )
            for name, measure in failure.measures.items()
        ]
        if failure.expression:
            queries.append(
                cloudwatch.CfnAlarm.MetricDataQueryProperty(
                    id="watched", expression=failure.expression, label=failure.name
                )
            )
        return queries

    def _whose(self, measure: Measure) -> str:
        kind, _, name = measure.of.partition(":")
        if kind == "queue":
            return self._queues[name]
        if kind == "machine":
            return machine_arn(cdk.Stack.of(self), f"{self._config.deployment_name}-{name}")
        if kind == "function":
            return f"{self._config.deployment_name}-{name}"
        return self._config.deployment_name
