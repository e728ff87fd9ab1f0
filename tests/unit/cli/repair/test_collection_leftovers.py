"""What a destroyed deployment left of a collection: found by what CloudFormation remembers, gone in an order.

The service is one in memory behind botocore's models, which refuses what OpenSearch Serverless refuses: a
group that holds a collection, a policy of encryption that one needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.errors import CommandError
from cli.main import app
from cli.repair import collection_leftovers
from cli.repair.leftovers import Leftover, delete_leftover, leftovers
from local.services.protocol import ServiceError
from tests.doubles.service_clients import Answer, answered_by

NAME = "braid-dev-find"
COLLECTION, GROUP = "07tjusf2h91cunochc", "9abcusf2h91cunoch1"
STACK = "arn:aws:cloudformation:us-east-1:111122223333:stack/braid-dev-search/1"
_TYPE = "AWS::OpenSearchServerless::"
MADE = {
    "Encryption": ("SecurityPolicy", f"encryption|{NAME}"),
    "Network": ("SecurityPolicy", f"network|{NAME}"),
    "Deploying": ("AccessPolicy", "data|braid-dev-make"),
    "Group": ("CollectionGroup", GROUP),
    "Collection": ("Collection", COLLECTION),
    "Text": ("Index", f"text_titan_512|https://{COLLECTION}.us-east-1.aoss.amazonaws.com"),
}


class Account:
    """A session of an account in which the stack with a collection was destroyed.

    ``looks_until_gone`` is how often a collection is still seen after its deletion. ``taken_over`` are
    physical ids that a standing stack has.
    """

    def __init__(self) -> None:
        self.made = dict(MADE)
        self.collections = {COLLECTION: "ACTIVE"}
        self.groups = {GROUP}
        self.policies = {("encryption", NAME), ("network", NAME), ("data", "braid-dev-make")}
        self.others = {("encryption", "somebody-elses"), ("data", "somebody-elses")}
        self.policies |= self.others
        self.looks_until_gone = 2
        self.deletions: list[str] = []
        self.taken_over: set[str] = set()
        stacks: dict[str, Answer] = {
            "ListStacks": self._stacks,
            "DescribeStackEvents": self._events,
            "DescribeStackResources": self._resources,
        }
        serverless: dict[str, Answer] = {
            "BatchGetCollection": self._get_collection,
            "DeleteCollection": self._delete_collection,
            "BatchGetCollectionGroup": self._get_group,
            "DeleteCollectionGroup": self._delete_group,
            "GetAccessPolicy": self._get_access,
            "DeleteAccessPolicy": self._delete_policy,
            "GetSecurityPolicy": self._get_security,
            "DeleteSecurityPolicy": self._delete_policy,
        }
        self._clients = {
            "cloudformation": answered_by("cloudformation", stacks),
            "opensearchserverless": answered_by("opensearchserverless", serverless),
        }

    def client(self, service: str) -> Any:
        return self._clients[service]

    def left(self) -> list[Leftover]:
        return list(leftovers(self, "braid-dev"))  # type: ignore[arg-type]  # a session's clients are all it needs

    def _stacks(self, _request: Mapping[str, Any]) -> dict[str, Any]:
        stack = {
            "StackName": "braid-dev-search", "StackId": STACK, "StackStatus": "DELETE_COMPLETE",
            "CreationTime": datetime(2026, 11, 29, tzinfo=UTC),
        }  # fmt: skip
        return {"StackSummaries": [stack]}

    def _events(self, _request: Mapping[str, Any]) -> dict[str, Any]:
        return {"StackEvents": [
            {
                "StackId": STACK, "EventId": logical, "StackName": "braid-dev-search",
                "LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": _TYPE + kind,
                "ResourceStatus": "DELETE_SKIPPED", "Timestamp": datetime(2026, 11, 29, tzinfo=UTC),
            }
            for logical, (kind, physical) in self.made.items()
        ]}  # fmt: skip

    def _resources(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """All resources of the stack that has the one asked for, be it deleted, as CloudFormation answers."""
        if request["PhysicalResourceId"] in self.taken_over:
            found = dict.fromkeys(self.taken_over, "CREATE_COMPLETE")
        else:
            found = {physical: "DELETE_SKIPPED" for _, physical in self.made.values()}
            found["braid-dev-search-SearchFunction"] = "DELETE_COMPLETE"
        return {
            "StackResources": [
                {
                    "LogicalResourceId": "L",
                    "PhysicalResourceId": physical,
                    "ResourceType": "X",
                    "ResourceStatus": status,
                    "Timestamp": datetime(2026, 11, 29, tzinfo=UTC),
                }
                for physical, status in found.items()
            ]
        }

    def _get_collection(self, request: Mapping[str, Any]) -> dict[str, Any]:
        (wanted,) = request["ids"]
        if self.collections.get(wanted) == "DELETING":
            self.looks_until_gone -= 1
            if self.looks_until_gone < 0:
                del self.collections[wanted]
        if wanted not in self.collections:
            missing = {"id": wanted, "errorCode": "NOT_FOUND", "errorMessage": "no such collection"}
            return {"collectionDetails": [], "collectionErrorDetails": [missing]}
        return {
            "collectionDetails": [{"id": wanted, "name": NAME, "status": self.collections[wanted]}],
            "collectionErrorDetails": [],
        }

    def _delete_collection(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if self.collections[request["id"]] == "DELETING":
            raise ServiceError("ConflictException", "it is being deleted")
        self.collections[request["id"]] = "DELETING"
        self.deletions.append("collection")
        return {"deleteCollectionDetail": {"id": request["id"], "name": NAME, "status": "DELETING"}}

    def _get_group(self, request: Mapping[str, Any]) -> dict[str, Any]:
        found = [{"id": each, "name": NAME} for each in request["ids"] if each in self.groups]
        return {"collectionGroupDetails": found, "collectionGroupErrorDetails": []}

    def _delete_group(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if self.collections:
            raise ServiceError("ConflictException", "the group isn't empty")
        self.groups.remove(request["id"])
        self.deletions.append("group")
        return {}

    def _get_access(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return {"accessPolicyDetail": self._policy(request)}

    def _get_security(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return {"securityPolicyDetail": self._policy(request)}

    def _policy(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if (request["type"], request["name"]) not in self.policies:
            raise ServiceError("ResourceNotFoundException", "no such policy")
        return {"type": request["type"], "name": request["name"]}

    def _delete_policy(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if self.collections and request["type"] != "data":
            raise ServiceError("ConflictException", "a collection needs it")
        self.policies.remove((request["type"], request["name"]))
        self.deletions.append(request["type"])
        return {}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr(collection_leftovers, "_SECONDS_BETWEEN_LOOKS", 0.0)
    return Account()


def test_a_collection_is_listed_with_all_that_stands_around_it(account: Account) -> None:
    assert [(each.kind.removeprefix(_TYPE), each.name) for each in account.left()] == [
        ("Collection", COLLECTION),
        ("CollectionGroup", GROUP),
        ("AccessPolicy", "data|braid-dev-make"),
        ("SecurityPolicy", f"encryption|{NAME}"),
        ("SecurityPolicy", f"network|{NAME}"),
    ]
    assert all(each.holds for each in account.left())


def test_all_of_it_goes_in_an_order_that_the_service_takes(account: Account) -> None:
    for each in account.left():
        delete_leftover(account, each)  # type: ignore[arg-type]  # as above

    assert account.deletions == ["collection", "group", "data", "encryption", "network"]
    assert account.left() == []
    assert account.policies == account.others


def test_the_command_deletes_it(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boto3.Session", lambda **_: account)
    listed = CliRunner().invoke(app, ["leftovers", "braid-dev"])
    done = CliRunner().invoke(app, ["leftovers", "braid-dev", "--delete", "--yes"])

    assert f"collection  {COLLECTION}  the indexes of search, as {NAME}" in listed.output
    assert (done.exit_code, account.collections, account.groups) == (0, {}, set())


def test_a_deletion_that_was_stopped_halfway_goes_on(account: Account) -> None:
    account.collections[COLLECTION] = "DELETING"
    account.looks_until_gone = 5
    (first, *rest) = account.left()
    assert first.holds == "being deleted"

    for each in (first, *rest):
        delete_leftover(account, each)  # type: ignore[arg-type]  # as above
    assert (account.collections, account.groups) == ({}, set())


def test_a_collection_that_does_not_go_is_said_with_what_to_do(account: Account) -> None:
    account.looks_until_gone = 10_000
    with pytest.raises(
        CommandError, match=rf"{COLLECTION} is still being deleted; .*`braid leftovers` again"
    ):
        collection_leftovers.delete_collection(account, COLLECTION, pause=lambda _seconds: None)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("separated", ["{name}", "{kind}|{name}", "{name}|{kind}"])
def test_a_policy_is_found_however_it_is_named(account: Account, separated: str) -> None:
    account.made = {
        logical: (kind, separated.format(kind=policy, name=name))
        for logical, kind, policy, name in (
            ("A", "AccessPolicy", "data", "braid-dev-make"),
            ("E", "SecurityPolicy", "encryption", NAME),
            ("N", "SecurityPolicy", "network", NAME),
        )
    }
    account.collections = {}
    for each in account.left():
        delete_leftover(account, each)  # type: ignore[arg-type]  # as above

    assert account.policies == account.others


def test_what_another_stack_took_over_stays(account: Account) -> None:
    account.taken_over = {GROUP}
    assert GROUP not in [each.name for each in account.left()]
    assert COLLECTION in [each.name for each in account.left()]
