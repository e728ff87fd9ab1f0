"""Tuning: a function for each state of customize_model, whoever decides about money, and what deletes."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_scheduler as scheduler

from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant, granted_role
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.functions.tuning_access import TuningAccess
from stacks.storage_stack import Storage

__all__ = ["TuningFunctions"]

_BY_RUN = "A switch is named after its run; all of them lie in the deployment's own group"
_FOLDERS = ("tuning", "work/tuning")


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
        self._models = models = TuningAccess(stack)
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
        documents = [access.read_results(*_FOLDERS), access.write_results(*_FOLDERS), access.list_results()]
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
        teardown = functions.make(
            "TuningTeardown",
            folder="tuning",
            verb="teardown",
            description="Deletes what a tuning run made, in the order that services allow",
            timeout_seconds=300,
            memory_mb=512,
            environment={**results, "SCHEDULE_GROUP": group.ref},
            grants=[
                *documents,
                *models.look(),
                *models.delete(),
                Grant(("scheduler:DeleteSchedule",), (switches,), because=_BY_RUN),
            ],
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
        setting = [
            Grant(
                ("scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"),
                (switches,),
                because=_BY_RUN,
            ),
            Grant(
                ("iam:PassRole",),
                (caller.role_arn,),
                conditions={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
            ),
        ]
        check = functions.make(
            "TuningCheck",
            folder="tuning",
            verb="check",
            description="Checks a tuning run's data by all rules",
            timeout_seconds=300,
            memory_mb=1024,
            environment=results,
            grants=documents,
        )
        cost = functions.make(
            "TuningEstimate",
            folder="tuning",
            verb="estimate",
            description="Says what a tuning run will cost, and whether it may",
            timeout_seconds=60,
            memory_mb=512,
            environment={
                **results,
                "MAX_USD": str(config.max_usd_per_tuning),
                "WITHOUT_APPROVAL_USD": str(config.tuning_usd_without_approval),
            },
            grants=documents,
        )
        ask = functions.make(
            "TuningAsk",
            folder="tuning",
            verb="ask",
            description="Lets a tuning run wait for a person's approval",
            timeout_seconds=60,
            memory_mb=512,
            environment=results,
            grants=[*documents, Grant(("states:SendTaskFailure",), (machine_arn,))],
        )
        self.decide = functions.make(
            "TuningDecide",
            folder="tuning",
            verb="decide",
            description="Takes a person's decision about what a tuning run costs",
            timeout_seconds=60,
            memory_mb=512,
            environment=results,
            grants=[*documents, Grant(("states:SendTaskSuccess",), (machine_arn,))],
        )
        arm = functions.make(
            "TuningArm",
            folder="tuning",
            verb="arm",
            description="Sets the switch that deletes all of a tuning run at its deadline",
            timeout_seconds=60,
            memory_mb=512,
            environment=switch,
            grants=setting,
        )
        submit = functions.make(
            "TuningSubmit",
            folder="tuning",
            verb="submit",
            description="Begins the training job of a tuning run",
            timeout_seconds=60,
            memory_mb=512,
            environment=roles,
            grants=[*documents, *models.look(), *models.train(), passing],
        )
        wait = functions.make(
            "TuningAwait",
            folder="tuning",
            verb="await",
            description="Says whether a training job has ended",
            timeout_seconds=60,
            memory_mb=512,
            environment=roles,
            grants=[*documents, *models.look()],
        )
        importing = functions.make(
            "TuningImport",
            folder="tuning",
            verb="import",
            description="Makes a custom model of what was trained",
            timeout_seconds=60,
            memory_mb=512,
            environment=roles,
            grants=[*documents, *models.look(), *models.import_models(), passing],
        )
        opening = functions.make(
            "TuningOpen",
            folder="tuning",
            verb="open",
            description="Lets the base model and the tuned one be compared",
            timeout_seconds=300,
            memory_mb=1024,
            environment=roles,
            grants=[*documents, *models.look(), *models.serve(), models.ask_in_batches(), passing],
        )
        evaluate = functions.make(
            "TuningEvaluate",
            folder="tuning",
            verb="evaluate",
            description="Asks the base model and the tuned one the same, and compares",
            timeout_seconds=900,
            memory_mb=1024,
            environment=roles,
            grants=[*documents, *models.look(), models.ask()],
        )
        deploy = functions.make(
            "TuningDeploy",
            folder="tuning",
            verb="deploy",
            description="Makes a tuned model answer calls",
            timeout_seconds=60,
            memory_mb=512,
            environment=roles,
            grants=[*documents, *models.look(), *models.serve()],
        )
        smoke = functions.make(
            "TuningSmoke",
            folder="tuning",
            verb="smoke",
            description="Asks a deployed model once",
            timeout_seconds=60,
            memory_mb=512,
            environment=roles,
            grants=[*documents, *models.look(), models.ask()],
        )
        register = functions.make(
            "TuningRegister",
            folder="tuning",
            verb="register",
            description="Writes which tuned model is in use, and until when",
            timeout_seconds=60,
            memory_mb=512,
            environment={**results, **switch},
            grants=[*documents, *setting],
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
                self._models.ask(),
            ],
            only_for={"StringEquals": {"aws:SourceAccount": self._stack.account}},
        )
