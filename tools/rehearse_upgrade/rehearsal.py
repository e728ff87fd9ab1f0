"""An earlier version in use, with assets wherever an upgrade can meet them; then the update in place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from braid.domain.asset.asset import AssetStatus
from tools.rehearse_upgrade.deployed import Deployed, Standing, until
from tools.verify_account.places import Laptop

__all__ = ["LATE_MEMBER", "Rehearsal", "upgrade", "use"]

_SAMPLES = Path(__file__).resolve().parents[2] / "samples"
# A person has to decide about it, under the profile that comes with Braid.
_UNSURE = "You know what happens to people who write such reviews{}."
_TEXT = "# The {0} ferry\n\nThe {0} ferry leaves pier {1} at {1}:30. A ticket costs {1} euros.\n"
_LATE = {"schema_version": "1", "members": [{"name": "late.md", "role": "text"}]}
# The file that the bundle waits for.
LATE_MEMBER = ("inbox/general/late.bundle/late.md", _TEXT.format("east", 3).encode())
# Longer than any update takes: it ends when the fault is taken back.
_HELD_SECONDS = 900.0


@dataclass
class Rehearsal:
    """What was done before the update, by keys of the inbox, and what stood then.

    ``finished`` ended. ``decided`` and ``overdue`` await a person. ``in_call`` waits inside a function for a
    model that ``fault_id`` holds. ``late`` is a bundle that lacks its member. ``queued`` lies in the inbox's
    queue, whose delivery ``mapping_id`` is paused, as ``message``.
    """

    place: Laptop
    deployed: Deployed
    finished: tuple[str, ...]
    decided: str
    overdue: str
    in_call: str
    late: str
    queued: str
    fault_id: int
    mapping_id: str
    message: str
    before: Standing
    after: Standing | None = None
    knobs: Mapping[str, str] = field(default_factory=dict)


def use(
    place: Laptop, deployed: Deployed, samples: Mapping[str, Path], tell: Callable[[str], None]
) -> Rehearsal:
    """Drops ``samples``, which end, and what is under way when the update comes.

    Raises ``RehearsalError`` where the earlier version doesn't bring an asset to where it shall be.
    """
    put = deployed.put
    finished = tuple(put(f"inbox/general/{name}", path.read_bytes()) for name, path in samples.items())
    finished += (put("inbox/general/north.md", _TEXT.format("north", 7).encode()), _bundle(deployed))
    decided, overdue = (
        put(f"inbox/moderation/{name}.txt", _UNSURE.format(f", {name}").encode())
        for name in ("decided", "overdue")
    )
    for key in finished:
        tell(f"{deployed.ended(key)} ended")
    for key in (decided, overdue):
        tell(f"{deployed.reached(key, AssetStatus.AWAITING_REVIEW)} awaits a person")
    fault: dict[str, Any] = {"service": "bedrock-runtime", "operation": "*", "about": "held", "count": 1}
    fault |= {"does_work": True, "delay_seconds": _HELD_SECONDS}
    fault_id = deployed.control("faults", "POST", fault)["fault_id"]
    in_call = put("inbox/general/held.md", _TEXT.format("south", 9).encode())
    until(lambda: _has_struck(deployed, fault_id), "a model is asked about held.md")
    tell(f"{deployed.record_of(in_call)['asset_id']} waits inside a function")
    # Not earlier: it is waited for as often as the definition says.
    late = put("inbox/general/late.bundle/manifest.json", json.dumps(_LATE).encode())
    tell(f"{deployed.reached(late, AssetStatus.PROCESSING)} waits for a file of its bundle")
    mapping_id = _pause_delivery(deployed)
    queued = put("inbox/general/queued.md", _TEXT.format("west", 5).encode())
    message = until(lambda: _waiting_message(deployed), "the event about queued.md lies in the queue")
    tell(f"{queued} waits in the queue")
    return Rehearsal(
        place, deployed, finished, decided, overdue, in_call, late, queued, fault_id, mapping_id, message,
        before=deployed.standing(),
    )  # fmt: skip


def upgrade(rehearsal: Rehearsal, knobs: Mapping[str, str]) -> None:
    """Deploys this version over the earlier one, as its users do."""
    rehearsal.knobs = knobs
    rehearsal.place.deploy(knobs)
    rehearsal.after = rehearsal.deployed.standing()


def _bundle(deployed: Deployed) -> str:
    """The sample bundle; returns the key of its manifest, which starts its asset and comes last."""
    folder = _SAMPLES / "mug.bundle"
    for name in ("mug.jpg", "mug.md", "manifest.json"):
        key = deployed.put(f"inbox/general/mug.bundle/{name}", (folder / name).read_bytes())
    return key


def _has_struck(deployed: Deployed, fault_id: int) -> bool:
    faults = deployed.control("faults")["faults"]
    return any(fault["struck"] for fault in faults if fault["fault_id"] == fault_id)


def _pause_delivery(deployed: Deployed) -> str:
    """Nothing is taken out of the inbox's queue until the mapping, whose id is returned, is enabled again."""
    (mapping_id,) = (
        resource.physical_id
        for (_, name), resource in deployed.resources().items()
        if name.startswith("InboxDelivery") and resource.kind == "AWS::Lambda::EventSourceMapping"
    )
    deployed.client("lambda").update_event_source_mapping(UUID=mapping_id, Enabled=False)
    return mapping_id


def _waiting_message(deployed: Deployed) -> str | None:
    """The body of the message that waits in the queue, which stays there."""
    queue, sqs = deployed.queue_url(), deployed.client("sqs")
    messages = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0).get("Messages", [])
    bodies = [str(message["Body"]) for message in messages]
    return next((body for body in bodies if "queued.md" in json.loads(body)["detail"]["object"]["key"]), None)
