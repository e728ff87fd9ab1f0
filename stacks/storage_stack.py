"""What must survive: the bucket that files are dropped into, the results, and a record of every asset."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import DeploymentConfig

__all__ = ["Storage", "StorageStack"]

_DAYS_TO_FINISH_AN_UPLOAD = 7


@dataclass(frozen=True)
class Storage:
    """The stored things as other stacks see them: names and ARNs, imported by value.

    ``source_key_arns`` are the KMS keys, of others, under which what is dropped may be encrypted.
    """

    input_bucket_name: str
    input_bucket_arn: str
    results_bucket_name: str
    results_bucket_arn: str
    assets_table_name: str
    assets_table_arn: str
    source_key_arns: tuple[str, ...] = ()


class StorageStack(cdk.Stack):
    """The two buckets and the assets table, retained when the stack goes unless a knob says otherwise."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: DeploymentConfig, env: cdk.Environment
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Braid, storage: the input bucket, the results bucket and the assets table.",
        )
        self._config = config
        # What a first deployment made until it failed goes again: nobody would know of it afterwards.
        self._removal = (
            cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if config.retain_data else cdk.RemovalPolicy.DESTROY
        )
        results, table = self._results_bucket(), self._assets_table()
        # A table that is protected from deletion stays where a deployment is rolled back: it is made last.
        table.node.add_dependency(results)
        input_bucket_name, input_bucket_arn = self._inputs(table)
        self.storage = Storage(
            input_bucket_name=input_bucket_name,
            input_bucket_arn=input_bucket_arn,
            results_bucket_name=self.export_value(results.bucket_name),
            results_bucket_arn=self.export_value(results.bucket_arn),
            assets_table_name=self.export_value(table.table_name),
            assets_table_arn=self.export_value(table.table_arn),
            source_key_arns=config.source_keys,
        )

    def _inputs(self, table: dynamodb.Table) -> tuple[str, str]:
        """Name and ARN of the bucket that files are dropped into.

        One that the user named stays as it is, its notifications too: what it lacks, ``braid doctor`` says.
        """
        if name := self._config.input_bucket_name:
            return name, self.format_arn(service="s3", region="", account="", resource=name)
        inputs = self._input_bucket()
        table.node.add_dependency(inputs)
        return self.export_value(inputs.bucket_name), self.export_value(inputs.bucket_arn)

    def _input_bucket(self) -> s3.Bucket:
        """Versioned, because an execution reads the version that started it, whatever comes after."""
        bucket = self._bucket(
            "InputBucket",
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="old-versions",
                    noncurrent_version_expiration=cdk.Duration.days(self._config.noncurrent_version_days),
                    expired_object_delete_marker=True,
                ),
                _unfinished_uploads(),
            ],
        )
        # Bucket(event_bridge_enabled=True) would bring a custom resource with a function and a managed policy
        # of its own; CloudFormation can set the same property directly.
        resource = bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )
        return bucket

    def _results_bucket(self) -> s3.Bucket:
        return self._bucket(
            "ResultsBucket",
            versioned=False,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="work", prefix="work/", expiration=cdk.Duration.days(self._config.work_retention_days)
                ),
                _unfinished_uploads(),
            ],
        )

    def _bucket(
        self, construct_id: str, *, versioned: bool, lifecycle_rules: list[s3.LifecycleRule]
    ) -> s3.Bucket:
        log_bucket_name = self._config.access_log_bucket_name
        bucket = s3.Bucket(
            self,
            construct_id,
            versioned=versioned,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=lifecycle_rules,
            removal_policy=self._removal,
            server_access_logs_bucket=(
                s3.Bucket.from_bucket_name(self, f"{construct_id}AccessLogs", log_bucket_name)
                if log_bucket_name
                else None
            ),
            server_access_logs_prefix=f"{self.stack_name}/{construct_id}/" if log_bucket_name else None,
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

    def _assets_table(self) -> dynamodb.Table:
        """One record per asset; ``by-status`` lists a day's assets of one status, newest change last.

        ``by-kind`` lists files of posts, and what was made; other records aren't in it.
        """
        table = dynamodb.Table(
            self,
            "AssetsTable",
            partition_key=dynamodb.Attribute(name="asset_id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            deletion_protection=self._config.retain_data,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=self._config.point_in_time_recovery
            ),
            removal_policy=self._removal,
        )
        table.add_global_secondary_index(
            index_name="by-status",
            partition_key=dynamodb.Attribute(name="status_day", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="updated_at", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.ALL,
        )
        table.add_global_secondary_index(
            index_name="by-kind",
            partition_key=dynamodb.Attribute(name="kind", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="updated_at", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.ALL,
        )
        if not self._config.point_in_time_recovery:
            cdk.Validations.of(table).acknowledge(
                cdk.Acknowledgment(
                    id="AwsSolutions-DDB3", reason="Turned off by the knob point_in_time_recovery"
                )
            )
        return table


def _unfinished_uploads() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id="unfinished-uploads",
        abort_incomplete_multipart_upload_after=cdk.Duration.days(_DAYS_TO_FINISH_AN_UPLOAD),
    )
