"""What holds of an upgrade, each promise looked at after the update in place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.asset.asset import AssetStatus
from tools.rehearse_upgrade.deployed import Deployed, RehearsalError, Standing, until
from tools.rehearse_upgrade.rehearsal import LATE_MEMBER, Rehearsal

__all__ = ["PROMISES", "Promise"]

# They hold nothing: versions of what never changes, and the filters that a model is asked through.
_WITHOUT_DATA = ("AWS::Lambda::LayerVersion", "AWS::Bedrock::GuardrailVersion", "AWS::Bedrock::Guardrail")
_BY = ("--by", "rehearsal", "--note", "after the upgrade")


@dataclass(frozen=True)
class Promise:
    """``holds`` returns what was seen, or raises ``RehearsalError``."""

    name: str
    holds: Callable[[Rehearsal], str]


def _nothing_replaced(rehearsal: Rehearsal) -> str:
    before, after = rehearsal.before.resources, _after(rehearsal).resources
    others = [
        f"{stack}.{name} ({resource.kind})"
        for (stack, name), resource in before.items()
        if resource.kind not in _WITHOUT_DATA and after.get((stack, name)) != resource
    ]
    if others:
        raise RehearsalError(f"the update replaced or deleted {', '.join(others)}")
    return f"{len(before)} resources are those of before, {len(after.keys() - before.keys())} came"


def _nothing_lost(rehearsal: Rehearsal) -> str:
    before, after = rehearsal.before, _after(rehearsal)
    if lost := list(_lost(before, after)):
        raise RehearsalError(f"the update lost or changed {', '.join(lost)}")
    return (
        f"{len(before.records)} records, {len(before.objects)} objects and {len(before.schedules)} deadlines"
    )


def _lost(before: Standing, after: Standing) -> Iterator[str]:
    """What is gone, or other than it was; the record of an asset that is processed says how far it is."""
    for key, item in before.records.items():
        moves = item.get("status", {}).get("S") == AssetStatus.PROCESSING and key in after.records
        if after.records.get(key) != item and not moves:
            yield f"the record {key}"
    yield from (f"the object {key}" for key, tag in before.objects.items() if after.objects.get(key) != tag)
    yield from ("/".join(key) for key in before.schedules - after.schedules)


def _readable(rehearsal: Rehearsal) -> str:
    """Today's commands on what the earlier version stored."""
    listed = {record["asset_id"]: record["status"] for record in _json(rehearsal, "status")}
    for key in rehearsal.finished:
        asset_id = rehearsal.deployed.record_of(key)["asset_id"]
        if listed.get(asset_id) != AssetStatus.SUCCEEDED:
            raise RehearsalError(f"`braid status` says of {asset_id}: {listed.get(asset_id)}")
        shown = rehearsal.place.braid("show", asset_id)
        if not shown.strip():
            raise RehearsalError(f"`braid show {asset_id}` shows nothing")
        for document in ("answer", "timeline", "receipt"):
            if not json.loads(rehearsal.place.braid("get", asset_id, document)):
                raise RehearsalError(f"`braid get {asset_id} {document}` is empty")
    return f"{len(listed)} assets are listed, {len(rehearsal.finished)} shown"


def _call_goes_on(rehearsal: Rehearsal) -> str:
    deployed = rehearsal.deployed
    if (status := deployed.record_of(rehearsal.in_call)["status"]) != AssetStatus.PROCESSING:
        raise RehearsalError(f"{rehearsal.in_call} was to be under way, and is {status}")
    deployed.control(f"faults?fault_id={rehearsal.fault_id}", "DELETE")
    asset_id = deployed.ended(rehearsal.in_call)
    failed = [each for each in _history(deployed, asset_id) if each.endswith("Failed")]
    if failed:
        raise RehearsalError(f"the update broke calls off: {failed}")
    return f"{asset_id} was inside a function, and ended"


def _late_bundle(rehearsal: Rehearsal) -> str:
    rehearsal.deployed.put(*LATE_MEMBER)
    return f"{rehearsal.deployed.ended(rehearsal.late)} ended, begun by the earlier definition"


def _queued(rehearsal: Rehearsal) -> str:
    rehearsal.deployed.client("lambda").update_event_source_mapping(UUID=rehearsal.mapping_id, Enabled=True)
    return f"{rehearsal.deployed.ended(rehearsal.queued)} was taken out of the queue, and ended"


def _decided(rehearsal: Rehearsal) -> str:
    deployed = rehearsal.deployed
    asset_id = deployed.record_of(rehearsal.decided)["asset_id"]
    if asset_id not in rehearsal.place.braid("review", "list", "--json"):
        raise RehearsalError(f"`braid review list` doesn't have {asset_id}")
    rehearsal.place.braid("review", "show", asset_id)
    rehearsal.place.braid("review", "approve", asset_id, "--decision", "block", *_BY)
    deployed.ended(rehearsal.decided)
    answer = json.loads(rehearsal.place.braid("get", asset_id, "answer"))
    if answer["answer"].get("decision") != "block":
        raise RehearsalError(f"{asset_id} was decided, and its answer says {answer['answer']}")
    return f"{asset_id} was decided, and published so"


