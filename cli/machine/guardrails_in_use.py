"""The guardrail versions that earlier deployments left: they stay for whatever still asks for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from cli.machine.doctor import Finding
from cli.machine.refusals import refused
from cli.target import Target

__all__ = ["guardrail_findings", "guardrails_of"]

# A guardrail may have 20 (Amazon Bedrock's quotas); a deployment that would make one more fails.
_MOST_UNUSED = 15


def guardrails_of(target: Target) -> Iterator[Finding]:
    """A finding for each guardrail of the deployment. Raises botocore's errors where nobody says which."""
    found = target.lambda_.get_function_configuration(FunctionName=target.trial_function)
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
            yield refused("Guardrails", error, "bedrock:ListGuardrails")
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
