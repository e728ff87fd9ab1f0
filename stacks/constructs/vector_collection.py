"""A collection of OpenSearch Serverless with one index for each space, in place of a vector bucket."""

from __future__ import annotations

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_opensearchserverless as aoss
from constructs import Construct

from braid.domain.search.space import (
    CITATION_KEY,
    KEY_MEMBER,
    TERMS_KEY,
    VECTOR_MEMBER,
    Space,
    without_dots,
)
from stacks.constructs.grants import Grant
from stacks.constructs.step_lambda import StepLambda

__all__ = ["WRITES", "VectorCollection", "collection_name", "data_access"]

# The most that it grows to while it is used: a bound of what an hour costs.
_MOST_UNITS = 2
_MAKES = ("aoss:CreateIndex", "aoss:DescribeIndex", "aoss:UpdateIndex", "aoss:DeleteIndex")
_READS = ("aoss:ReadDocument", "aoss:DescribeIndex")
WRITES = ("aoss:ReadDocument", "aoss:WriteDocument", "aoss:DescribeIndex")
_DROPS = (*WRITES, "aoss:DeleteIndex")


class VectorCollection(Construct):
    """Scaled to zero while nobody asks. Who may ask is said by IAM and by policies of the collection's own.

    An index is named after its space, as in a vector bucket.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        spaces: Iterable[Space],
        deployment_name: str,
        retain_data: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name = name = collection_name(deployment_name)
        self._policy_prefix = deployment_name
        removal = cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if retain_data else cdk.RemovalPolicy.DESTROY
        encryption = self._security(
            "Encryption", "encryption", {"Rules": [self._rule()], "AWSOwnedKey": True}
        )
        network = self._security("Network", "network", [{"Rules": [self._rule()], "AllowFromPublic": True}])
        group = aoss.CfnCollectionGroup(
            self,
            "Group",
            name=name,
            description="Braid's search: scaled to zero while nobody asks",
            generation="NEXTGEN",
            standby_replicas="ENABLED",
            capacity_limits=aoss.CfnCollectionGroup.CapacityLimitsProperty(
                min_indexing_capacity_in_ocu=0,
                min_search_capacity_in_ocu=0,
                max_indexing_capacity_in_ocu=_MOST_UNITS,
                max_search_capacity_in_ocu=_MOST_UNITS,
            ),
        )
        collection = aoss.CfnCollection(
            self,
            "Collection",
            name=name,
            type="VECTORSEARCH",
            standby_replicas="ENABLED",
            collection_group_name=group.name,
            description="What Braid's assets are found by",
        )
        collection.add_resource_dependency(encryption)
        collection.add_resource_dependency(network)
        collection.add_resource_dependency(group)
        self.location = collection.attr_collection_endpoint
        self.arn = collection.attr_arn
        deploying = data_access(
            self, "Deploying", policy_name=f"{deployment_name}-make", collection=name,
            roles=[_deploying_role(self)], permissions=_MAKES,
        )  # fmt: skip
        deploying.add_resource_dependency(collection)
        for resource in (encryption, network, group, collection, deploying):
            resource.apply_removal_policy(removal)
        for space in spaces:
            index = _index(self, space, endpoint=self.location)
            index.add_resource_dependency(deploying)
            index.apply_removal_policy(removal)

    def write(self) -> Grant:
        """Whoever asks at all; the collection's own policy says what."""
        return self._ask()

    def query(self) -> Grant:
        """As ``write``."""
        return self._ask()

    def drop(self) -> list[Grant]:
        """As ``write``."""
        return [self._ask()]

    def let_in(self, *, writing: Iterable[StepLambda], dropping: StepLambda, reading: StepLambda) -> None:
        """Lets functions put and delete vectors, one of them drop indexes, another read."""
        for construct_id, suffix, functions, permissions in (
            ("Writing", "put", list(writing), WRITES),
            ("Dropping", "drop", [dropping], _DROPS),
            ("Reading", "read", [reading], _READS),
        ):
            data_access(
                self, construct_id, policy_name=f"{self._policy_prefix}-{suffix}", collection=self._name,
                roles=[each.role_arn for each in functions], permissions=permissions,
            )  # fmt: skip

    def _ask(self) -> Grant:
        return Grant(("aoss:APIAccessAll",), (self.arn,))

    def _rule(self) -> dict[str, object]:
        return {"ResourceType": "collection", "Resource": [f"collection/{self._name}"]}

    def _security(self, construct_id: str, kind: str, policy: object) -> aoss.CfnSecurityPolicy:
        return aoss.CfnSecurityPolicy(
            self, construct_id, name=self._name, type=kind, policy=cdk.Stack.of(self).to_json_string(policy)
        )


def collection_name(deployment_name: str) -> str:
    """3 to 28 characters, as CloudFormation wants; a deployment's name has 22 at most."""
    return f"{deployment_name}-find"


def data_access(
    scope: Construct,
    construct_id: str,
    *,
    policy_name: str,
    collection: str,
    roles: Iterable[str],
    permissions: Iterable[str],
) -> aoss.CfnAccessPolicy:
    """Lets roles, by ARN, do this with every index of a collection."""
    rule = {
        "ResourceType": "index",
        "Resource": [f"index/{collection}/*"],
        "Permission": list(permissions),
    }
    return aoss.CfnAccessPolicy(
        scope,
        construct_id,
        name=policy_name,
        type="data",
        policy=cdk.Stack.of(scope).to_json_string([{"Rules": [rule], "Principal": list(roles)}]),
    )


def _deploying_role(scope: Construct) -> str:
    """What CloudFormation makes indexes as: the collection has to let it in, too."""
    stack = cdk.Stack.of(scope)
    qualifier = stack.synthesizer.bootstrap_qualifier or cdk.DefaultStackSynthesizer.DEFAULT_QUALIFIER
    name = f"cdk-{qualifier}-cfn-exec-role-{stack.account}-{stack.region}"
    return stack.format_arn(service="iam", region="", resource="role", resource_name=name)


def _index(scope: Construct, space: Space, *, endpoint: str) -> aoss.CfnIndex:
    """Vectors of length 1 by their inner product, which is the cosine; words as they were stemmed here.

    ``at`` isn't among the members: the first document lets the index map it, to 64 bits, which CloudFormation
    doesn't offer.
    """
    field = aoss.CfnIndex.PropertyMappingProperty
    nearest = aoss.CfnIndex.MethodProperty(name="hnsw", engine="faiss", space_type="innerproduct")
    members = {
        KEY_MEMBER: field(type="keyword"),
        VECTOR_MEMBER: field(type="knn_vector", dimension=space.dimensions, method=nearest),
        **{name: field(type="keyword") for name in ("asset", "profile", "modality", "kind")},
        TERMS_KEY: field(type="text", analyzer="whitespace"),
        CITATION_KEY: field(type="text", index=False),
    }
    return aoss.CfnIndex(
        scope,
        space.index_name.replace(".", "-").replace("-", " ").title().replace(" ", ""),
        collection_endpoint=endpoint,
        index_name=without_dots(space.index_name),
        mappings=aoss.CfnIndex.MappingsProperty(properties=members),
        settings=aoss.CfnIndex.IndexSettingsProperty(
            index=aoss.CfnIndex.IndexProperty(knn=True, refresh_interval="1s")
        ),
    )
