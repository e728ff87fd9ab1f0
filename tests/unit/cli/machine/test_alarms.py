"""What `braid doctor --stack` says of alarms: those that ring, of this deployment alone."""

from __future__ import annotations

from typing import Any

from cli.machine.alarms import alarm_findings
from cli.machine.doctor import Finding
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by


def alarm(name: str, state: str, heading: str | None = None) -> dict[str, Any]:
    described = f"Files wait. See docs/operating.md#{heading or name.removeprefix('braid-dev-')}"
    return {"AlarmName": name, "StateValue": state, "AlarmDescription": described}


def findings(*alarms: dict[str, Any], refusing: bool = False) -> list[Finding]:
    def described(members: dict[str, Any]) -> dict[str, Any]:
        assert members["AlarmNamePrefix"] == "braid-dev-"
        if refusing:
            raise ServiceError("AccessDenied", "no", status=403)
        return {"MetricAlarms": list(alarms)}

    return list(alarm_findings(answered_by("cloudwatch", {"DescribeAlarms": described}), "braid-dev"))


def test_what_rings_leads_to_its_runbook() -> None:
    found = findings(alarm("braid-dev-spent-budget", "ALARM"), alarm("braid-dev-dead-letters", "OK"))
    says, remedy = "Files wait", "read docs/operating.md#spent-budget"
    assert found == [Finding("Alarm spent-budget", False, says, remedy)]


def test_silence_is_said() -> None:
    quiet = alarm("braid-dev-dead-letters", "OK"), alarm("braid-dev-spent-budget", "INSUFFICIENT_DATA")
    assert findings(*quiet) == [Finding("Alarms", True, "none of 2 rings")]


def test_alarms_of_others_are_not_ours() -> None:
    of_others = (
        alarm("braid-dev-review-dead-letters", "ALARM", heading="dead-letters"),
        {"AlarmName": "braid-dev-mine", "StateValue": "ALARM"},
    )
    assert findings(*of_others) == [Finding("Alarms", True, "none is set up: the knob operations is off")]


def test_who_may_not_ask_is_told_what_to_allow() -> None:
    (found,) = findings(refusing=True)
    assert (found.ok, found.remedy) == (False, "allow your identity cloudwatch:DescribeAlarms")
