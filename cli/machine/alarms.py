"""What `braid doctor --stack` says of alarms: which ring, and where it stands what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError, PartialCredentialsError

from cli.machine.doctor import Finding
from cli.target import find_target

__all__ = ["alarm_findings", "alarms_of", "alarms_of_stack"]

_RUNBOOK = "docs/operating.md#"
_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


def alarms_of_stack(stack_name: str | None) -> Iterator[Finding]:
    """A finding for each alarm of the deployment that rings; none where no stack is named.

    Raises ``CommandError`` where there is no such stack, botocore's errors where AWS fails otherwise.
    """
    if stack_name is None:
        return
    try:
        target = find_target(stack_name)
        yield from alarm_findings(target.cloudwatch, target.stack_name.removesuffix("-pipeline"))
    except (NoCredentialsError, PartialCredentialsError, NoRegionError):
        return  # the models' finding says so


def alarm_findings(cloudwatch: Any, deployment: str) -> Iterator[Finding]:
    """Asks CloudWatch for the deployment's own alarms."""
    try:
        own = alarms_of(cloudwatch, deployment)
    except ClientError as error:
        if error.response["Error"].get("Code") not in _DENIED:
            raise
        remedy = "allow your identity cloudwatch:DescribeAlarms"
        yield Finding("Alarms", False, f"AWS denies {error.operation_name}", remedy)
        return
    if not own:
        yield Finding("Alarms", True, "none is set up: the knob operations is off")
    ringing = [alarm for alarm in own if alarm["StateValue"] == "ALARM"]
    if own and not ringing:
        yield Finding("Alarms", True, f"none of {len(own)} rings")
    for alarm in ringing:
        says = str(alarm["AlarmDescription"]).partition(f". See {_RUNBOOK}")[0]
        yield Finding(f"Alarm {_heading(alarm)}", False, says, f"read {_RUNBOOK}{_heading(alarm)}")


def alarms_of(cloudwatch: Any, deployment: str) -> list[Mapping[str, Any]]:
    """The deployment's own alarms, as CloudWatch describes them. Raises botocore's errors."""
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{deployment}-")
    listed = [alarm for page in pages for alarm in page["MetricAlarms"]]
    # Another deployment's name may begin as this one's: the heading that an alarm names tells them apart.
    return [alarm for alarm in listed if alarm["AlarmName"] == f"{deployment}-{_heading(alarm)}"]


def _heading(alarm: Mapping[str, Any]) -> str:
    return str(alarm.get("AlarmDescription", "")).partition(_RUNBOOK)[2]
