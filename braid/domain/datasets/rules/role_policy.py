"""What the service role of a tuning job may read: prefixes, never a whole bucket, never everything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from braid.domain.quoting import quoted

__all__ = ["bucket_and_key", "may_read", "policy_problems", "prefixes_of", "reading_policy"]

_URI = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.+)", re.DOTALL)
_READ = "s3:GetObject"


def bucket_and_key(uri: str) -> tuple[str, str]:
    """Of ``s3://bucket/key``. Raises ``ValueError``."""
    match = _URI.fullmatch(uri)
    if match is None:
        raise ValueError(f"not an address in S3 (s3://bucket/key): {quoted(uri)}")
    return match[1], match[2]


def prefixes_of(uris: Iterable[str]) -> tuple[str, ...]:
    """The folders that hold ``uris``, ``s3://bucket/folder/``, each once; none that lies in another.

    Raises ``ValueError`` for an object at a bucket's root, whose prefix would be the whole bucket.
    """
    folders = set()
    for uri in uris:
        bucket, key = bucket_and_key(uri)
        folder, slash, _ = key.rpartition("/")
        if not slash:
            raise ValueError(f"{uri} lies at the root of its bucket; put it into a folder")
        folders.add(f"s3://{bucket}/{folder}/")
    kept: list[str] = []
    for folder in sorted(folders):
        if not any(folder.startswith(each) for each in kept):
            kept.append(folder)
    return tuple(kept)


def reading_policy(uris: Iterable[str], *, partition: str = "aws") -> dict[str, Any]:
    """A policy that reads the folders of ``uris`` and nothing else."""
    prefixes = prefixes_of(uris)
    arns = [f"arn:{partition}:s3:::{each.removeprefix('s3://')}*" for each in prefixes]
    by_bucket: dict[str, list[str]] = {}
    for each in prefixes:
        bucket, folder = bucket_and_key(each)
        by_bucket.setdefault(bucket, []).append(f"{folder}*")
    listing = [
        {
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": f"arn:{partition}:s3:::{bucket}",
            "Condition": {"StringLike": {"s3:prefix": folders}},
        }
        for bucket, folders in by_bucket.items()
    ]
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": _READ, "Resource": arns}, *listing],
    }


def may_read(policy: Mapping[str, Any], uri: str) -> bool:
    """Whether a policy lets an object be read: some statement allows it, and none denies it.

    A condition is taken to hold where it allows, and not where it denies.
    Raises ``ValueError`` where ``uri`` is no address in S3.
    """
    bucket, key = bucket_and_key(uri)
    allowed = False
    for statement in _statements(policy):
        if not any(_matches(_READ.lower(), action.lower()) for action in _texts(statement, "Action")):
            continue
        if not any(_covers(resource, bucket, key) for resource in _texts(statement, "Resource")):
            continue
        if statement.get("Effect") == "Deny":
            if not statement.get("Condition"):
                return False
        else:
            allowed = True
    return allowed


def policy_problems(policy: Mapping[str, Any]) -> list[str]:
    """Where a policy allows more than prefixes: every action, everything, or a whole bucket."""
    found = list(_malformed(policy))
    for number, statement in enumerate(_statements(policy), 1):
        if statement.get("Effect") != "Allow":
            continue
        wide = [each for each in _texts(statement, "Action") if each in ("*", "s3:*")]
        found += [f"statement {number} allows the action {each!r}; name s3:GetObject" for each in wide]
        reads = any(_matches(_READ.lower(), action.lower()) for action in _texts(statement, "Action"))
        for resource in _texts(statement, "Resource"):
            key = resource.split(":::")[-1].partition("/")[2]
            if resource == "*" or (":::" in resource and "*" in resource.split(":::")[-1].partition("/")[0]):
                found.append(f"statement {number} names no bucket: {resource!r}")
            elif reads and key in ("*", "**"):
                found.append(f"statement {number} opens the whole bucket: {resource!r}; name a prefix")
    return found


def _statements(policy: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What can be read of them; ``_malformed`` tells the rest."""
    return (each for each in _listed(policy, "Statement") if isinstance(each, Mapping))


def _malformed(policy: Mapping[str, Any]) -> Iterator[str]:
    for number, statement in enumerate(_listed(policy, "Statement"), 1):
        if not isinstance(statement, Mapping):
            yield f"statement {number} must be an object, not {statement!r:.40}"
            continue
        for name in ("Action", "Resource"):
            if not all(isinstance(each, str) for each in _listed(statement, name)):
                yield f"statement {number}: {name} must be a text or a list of texts"


def _texts(statement: Mapping[str, Any], name: str) -> list[str]:
    return [each for each in _listed(statement, name) if isinstance(each, str)]


def _listed(value: Mapping[str, Any], name: str) -> list[Any]:
    """IAM takes one thing where it takes a list of them."""
    found = value.get(name, [])
    return found if isinstance(found, list) else [found]


def _covers(resource: str, bucket: str, key: str) -> bool:
    if resource == "*":
        return True
    return _matches(f"{bucket}/{key}", resource.split(":::")[-1])


def _matches(text: str, pattern: str) -> bool:
    # IAM knows * and ?, no sets of characters.
    return fnmatchcase(text, pattern.replace("[", "[[]"))
