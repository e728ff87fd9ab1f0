"""A bucket of vectors with one index for each space that is searched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import aws_cdk as cdk
from aws_cdk import aws_s3vectors as s3vectors
from constructs import Construct

from braid.domain.search.space import CITATION_KEY, TERMS_KEY, Space
from stacks.constructs.grants import Grant
from stacks.constructs.step_lambda import StepLambda

__all__ = ["VectorBucket", "VectorStore"]

_OTHER_MODELS = "Another model's index lies beside the deployment's own until a switch is through"


class VectorStore(Protocol):
    """What keeps the vectors: where it is, what it is to IAM, and who may do what with any of its indexes."""

    location: str
    arn: str

    def write(self) -> Grant:
        """Puts and deletes vectors."""

    def query(self) -> Grant:
        """Searches, and gets vectors."""

    def drop(self) -> list[Grant]:
        """Lists indexes and deletes them."""

    def let_in(self, *, writing: Iterable[StepLambda], dropping: StepLambda, reading: StepLambda) -> None:
        """Says the same to a store that has policies of its own."""


class VectorBucket(Construct):
    """S3 Vectors: no cost while it is empty. An index is named after its space, so that another model gets
    another index beside it; the one of before stays where data is retained, for `braid index --switch`."""

    def __init__(
        self, scope: Construct, construct_id: str, *, spaces: Iterable[Space], retain_data: bool
    ) -> None:
        super().__init__(scope, construct_id)
        removal = cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if retain_data else cdk.RemovalPolicy.DESTROY
        bucket = s3vectors.CfnVectorBucket(
            self,
            "Bucket",
            encryption_configuration=s3vectors.CfnVectorBucket.EncryptionConfigurationProperty(
                sse_type="AES256"
            ),
        )
        bucket.apply_removal_policy(removal)
        self.location = self.arn = bucket.attr_vector_bucket_arn
        for space in spaces:
            index = s3vectors.CfnIndex(
                self,
                space.index_name.replace(".", "-").replace("-", " ").title().replace(" ", ""),
                vector_bucket_arn=self.arn,
                index_name=space.index_name,
                data_type="float32",
                dimension=space.dimensions,
                distance_metric="cosine",
                metadata_configuration=s3vectors.CfnIndex.MetadataConfigurationProperty(
                    non_filterable_metadata_keys=[CITATION_KEY]
                ),
            )
            if space.purpose == "text":
                _make_searchable(index)
            index.apply_removal_policy(removal)

    def write(self) -> Grant:
        """Vectors of any of its indexes."""
        return self._grant("s3vectors:PutVectors", "s3vectors:DeleteVectors")

    def query(self) -> Grant:
        """Any of its indexes; filters and metadata need the right to get vectors too."""
        return self._grant("s3vectors:QueryVectors", "s3vectors:GetVectors")

    def drop(self) -> list[Grant]:
        """Any index that is neither searched nor deployed."""
        return [Grant(("s3vectors:ListIndexes",), (self.arn,)), self._grant("s3vectors:DeleteIndex")]

    def let_in(self, *, writing: Iterable[StepLambda], dropping: StepLambda, reading: StepLambda) -> None:
        """Nothing: IAM alone decides."""

    def _grant(self, *actions: str) -> Grant:
        return Grant(actions, (f"{self.arn}/index/*",), because=_OTHER_MODELS)


def _make_searchable(index: s3vectors.CfnIndex) -> None:
    """Full-text search over the terms. Without a language: they are stemmed already."""
    index.add_property_override(
        "MetadataConfiguration.TextSearchConfigurations", [{"MetadataKey": TERMS_KEY}]
    )
    # "AWS::S3Vectors::Index TextSearchConfiguration" in CloudFormation's template reference, November 2026.
    cdk.Validations.of(index).acknowledge(
        cdk.Acknowledgment(
            id="CloudFormation-Validate::F3002",
            reason="CloudFormation has TextSearchConfigurations; the schemas of aws-cdk-lib 2.275 haven't",
        )
    )
