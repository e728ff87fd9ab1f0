"""What fits a model to one's own examples: a state machine of its own, which ends with nothing left running.

It makes nothing that costs by the hour itself: what a run makes is deleted by the run, or by its switch.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from stacks.config import DeploymentConfig
from stacks.constructs.failure_alarms import FailureAlarms
from stacks.constructs.workflow import Workflow
from stacks.functions.factory import FunctionFactory
from stacks.functions.tuning import TuningFunctions
from stacks.operations.alarms import failures_of
from stacks.packaging.code import REPOSITORY
from stacks.storage_stack import Storage

__all__ = ["TuningStack"]

_DEFINITION = REPOSITORY / "statemachines" / "customize_model.asl.json"


class TuningStack(cdk.Stack):
    """All that tunes. It holds nothing that can't be made again."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: DeploymentConfig,
        storage: Storage,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Braid, tuning: from labelled examples to a tuned model in use.",
        )
        machine_name = f"{config.deployment_name}-customize-model"
        functions = TuningFunctions(
            self,
            config=config,
            storage=storage,
            functions=FunctionFactory(self, config=config),
            machine_name=machine_name,
        )
        workflow = Workflow(
            self,
            "Workflow",
            name=machine_name,
            definition=_DEFINITION,
            functions=functions.by_placeholder,
            grants=(),
            log_retention_days=config.log_retention_days,
        )
        died = events.Rule(
            self,
            "RunDied",
            description="A tuning run was stopped, ran out of time or failed: what it made is deleted",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [workflow.machine.state_machine_arn],
                    # FAILED too: what no state catches ends a run before it is torn down.
                    "status": ["FAILED", "TIMED_OUT", "ABORTED"],
                },
            ),
            targets=[targets.LambdaFunction(functions.teardown)],
        )
        cdk.Validations.of(died).acknowledge(
            cdk.Acknowledgment(
                id="Serverless::Serverless-EventBusDLQ",
                reason="The switch that each run arms deletes what it made, whether the event came or not",
            )
        )
        if config.operations:
            FailureAlarms(self, "Alarms", config=config, failures=failures_of("tuning"))
        for name, value, description in (
            ("TuningMachineArn", workflow.machine.state_machine_arn, "The workflow of `braid tune run`"),
            ("TuningDecideFunctionName", functions.decide.function.function_name, "Takes approvals"),
            ("TuningTeardownFunctionName", functions.teardown.function_name, "Deletes what a run made"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)
