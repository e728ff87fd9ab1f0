"""A small stack of the resource kinds that the pipeline uses, to prove the embedded AWS with the CDK."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

HERE = Path(__file__).parent


class ChainStack(cdk.Stack):
    """Bucket, rule, queue, dispatch, state machine, functions; each with just the grants it needs."""

    def __init__(self, scope: cdk.App, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        version = self.node.try_get_context("python_version")
        self._runtime = lambda_.Runtime(f"python{version}", lambda_.RuntimeFamily.PYTHON)
        self._code = lambda_.Code.from_asset(str(HERE / "functions"), exclude=["__pycache__"])
        self._layer = lambda_.LayerVersion(
            self, "Layer", code=lambda_.Code.from_asset(str(HERE / "layer"), exclude=["**/__pycache__"])
        )
        bucket = self._bucket()
        table = dynamodb.TableV2(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            time_to_live_attribute="expires",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        dead_letters = sqs.Queue(self, "DeadLetters", enforce_ssl=True)
        queue = sqs.Queue(
            self,
            "Queue",
            enforce_ssl=True,
            visibility_timeout=cdk.Duration.seconds(60),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=3),
        )
        closed = sqs.Queue(self, "ClosedQueue")
        dispatch = self._function("Dispatch", "chain.dispatch")
        work, forbidden = self._function("Work", "chain.work"), self._function("Forbidden", "chain.forbidden")
        bucket.grant_read(work)
        machine = self._machine(work, forbidden)
        machine.grant_start_execution(dispatch)
        dispatch.add_environment("STATE_MACHINE_ARN", machine.state_machine_arn)
        dispatch.add_event_source(
            sources.SqsEventSource(queue, batch_size=5, report_batch_item_failures=True)
        )
        rule = events.Rule(
            self,
            "Created",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={"bucket": {"name": [bucket.bucket_name]}, "object": {"key": [{"prefix": "inbox/"}]}},
            ),
        )
        rule.add_target(targets.SqsQueue(queue))
        ended = events.Rule(
            self,
            "Ended",
            event_pattern=events.EventPattern(
                source=["aws.states"], detail={"status": ["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"]}
            ),
        )
        status = sqs.Queue(self, "StatusQueue")
        ended.add_target(targets.SqsQueue(status))
        done = events.Rule(
            self, "Done", event_pattern=events.EventPattern(source=["chain", "aws.transcribe"])
        )
        done.add_target(targets.SqsQueue(status))
        # A target without the queue's permission: nothing may arrive.
        events.CfnRule(
            self,
            "NotAllowed",
            event_pattern={"source": ["chain"]},
            targets=[events.CfnRule.TargetProperty(arn=closed.queue_arn, id="closed")],
        )
        for name, value in {
            "Bucket": bucket.bucket_name,
            "Machine": machine.state_machine_arn,
            "Table": table.table_name,
            "StatusQueue": status.queue_url,
            "ClosedQueue": closed.queue_url,
        }.items():
            cdk.CfnOutput(self, f"{name}Output", value=value)

    def _bucket(self) -> s3.Bucket:
        return s3.Bucket(
            self,
            "Inbox",
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            event_bridge_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            lifecycle_rules=[
                s3.LifecycleRule(prefix="work/", expiration=cdk.Duration.days(7)),
                s3.LifecycleRule(
                    noncurrent_version_expiration=cdk.Duration.days(30),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
                ),
            ],
        )

    def _function(self, construct_id: str, handler: str) -> lambda_.Function:
        group = logs.LogGroup(
            self,
            f"{construct_id}Logs",
            retention=logs.RetentionDays.ONE_WEEK,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        architectures = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}
        return lambda_.Function(
            self,
            construct_id,
            runtime=self._runtime,
            architecture=architectures[self.node.try_get_context("architecture")],
            handler=handler,
            code=self._code,
            layers=[self._layer],
            timeout=cdk.Duration.seconds(30),
            memory_size=512,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=group,
        )

    def _machine(self, work: lambda_.Function, forbidden: lambda_.Function) -> sfn.StateMachine:
        machine = sfn.StateMachine(
            self,
            "Machine",
            definition_body=sfn.DefinitionBody.from_string(
                (HERE / "chain.asl.json").read_text(encoding="utf-8")
            ),
            definition_substitutions={
                "WorkFunction": work.function_name,
                "ForbiddenFunction": forbidden.function_name,
            },
            logs=sfn.LogOptions(
                destination=logs.LogGroup(self, "MachineLogs", removal_policy=cdk.RemovalPolicy.DESTROY),
                level=sfn.LogLevel.ERROR,
            ),
            tracing_enabled=True,
        )
        work.grant_invoke(machine)
        forbidden.grant_invoke(machine)
        machine.add_to_role_policy(
            iam.PolicyStatement(
                actions=["events:PutEvents"],
                resources=[self.format_arn(service="events", resource="event-bus", resource_name="default")],
            )
        )
        return machine


app = cdk.App()
ChainStack(app, "chain")
app.synth()
