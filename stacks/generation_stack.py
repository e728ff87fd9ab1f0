"""What makes pictures and videos: state machine, functions, the key that signs, and what is public."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import DeploymentConfig
from stacks.constructs.failure_alarms import FailureAlarms
from stacks.constructs.grants import Grant
from stacks.constructs.workflow import Workflow
from stacks.functions.factory import FunctionFactory
from stacks.functions.generation import GenerationFunctions
from stacks.functions.refreshing import RefreshFunction
from stacks.machines import generation_machine
from stacks.operations.alarms import failures_of
from stacks.packaging.code import REPOSITORY
from stacks.storage_stack import Storage

__all__ = ["GenerationStack"]

_DEFINITION = REPOSITORY / "statemachines" / "generate_content.asl.json"


class GenerationStack(cdk.Stack):
    """Drafts lie in the results bucket; what is approved lies in a bucket of this stack's, private too."""

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
            description="Braid, generation: pictures and videos, public only once a person approved.",
        )
        self._config = config
        removal = (
            cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if config.retain_data else cdk.RemovalPolicy.DESTROY
        )
        published = self._published_bucket(removal)
        self.published = published
        key = kms.Key(
            self,
            "SigningKey",
            description=f"Signs what {config.deployment_name} publishes",
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            removal_policy=removal,
        )
        factory = FunctionFactory(self, config=config)
        functions = GenerationFunctions(
            self,
            config=config,
            storage=storage,
            functions=factory,
            published_bucket_name=published.bucket_name,
            published_bucket_arn=published.bucket_arn,
            signing_key_arn=key.key_arn,
        )
        RefreshFunction(self, config=config, storage=storage, functions=factory)
        self._let_only_publishing_write(published, functions.publish_role_arn)
        event_bus_arn = self.format_arn(service="events", resource="event-bus", resource_name="default")
        workflow = Workflow(
            self,
            "Workflow",
            name=generation_machine(config),
            definition=_DEFINITION,
            functions={
                "GenerationCheckFunctionArn": functions.check.function,
                "GenerationEstimateFunctionArn": functions.estimate.function,
                "GenerationGenerateFunctionArn": functions.generate.function,
                "GenerationCollectFunctionArn": functions.collect.function,
                "GenerationProcessFunctionArn": functions.process.function,
                "GenerationMarkFunctionArn": functions.mark.function,
                "GenerationInspectFunctionArn": functions.inspect.function,
                "GenerationPublishFunctionArn": functions.publish.function,
            },
            elsewhere={
                "ReviewAskFunctionArn": self._function_of_pipeline("review-ask"),
                "RecordingFunctionArn": self._function_of_pipeline("recording"),
            },
            grants=(Grant(("events:PutEvents",), (event_bus_arn,)),),
            log_retention_days=config.log_retention_days,
        )
        if config.operations:
            FailureAlarms(self, "Alarms", config=config, failures=failures_of("generation"))
        for name, value, description in (
            ("GenerationMachineArn", workflow.machine.state_machine_arn, "The workflow"),
            ("PublishedBucketName", published.bucket_name, "What a person approved of; private"),
            ("SigningKeyArn", key.key_arn, "Signs what is published"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)

    def _function_of_pipeline(self, name: str) -> str:
        """By its name: this stack comes after the pipeline, and neither must hold the other fast."""
        return self.format_arn(
            service="lambda",
            resource="function",
            resource_name=f"{self._config.deployment_name}-{name}",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )

    def _published_bucket(self, removal: cdk.RemovalPolicy) -> s3.Bucket:
        """Versioned, so that whoever may delete can't do so without a trace."""
        log_bucket_name = self._config.access_log_bucket_name
        bucket = s3.Bucket(
            self,
            "Published",
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=removal,
            server_access_logs_bucket=(
                s3.Bucket.from_bucket_name(self, "PublishedAccessLogs", log_bucket_name)
                if log_bucket_name
                else None
            ),
            server_access_logs_prefix=f"{self.stack_name}/Published/" if log_bucket_name else None,
        )
        if not log_bucket_name:
            cdk.Validations.of(bucket).acknowledge(
                cdk.Acknowledgment(
                    id="AwsSolutions-S1",
                    reason="Access logs are a knob (access_log_bucket_name): they are billed for every "
                    "request and belong in a bucket that the account's owner chose",
                )
            )
        return bucket

    def _let_only_publishing_write(self, bucket: s3.Bucket, role_arn: str) -> None:
        """Whatever an identity's own policy allows: the bucket takes objects from one role alone."""
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OnlyPublishingWrites",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:PutObject", "s3:PutObjectAcl", "s3:ReplicateObject", "s3:RestoreObject"],
                resources=[bucket.arn_for_objects("*")],
                conditions={"ArnNotEquals": {"aws:PrincipalArn": role_arn}},
            )
        )
