"""Tuning: a function for each state of customize_model, whoever decides about money, and what deletes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_scheduler as scheduler

from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant, granted_role
from stacks.constructs.step_lambda import StepLambda
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.functions.tuning_access import TuningAccess
from stacks.storage_stack import Storage

__all__ = ["TuningFunctions"]

_BY_RUN = "A switch is named after its run; all of them lie in the deployment's own group"


class TuningFunctions:
    """``by_placeholder`` fills the machine's definition; ``decide`` is the command's."""

    def __init__(
        self,
        stack: cdk.Stack,
        *,
        config: DeploymentConfig,
        storage: Storage,
        functions: FunctionFactory,
        machine_name: str,
    ) -> None:
        self._stack = stack
        self._access = access = Access(storage)
        models = TuningAccess(stack)
        machine_arn = stack.format_arn(
            service="states",
            resource="stateMachine",
            resource_name=machine_name,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        group_name = f"{config.deployment_name}-tuning"
        group = scheduler.CfnScheduleGroup(stack, "Switches", name=group_name)
        packages = sagemaker.CfnModelPackageGroup(
            stack,
            "Packages",
            model_package_group_name=group_name,
            model_package_group_description="Models that tuning runs of Braid trained",
        )
        switches = stack.format_arn(service="scheduler", resource="schedule", resource_name=f"{group_name}/*")
        results = {"RESULTS_BUCKET": storage.results_bucket_name}
        # What lasts of a run, and what expires: data, batch files, the approval's token.
        read, write, look_for = (
            access.read_results("tuning"),
            access.write_results("tuning"),
            access.list_results(),
        )
        read_work, write_work = access.read_results("work/tuning"), access.write_results("work/tuning")
        training_role = self._training_role(config)
        roles = {
            **results,
            "TRAINING_ROLE_ARN": training_role.role_arn,
            "PACKAGE_GROUP_ARN": packages.attr_model_package_group_arn,
            "HUB_ARN": f"arn:aws:sagemaker:{stack.region}:aws:hub-content/SageMakerPublicHub",
        }
        passing = Grant(
            ("iam:PassRole",),
            (training_role.role_arn,),
            conditions={
                "StringEquals": {"iam:PassedToService": ["bedrock.amazonaws.com", "sagemaker.amazonaws.com"]}
            },
        )

        def step(
            verb: str,
            description: str,
            grants: Sequence[Grant],
            *,
            environment: Mapping[str, str] = results,
            timeout_seconds: int = 60,
            memory_mb: int = 512,
        ) -> StepLambda:
            return functions.make(
                f"Tuning{verb.title()}",
                folder="tuning",
                verb=verb,
                description=description,
                timeout_seconds=timeout_seconds,
                memory_mb=memory_mb,
                environment=environment,
                grants=grants,
            )

        end_switch = Grant(("scheduler:DeleteSchedule",), (switches,), because=_BY_RUN)
        teardown = step(
            "teardown",
            "Deletes what a tuning run made, in the order that services allow",
            [
                read,
                write,
                look_for,
                *models.look_at_jobs(),
                models.look_at_batches(),
                *models.delete(),
                end_switch,
            ],
            environment={**results, "SCHEDULE_GROUP": group.ref},
            timeout_seconds=300,
        )
        self.teardown: lambda_.Function = teardown.function
        caller = granted_role(
            stack,
            "SwitchRole",
            service="scheduler.amazonaws.com",
            description=f"Lets a run's switch call {config.deployment_name}-tuning-teardown",
            grants=[Grant(("lambda:InvokeFunction",), (teardown.function.function_arn,))],
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
        switch = {
            "SCHEDULE_GROUP": group.ref,
            "TEARDOWN_FUNCTION_ARN": teardown.function.function_arn,
            "SCHEDULER_ROLE_ARN": caller.role_arn,
        }
        set_switch = Grant(
            ("scheduler:CreateSchedule", "scheduler:UpdateSchedule"), (switches,), because=_BY_RUN
        )
        pass_switch = Grant(
            ("iam:PassRole",),
            (caller.role_arn,),
            conditions={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        )
        check = step(
            "check",
            "Checks a tuning run's data by all rules",
            [read, write, read_work],
            timeout_seconds=300,
            memory_mb=1024,
        )
        cost = step(
            "estimate",
            "Says what a tuning run will cost, and whether it may",
            [read, write],
            environment={
                **results,
                "MAX_USD": str(config.max_usd_per_tuning),
                "WITHOUT_APPROVAL_USD": str(config.tuning_usd_without_approval),
            },
        )
        ask = step(
            "ask",
            "Lets a tuning run wait for a person's approval",
            [write_work, Grant(("states:SendTaskFailure",), (machine_arn,))],
        )
        self.decide = step(
            "decide",
            "Takes a person's decision about what a tuning run costs",
            [
                read,
                write,
                look_for,
                read_work,
                Grant(("states:SendTaskSuccess",), (machine_arn,)),
            ],
        )
        arm = step(
            "arm",
            "Sets the switch that deletes all of a tuning run at its deadline",
            [set_switch, pass_switch],
            environment=switch,
        )
        submit = step(
            "submit",
            "Begins the training job of a tuning run",
            [read, write, look_for, *models.look_at_jobs(), *models.train(), passing],
            environment=roles,
        )
        wait = step(
            "await",
            "Says whether a training job has ended",
            [read, *models.look_at_jobs()],
            environment=roles,
        )
        importing = step(
            "import",
            "Makes a custom model of what was trained",
            [
                read,
                *models.look_at("custom-model"),
                *models.import_models(),
                passing,
            ],
            environment=roles,
        )
        opening = step(
            "open",
            "Lets the base model and the tuned one be compared",
            [
                read,
                write,
                look_for,
                read_work,
                write_work,
                *models.look_at("custom-model-deployment"),
                models.look_at_batches(),
                *models.serve_on_demand(),
                models.ask_in_batches(),
                passing,
            ],
            environment=roles,
            timeout_seconds=300,
            memory_mb=1024,
        )
        evaluate = step(
            "evaluate",
            "Asks the base model and the tuned one the same, and compares",
            [
                read,
                write,
                look_for,
                read_work,
                *models.look_at("custom-model-deployment"),
                models.look_at_batches(),
                models.ask_base(),
                models.ask_tuned(),
            ],
            environment=roles,
            timeout_seconds=900,
            memory_mb=1024,
        )
        deploy = step(
            "deploy",
            "Makes a tuned model answer calls",
            [
                read,
                *models.look_at("custom-model-deployment", "provisioned-model"),
                *models.serve_on_demand(),
                *models.serve_by_the_hour(),
            ],
            environment=roles,
        )
        smoke = step(
            "smoke",
            "Asks a deployed model once",
            [read, read_work, *models.look_at("provisioned-model"), models.ask_tuned()],
            environment=roles,
        )
        register = step(
            "register",
            "Writes which tuned model is in use, and until when",
            [read, write, look_for, set_switch, pass_switch, end_switch],
            environment={**results, **switch},
        )
        self.by_placeholder: dict[str, lambda_.Function] = {
            "TuningCheckFunctionArn": check.function,
            "TuningEstimateFunctionArn": cost.function,
            "TuningAskFunctionArn": ask.function,
            "TuningArmFunctionArn": arm.function,
            "TuningSubmitFunctionArn": submit.function,
            "TuningAwaitFunctionArn": wait.function,
            "TuningImportFunctionArn": importing.function,
            "TuningOpenFunctionArn": opening.function,
            "TuningEvaluateFunctionArn": evaluate.function,
            "TuningDeployFunctionArn": deploy.function,
            "TuningSmokeFunctionArn": smoke.function,
            "TuningRegisterFunctionArn": register.function,
            "TuningTeardownFunctionArn": teardown.function,
        }

    def _training_role(self, config: DeploymentConfig) -> iam.IRole:
        """As whom Bedrock and SageMaker train: the folders of runs alone, and no bucket's every object."""
        # https://docs.aws.amazon.com/bedrock/latest/userguide/custom-model-job-iam-role.html
        return granted_role(
            self._stack,
            "TrainingRole",
            service="bedrock.amazonaws.com",
            also=("sagemaker.amazonaws.com",),
            description=f"Lets tuning jobs of {config.deployment_name} read their data and write metrics",
            grants=[
                self._access.read_results("work/tuning"),
                self._access.write_results("work/tuning"),
                self._access.list_results(),
            ],
            only_for={"StringEquals": {"aws:SourceAccount": self._stack.account}},
        )
