"""The guardrail versions that earlier deployments left: they stay for whatever still asks for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError, PartialCredentialsError

from cli.machine.doctor import Finding
from cli.target import find_target

__all__ = ["guardrail_findings", "guardrails_of_stack"]

# A guardrail may have 20 (Amazon Bedrock's quotas); a deployment that would make one more fails.
_MOST_UNUSED = 15
_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


def guardrails_of_stack(stack_name: str | None) -> Iterator[Finding]:
    """A finding for each guardrail of the stack; none where no stack is named or nobody can be asked.

    Raises ``CommandError`` where there is no such stack, botocore's errors where AWS fails otherwise.
    """
    if stack_name is None:
        return
    try:
        target = find_target(stack_name)
        found = target.lambda_.get_function_configuration(FunctionName=target.trial_function)
    except (NoCredentialsError, PartialCredentialsError, NoRegionError):
        return  # the models' finding says so
    in_use = json.loads(found["Environment"]["Variables"]["GUARDRAILS"])
    yield from guardrail_findings(in_use, target.bedrock(target.session.region_name))


def guardrail_findings(in_use: Mapping[str, Mapping[str, str]], bedrock: Any) -> Iterator[Finding]:
    """Asks Bedrock for the versions of each profile's guardrail; ``in_use`` has the one that is asked.

    All is well until unused ones leave little room for others.
    """
    for profile, guardrail in sorted(in_use.items()):
        try:
            versions = _versions(guardrail["id"], bedrock)
        except ClientError as error:
            if error.response["Error"].get("Code") not in _DENIED:
                raise
            yield Finding(
                "Guardrails",
                False,
                f"AWS denies {error.operation_name}",
                "allow your identity bedrock:ListGuardrails",
            )
            return
        yield _finding(profile, guardrail, [each for each in versions if each != guardrail["version"]])


def _versions(identifier: str, bedrock: Any) -> list[str]:
    pages = bedrock.get_paginator("list_guardrails").paginate(guardrailIdentifier=identifier)
    found = [each["version"] for page in pages for each in page["guardrails"]]
    return sorted((version for version in found if version != "DRAFT"), key=int)


def _finding(profile: str, guardrail: Mapping[str, str], unused: list[str]) -> Finding:
    name = f"Guardrail of {profile}"
    if not unused:
        return Finding(name, True, f"version {guardrail['version']}, no other")
    detail = f"version {guardrail['version']}; unused: {', '.join(unused)}"
    remedy = (
        f"once nothing of an earlier deployment runs: aws bedrock delete-guardrail --guardrail-identifier"
        f" {guardrail['id']} --guardrail-version {unused[0]}"
    )
    return Finding(name, len(unused) <= _MOST_UNUSED, detail, remedy)
