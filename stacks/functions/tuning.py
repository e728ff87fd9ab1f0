"""Tuning: a function for each state of customize_model, whoever decides about money, and what deletes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
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
        access = Access(storage)
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
        read, write = access.read_results("tuning"), access.write_results("tuning")
        look_for = access.list_results()
        read_work, write_work = access.read_results("work/tuning"), access.write_results("work/tuning")
        training_role = models.training_role(config.deployment_name, [read_work, write_work, look_for])
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

        self.by_placeholder: dict[str, lambda_.Function] = {}

        def step(
            name: str,
            *,
            folder: str,
            verb: str,
            description: str,
            grants: Sequence[Grant],
            environment: Mapping[str, str] = results,
            timeout_seconds: int = 60,
            memory_mb: int = 512,
        ) -> StepLambda:
            made = functions.make(
                name,
                folder=folder,
                verb=verb,
                description=description,
                timeout_seconds=timeout_seconds,
                memory_mb=memory_mb,
                environment=environment,
                grants=grants,
            )
            self.by_placeholder[f"{name}FunctionArn"] = made.function
            return made

        end_switch = Grant(("scheduler:DeleteSchedule",), (switches,), because=_BY_RUN)
        teardown = step(
            "TuningTeardown",
            folder="tuning",
            verb="teardown",
            description="Deletes what a tuning run made, in the order that services allow",
            grants=[
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
        step(
            "TuningCheck",
            folder="tuning",
            verb="check",
            description="Checks a tuning run's data by all rules",
            grants=[read, write, read_work],
            timeout_seconds=300,
            memory_mb=1024,
        )
        step(
            "TuningEstimate",
            folder="tuning",
            verb="estimate",
            description="Says what a tuning run will cost, and whether it may",
            grants=[read, write],
            environment={
                **results,
                "MAX_USD": str(config.max_usd_per_tuning),
                "WITHOUT_APPROVAL_USD": str(config.tuning_usd_without_approval),
            },
        )
        step(
            "TuningAsk",
            folder="tuning",
            verb="ask",
            description="Lets a tuning run wait for a person's approval",
            grants=[write_work, Grant(("states:SendTaskFailure",), (machine_arn,))],
        )
        self.decide = functions.make(
            "TuningDecide",
            folder="tuning",
            verb="decide",
            description="Takes a person's decision about what a tuning run costs",
            timeout_seconds=60,
            memory_mb=512,
            environment=results,
            grants=[
                read,
                write,
                look_for,
                read_work,
                Grant(("states:SendTaskSuccess",), (machine_arn,)),
            ],
        )
        step(
            "TuningArm",
            folder="tuning",
            verb="arm",
            description="Sets the switch that deletes all of a tuning run at its deadline",
            grants=[set_switch, pass_switch],
            environment=switch,
        )
        step(
            "TuningSubmit",
            folder="tuning",
            verb="submit",
            description="Begins the training job of a tuning run",
            grants=[read, write, look_for, *models.look_at_jobs(), *models.train(), passing],
            environment=roles,
        )
        step(
            "TuningAwait",
            folder="tuning",
            verb="await",
            description="Says whether a training job has ended",
            grants=[read, *models.look_at_jobs()],
            environment=roles,
        )
        step(
            "TuningImport",
            folder="tuning",
            verb="import",
            description="Makes a custom model of what was trained",
            grants=[
                read,
                *models.look_at("custom-model"),
                *models.import_models(),
                passing,
            ],
            environment=roles,
        )
        step(
            "TuningOpen",
            folder="tuning",
            verb="open",
            description="Lets the base model and the tuned one be compared",
            grants=[
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
        step(
            "TuningEvaluate",
            folder="tuning",
            verb="evaluate",
            description="Asks the base model and the tuned one the same, and compares",
            grants=[
                read,
                write,
                look_for,
                read_work,
                write_work,
                *models.look_at("custom-model-deployment"),
                models.look_at_batches(),
                models.ask_base(),
                models.ask_tuned(),
            ],
            environment=roles,
            timeout_seconds=900,
            memory_mb=1024,
        )
        step(
            "TuningDeploy",
            folder="tuning",
            verb="deploy",
            description="Makes a tuned model answer calls",
            grants=[
                read,
                *models.look_at("custom-model-deployment", "provisioned-model"),
                *models.serve_on_demand(),
                *models.serve_by_the_hour(),
            ],
            environment=roles,
        )
        step(
            "TuningSmoke",
            folder="tuning",
            verb="smoke",
            description="Asks a deployed model once",
            grants=[read, read_work, *models.look_at("provisioned-model"), models.ask_tuned()],
            environment=roles,
        )
        step(
            "TuningRegister",
            folder="tuning",
            verb="register",
            description="Writes which tuned model is in use, and until when",
            grants=[read, write, look_for, set_switch, pass_switch, end_switch],
            environment={**results, **switch},
        )
