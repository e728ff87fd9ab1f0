"""What stays when a deployment goes, and that nothing stays of a first one that failed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.conftest import Synthesis


@pytest.fixture(params=["for_aws", "everything"])
def template(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The resources of both stacks of a deployment."""
    synthesis: Synthesis = request.getfixturevalue(request.param)
    return {**synthesis.storage["Resources"], **synthesis.pipeline["Resources"]}


def test_what_is_retained_goes_with_the_deployment_that_failed_to_make_it(template: dict[str, Any]) -> None:
    retained = {
        logical_id: (resource["DeletionPolicy"], resource.get("UpdateReplacePolicy"))
        for logical_id, resource in template.items()
        if resource.get("DeletionPolicy", "Delete") != "Delete"
    }

    assert retained
    assert set(retained.values()) == {("RetainExceptOnCreate", "Retain")}


def test_what_is_protected_from_deletion_is_made_last(for_aws: Synthesis) -> None:
    """A rollback can't delete it: nothing may fail after it was made."""
    resources = for_aws.storage["Resources"]
    protected = [
        logical_id
        for logical_id, resource in resources.items()
        if resource["Properties"].get("DeletionProtectionEnabled")
    ]

    for logical_id in protected:
        assert _before(resources, logical_id) | {logical_id} == resources.keys() - {"CDKMetadata"}
    assert len(protected) == 1


def _before(resources: dict[str, Any], logical_id: str) -> set[str]:
    """What CloudFormation makes before a resource: what it depends on, and what that depends on."""
    resource = resources[logical_id]
    named = set(resource.get("DependsOn", []))
    named |= {other for other in resources if f'"{other}"' in json.dumps(resource["Properties"])}
    return named.union(*(_before(resources, other) for other in named - {logical_id}))
