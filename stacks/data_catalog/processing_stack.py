"""What a Processing job needs that makes features of many objects: its image's repository, and its role."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from constructs import Construct

from braid.domain.datasets.features import FOLDER
from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant, granted_role
from stacks.functions.access import Access
from stacks.storage_stack import Storage

__all__ = ["ProcessingStack"]

_KEPT_IMAGES = 3


class ProcessingStack(cdk.Stack):
    """It runs nothing: `braid process` begins jobs, which end by themselves."""

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
            description="Braid, processing: as whom SageMaker makes features of objects, and of which image.",
        )
        images = ecr.Repository(
            self,
            "Images",
            repository_name=f"{config.deployment_name}-processing",
            image_scan_on_push=True,
            lifecycle_rules=[ecr.LifecycleRule(max_image_count=_KEPT_IMAGES)],
            removal_policy=cdk.RemovalPolicy.DESTROY,
            empty_on_delete=True,
        )
        access = Access(storage)
        role = granted_role(
            self,
            "JobRole",
            service="sagemaker.amazonaws.com",
            description=f"Lets Processing jobs of {config.deployment_name} read objects and write features",
            grants=[
                *access.read_sources(),
                *self._beside_the_inbox(config.processing_source_list),
                access.list_results(),
                access.read_results(FOLDER, "work/processing"),
                access.write_results(FOLDER, "work/processing"),
                self._pull(images),
                Grant(
                    ("ecr:GetAuthorizationToken",),
                    ("*",),
                    because="The token is the account's: it has no resource",
                ),
                self._log(),
            ],
            only_for={"StringEquals": {"aws:SourceAccount": self.account}},
        )
        for name, value, description in (
            (
                "ProcessingRepositoryUri",
                images.repository_uri,
                "Where the image of processing/Dockerfile goes",
            ),
            ("ProcessingRoleArn", role.role_arn, "As whom the jobs of `braid process` work"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)

    def _beside_the_inbox(self, sources: tuple[str, ...]) -> list[Grant]:
        """What the knob ``processing_sources`` names, in any version."""
        if not sources:
            return []
        objects = tuple(
            self.format_arn(service="s3", region="", account="", resource=f"{uri.removeprefix('s3://')}*")
            for uri in sources
        )
        return [
            Grant(
                ("s3:GetObject", "s3:GetObjectVersion"),
                objects,
                because="The knob processing_sources names prefixes",
            )
        ]

    def _pull(self, images: ecr.Repository) -> Grant:
        return Grant(
            ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
            (images.repository_arn,),
        )

    def _log(self) -> Grant:
        """SageMaker names the groups of its jobs itself."""
        groups = self.format_arn(
            service="logs",
            resource="log-group",
            resource_name="/aws/sagemaker/ProcessingJobs*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        return Grant(
            ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
            (groups,),
            because="SageMaker logs every job of an account in this group, in streams of the job's name",
        )
