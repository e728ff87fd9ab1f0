"""What `braid doctor --stack` says of alarms: which ring, and where it stands what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from cli.machine.doctor import Finding
from cli.machine.refusals import refused

__all__ = ["alarm_findings", "alarms_of"]

_RUNBOOK = "docs/operating.md#"


def alarm_findings(cloudwatch: Any, deployment: str) -> Iterator[Finding]:
    """Asks CloudWatch for the deployment's own alarms."""
    try:
        own = alarms_of(cloudwatch, deployment)
    except ClientError as error:
        yield refused("Alarms", error, "cloudwatch:DescribeAlarms")
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
