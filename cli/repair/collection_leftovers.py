"""A collection of OpenSearch Serverless that a destroyed deployment left, with what stands around it.

CloudFormation names a policy by type and name (``encryption|braid-dev-find``), the others by their ids.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from cli.errors import CommandError

if TYPE_CHECKING:
    from boto3 import Session

__all__ = [
    "access_policy",
    "collection",
    "collection_group",
    "delete_access_policy",
    "delete_collection",
    "delete_collection_group",
    "delete_security_policy",
    "security_policy",
]

_SERVICE = "opensearchserverless"
_SECURITY_TYPES = ("encryption", "network")
_DELETING = "DELETING"
# A collection is gone after a minute or two.
_LOOKS = 60
_SECONDS_BETWEEN_LOOKS = 5.0


def collection(session: Session, collection_id: str) -> str:
    """What a collection holds; nothing where it is gone."""
    found = _collection(session.client(_SERVICE), collection_id)
    if found is None:
        return ""
    return "being deleted" if found["status"] == _DELETING else f"the indexes of search, as {found['name']}"


def delete_collection(
    session: Session, collection_id: str, *, pause: Callable[[float], None] = time.sleep
) -> None:
    """Deletes a collection with its indexes, and waits: its group and its policies can't go before it.

    Raises ``CommandError`` where that takes too long.
    """
    serverless = session.client(_SERVICE)
    found = _collection(serverless, collection_id)
    if found is not None and found["status"] != _DELETING:
        serverless.delete_collection(id=collection_id)
    for _ in range(_LOOKS):
        if _collection(serverless, collection_id) is None:
            return
        pause(_SECONDS_BETWEEN_LOOKS)
    raise CommandError(
        f"the collection {collection_id} is still being deleted; call `braid leftovers` again in some"
        " minutes, it goes on from there"
    )


def collection_group(session: Session, group_id: str) -> str:
    """What a group bounds; nothing where it is gone."""
    answer = session.client(_SERVICE).batch_get_collection_group(ids=[group_id])
    for found in answer["collectionGroupDetails"]:
        return f"the capacity of {found['name']}"
    return ""


def delete_collection_group(session: Session, group_id: str) -> None:
    """Deletes a group, in which no collection may be any more."""
    session.client(_SERVICE).delete_collection_group(id=group_id)


def access_policy(session: Session, policy_id: str) -> str:
    """Whom a policy lets in. Raises ``ClientError`` where it is gone."""
    session.client(_SERVICE).get_access_policy(type="data", name=_name(policy_id))
    return "who may ask the collection"


def delete_access_policy(session: Session, policy_id: str) -> None:
    """Deletes a policy of who is let in."""
    session.client(_SERVICE).delete_access_policy(type="data", name=_name(policy_id))


def security_policy(session: Session, policy_id: str) -> str:
    """How a collection is encrypted or reached; nothing where it is gone."""
    there = list(_security_policies(session.client(_SERVICE), policy_id))
    return f"how the collection is reached or encrypted ({', '.join(there)})" if there else ""


def delete_security_policy(session: Session, policy_id: str) -> None:
    """Deletes a policy of encryption or of the network, which no collection needs any more."""
    serverless = session.client(_SERVICE)
    for kind in list(_security_policies(serverless, policy_id)):
        serverless.delete_security_policy(type=kind, name=_name(policy_id))


def _collection(serverless: Any, collection_id: str) -> Any:
    found = serverless.batch_get_collection(ids=[collection_id])["collectionDetails"]
    return found[0] if found else None


def _security_policies(serverless: Any, policy_id: str) -> Iterator[str]:
    """The types of the policies that there are: a name alone may stand for one of each."""
    named = policy_id.split("|")
    for kind in [each for each in _SECURITY_TYPES if each in named] or _SECURITY_TYPES:
        try:
            serverless.get_security_policy(type=kind, name=_name(policy_id))
        except serverless.exceptions.ResourceNotFoundException:
            continue
        yield kind


def _name(policy_id: str) -> str:
    """A policy's name, with or without its type before or after it."""
    parts = policy_id.split("|")
    return next((part for part in parts if part not in ("data", *_SECURITY_TYPES)), parts[-1])