def _overdue(rehearsal: Rehearsal) -> str:
    """Calls what the earlier version had the Scheduler call, as it stands there."""
    deployed = rehearsal.deployed
    asset_id = deployed.record_of(rehearsal.overdue)["asset_id"]
    digest = asset_id.rpartition("-")[2]
    (group, name) = next(key for key in rehearsal.before.schedules if digest in key[1])
    target = deployed.client("scheduler").get_schedule(GroupName=group, Name=name)["Target"]
    role = deployed.client("iam").get_role(RoleName=target["RoleArn"].rpartition("/")[2])["Role"]
    if f":schedule-group/{group}" not in (trusts := json.dumps(role["AssumeRolePolicyDocument"])):
        raise RehearsalError(f"the deadline's role is for no schedule of the group {group}: {trusts}")
    deployed.client("lambda").invoke(
        FunctionName=target["Arn"], InvocationType="Event", Payload=target["Input"].encode()
    )
    deployed.ended(rehearsal.overdue, as_what=AssetStatus.REJECTED)
    return f"the deadline of {asset_id}, set before, ended its review"


def _new_file(rehearsal: Rehearsal) -> str:
    key = rehearsal.deployed.put(
        "inbox/general/new.md", b"# New\n\nThe new ferry has two decks and 31 seats.\n"
    )
    return f"{rehearsal.deployed.ended(key)} is new"


def _no_second_start(rehearsal: Rehearsal) -> str:
    """The events about a file of before and about one of after come once more."""
    deployed = rehearsal.deployed
    keys = (rehearsal.finished[0], rehearsal.queued)
    before = _executions(deployed), [deployed.record_of(key) for key in keys]
    for record in before[1]:
        event = json.loads(rehearsal.message)
        event["detail"]["object"] |= {"key": record["source_key"], "version-id": record["source_version_id"]}
        deployed.client("sqs").send_message(QueueUrl=deployed.queue_url(), MessageBody=json.dumps(event))
    until(deployed.queue_is_empty, "dispatch takes the repeated events")
    if (_executions(deployed), [deployed.record_of(key) for key in keys]) != before:
        raise RehearsalError("an event that came again started something, or changed a record")
    return "the same events again started nothing"


def _agreement(rehearsal: Rehearsal) -> str:
    """``--fix`` first, as the documents say: 0.2.0 and before kept no counts."""
    rehearsal.place.braid("audit", "--settled", "0", "--fix", allowed=(0, 3))
    found = rehearsal.place.braid("audit", "--settled", "0", "--json", allowed=(0, 3)).splitlines()
    if found:
        raise RehearsalError(
            f"`braid audit` finds {'; '.join(json.loads(line)['sentence'] for line in found)}"
        )
    return "`braid audit` finds no disagreement"


def _again(rehearsal: Rehearsal) -> str:
    """The same once more."""
    before = rehearsal.deployed.standing()
    rehearsal.place.deploy(rehearsal.knobs)
    after = rehearsal.deployed.standing()
    if before != after:
        raise RehearsalError(
            f"deploying again had {after.events - before.events} events, "
            f"and changed {', '.join(_lost(before, after)) or 'resources'}"
        )
    return "deploying again touched nothing"


PROMISES = (
    Promise("nothing is replaced", _nothing_replaced),
    Promise("nothing is lost", _nothing_lost),
    Promise("today's commands read it", _readable),
    Promise("a call goes on", _call_goes_on),
    Promise("a bundle goes on", _late_bundle),
    Promise("a message is admitted", _queued),
    Promise("a review is decided", _decided),
    Promise("a deadline passes", _overdue),
    Promise("a new file succeeds", _new_file),
    Promise("nothing starts twice", _no_second_start),
    Promise("everything agrees", _agreement),
    Promise("again changes nothing", _again),
)


def _after(rehearsal: Rehearsal) -> Standing:
    if rehearsal.after is None:
        raise RehearsalError("nothing was updated yet")
    return rehearsal.after


def _json(rehearsal: Rehearsal, *command: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = json.loads(rehearsal.place.braid(*command, "--json"))
    return found


def _history(deployed: Deployed, asset_id: str) -> list[str]:
    """The kinds of events of the asset's first execution."""
    machine = deployed.output("StateMachineArn")
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{asset_id}-1"
    pages = deployed.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
    return [str(event["type"]) for page in pages for event in page["events"]]


def _executions(deployed: Deployed) -> int:
    return len(deployed.control("executions")["executions"])
