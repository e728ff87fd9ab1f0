"""The state machine, its log and its role, and the rule that hears of executions that died outside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.constructs.grants import Grant, granted_role
from stacks.constructs.own_log_group import OwnLogGroup

__all__ = ["Workflow"]

_LOG_DELIVERY = Grant(
    actions=(
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    ),
    resources=("*",),
    because="Log delivery is set up through actions that have no resources to name in a grant",
)
_TRACING = Grant(
    actions=(
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
    ),
    resources=("*",),
    because="X-Ray has no resources to name in a grant",
)


class Workflow(Construct):
    """A Standard state machine from an ASL file; ``machine`` is the L2.

    ``functions`` fills the file's placeholders, ``${IntakeFunctionArn}`` and so on, ``elsewhere`` those of
    functions of another stack by ARN, and both are all that it may invoke;
    ``grants`` names what else its states call.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        definition: Path,
        functions: Mapping[str, lambda_.Function],
        elsewhere: Mapping[str, str] | None = None,
        grants: tuple[Grant, ...],
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        # Under /aws/vendedlogs the log needs no resource policy of its own, of which an account has ten.
        log_group = OwnLogGroup(
            self, "Logs", name=f"/aws/vendedlogs/states/{name}", retention_days=log_retention_days
        ).log_group
        arns = {placeholder: function.function_arn for placeholder, function in functions.items()}
        arns |= elsewhere or {}
        invoking = Grant(actions=("lambda:InvokeFunction",), resources=tuple(dict.fromkeys(arns.values())))
        self.machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_name=name,
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(definition.read_text("utf-8")),
            definition_substitutions=arns,
            role=granted_role(
                self,
                "Role",
                service="states.amazonaws.com",
                description=f"What the state machine {name} may do",
                grants=[invoking, *grants, _LOG_DELIVERY, _TRACING],
                only_for=self._only_for_this_machine(name),
            ),
            # Names and order of states, not their input: what was dropped stays out of the log.
            logs=sfn.LogOptions(destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
        )

    def _only_for_this_machine(self, name: str) -> dict[str, dict[str, str]]:
        """By its name: the machine itself comes after the role."""
        # https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
        stack = cdk.Stack.of(self)
        machine_arn = stack.format_arn(
            service="states",
            resource="stateMachine",
            resource_name=name,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        return {
            "StringEquals": {"aws:SourceAccount": stack.account},
            "ArnLike": {"aws:SourceArn": machine_arn},
        }

    def report_failures_to(
        self, recorder: lambda_.Function, *, dead_letters: sqs.IQueue, of_others: Sequence[str] = ()
    ) -> None:
        """Sends executions that failed, timed out or were aborted to ``recorder``, also ``of_others``' ARNs.

        A state machine can't catch its own timeout, a console abort, or states that outgrow their limits.
        An event that can't be delivered goes to ``dead_letters``.
        """
        events.Rule(
            self,
            "ExecutionDied",
            description="An execution ended without a result; its record may still be open",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [self.machine.state_machine_arn, *of_others],
                    "status": ["FAILED", "TIMED_OUT", "ABORTED"],
                },
            ),
            targets=[targets.LambdaFunction(recorder, dead_letter_queue=dead_letters)],
        )

    def keep_unrecorded(self, recorder: lambda_.Function, *, dead_letters: sqs.IQueue) -> None:
        """Sends what ``recorder`` gives up after Lambda's two retries to ``dead_letters``."""
        lambda_.EventInvokeConfig(
            self, "UnrecordedDeaths", function=recorder, on_failure=destinations.SqsDestination(dead_letters)
        )
