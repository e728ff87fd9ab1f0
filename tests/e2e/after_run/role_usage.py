"""Which permissions of the deployed roles a run used: granted by policies, used by IAM's decisions.

A permission is one action on one resource of a policy. It counts as used where the embedded IAM allowed the
role that action on a resource that the policy's pattern covers. The embedded IAM asks for everything that
functions, state machines, schedules and jobs call through an API; what a service does in a role's name
without a call (Lambda writes a function's log, X-Ray takes its traces) counts as unused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from cli.target import Target

__all__ = ["Permission", "Reason", "Usage", "granted_roles", "read_reasons", "usage_of"]

_HASH = re.compile(r"(?:Role)?[0-9A-F]{8}$")
_SESSION = re.compile(r"^arn:aws:sts::\d+:assumed-role/(?P<role>[^/]+)/.+$")
# What names hold that each deployment makes up: CloudFormation's ending, and ids of keys and guardrails.
_MADE_UP = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=-)[0-9a-f]{12,13}(?=[/:]|$)", re.IGNORECASE
)
_ARN = re.compile(r"^arn:aws:(?P<service>[a-z0-9]+):[^:]*:[^:]*:(?P<name>.+)$")


@dataclass(frozen=True, order=True)
class Permission:
    """One action on one resource pattern; ``role`` is the stack's short name and the role's logical id."""

    role: str
    action: str
    resource: str

    @property
    def shown(self) -> str:
        """The permission without account, region and what CloudFormation adds to names."""
        found = _ARN.match(self.resource)
        return f"{self.action} on {found['name'] if found else self.resource}"


@dataclass(frozen=True)
class Reason:
    """Why permissions go unused here; ``roles``, ``actions`` and ``resources`` are patterns as in a shell."""

    because: str
    actions: tuple[str, ...]
    roles: tuple[str, ...] = ("*",)
    resources: tuple[str, ...] = ("*",)

    def speaks_of(self, permission: Permission) -> bool:
        """Whether it is about this one; resources are compared as they are shown."""
        shown = permission.shown.partition(" on ")[2]
        return all(
            any(fnmatchcase(value, pattern) for pattern in patterns)
            for value, patterns in (
                (permission.role, self.roles),
                (permission.action, self.actions),
                (shown, self.resources),
            )
        )


def read_reasons(text: str) -> tuple[Reason, ...]:
    """The reasons of a TOML document. Raises ``KeyError`` for one without a reason or actions."""
    return tuple(
        Reason(
            because=table["because"],
            actions=tuple(table["actions"]),
            roles=tuple(table.get("roles", ("*",))),
            resources=tuple(table.get("resources", ("*",))),
        )
        for table in tomllib.loads(text)["unused"]
    )


@dataclass(frozen=True)
class Usage:
    """Every permission of a deployment, and how often each was used."""

    counts: Mapping[Permission, int]

    @property
    def unused(self) -> list[Permission]:
        """What was granted and never used."""
        return sorted(permission for permission, count in self.counts.items() if not count)

    def with_another(self, other: Usage) -> Usage:
        """This one, with what another deployment of the same app was granted and used.

        A permission of both is the same where its resource differs in made-up names alone. Of some that
        differ in nothing else (guardrails) nobody can say which was used, so that neither counts for others.
        """
        counts = dict(self.counts)
        same: dict[tuple[str, str, str], list[Permission]] = {}
        for permission in self.counts:
            same.setdefault(_key(permission), []).append(permission)
        for permission, count in other.counts.items():
            mine = same.get(_key(permission), [])
            if not mine:
                counts[permission] = count
            elif len(mine) == 1:
                counts[mine[0]] += count
        return Usage(counts)

    def unexplained(self, reasons: Sequence[Reason]) -> list[Permission]:
        """What was never used, and no reason speaks of it."""
        return [each for each in self.unused if not any(reason.speaks_of(each) for reason in reasons)]

    def idle(self, reasons: Sequence[Reason]) -> list[Reason]:
        """The reasons that speak of nothing that is unused."""
        return [reason for reason in reasons if not any(map(reason.speaks_of, self.unused))]

    def lines(self) -> Iterator[str]:
        """The table for people: how much each role may and did, and how often it used each permission."""
        for role in sorted({permission.role for permission in self.counts}):
            mine = {each: count for each, count in self.counts.items() if each.role == role}
            used = sum(1 for count in mine.values() if count)
            yield f"{role}: granted {len(mine)}, used {used}, unused {len(mine) - used}"
            for permission, count in sorted(mine.items()):
                yield f"  {count:6}  {permission.shown}"


def usage_of(
    roles: Mapping[str, tuple[str, Sequence[Mapping[str, Any]]]],
    decisions: Iterable[Mapping[str, Any]],
) -> Usage:
    """Holds what each role may do against what it did.

    ``roles`` are, by the role's name, what it is called here and its policy statements. ``decisions`` are the
    launcher's grants report.
    """
    counts = {
        Permission(logical_id, action, resource): 0
        for logical_id, statements in roles.values()
        for statement in statements
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }
    by_role: dict[str, list[Permission]] = {}
    for permission in counts:
        by_role.setdefault(permission.role, []).append(permission)
    for decision in decisions:
        session = _SESSION.match(decision["principal"])
        if session is None or session["role"] not in roles:
            continue
        for permission in by_role.get(roles[session["role"]][0], []):
            if _covers(permission, decision["action"], decision["resource"]):
                counts[permission] += int(decision["count"])
    return Usage(counts)


def granted_roles(target: Target) -> dict[str, tuple[str, list[Mapping[str, Any]]]]:
    """The roles of every stack of the deployment, by name: ``stack/logical id``, and policy statements."""
    prefix = target.name_beside("")
    iam, roles = target.client("iam"), {}
    for stack in target.cloudformation.describe_stacks()["Stacks"]:
        if not stack["StackName"].startswith(prefix):
            continue
        pages = target.cloudformation.get_paginator("list_stack_resources")
        for page in pages.paginate(StackName=stack["StackName"]):
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == "AWS::IAM::Role":
                    name = resource["PhysicalResourceId"]
                    where = stack["StackName"].removeprefix(prefix)
                    logical_id = _HASH.sub("", resource["LogicalResourceId"])
                    roles[name] = (f"{where}/{logical_id}", list(_statements(iam, name)))
    return roles


def _key(permission: Permission) -> tuple[str, str, str]:
    return permission.role, permission.action, _MADE_UP.sub("", permission.resource)


def _statements(iam: Any, role: str) -> Iterator[Mapping[str, Any]]:
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        yield from _listed(document["Statement"])


def _covers(permission: Permission, action: str, resource: str) -> bool:
    return _matches(permission.action.lower(), action.lower()) and _matches(permission.resource, resource)


def _matches(pattern: str, text: str) -> bool:
    """As IAM reads patterns: ``*`` is any text, ``?`` one letter, and nothing else is special."""
    quoted = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(quoted, text, re.DOTALL) is not None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
